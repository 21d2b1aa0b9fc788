/**
 * Records the TensorFlow operations that some code runs, as a graph that TensorFlow can run again by itself.
 *
 * The code's inputs and the values that it changes become parts of the graph:
 *
 * | in the code | in the graph |
 * | --- | --- |
 * | a parameter, Adam's moments, running statistics | a variable, read at the start, assigned at the end |
 * | what the host computes for this step (`given`) | a placeholder, fed anew each time |
 * | any other value from outside | a constant |
 *
 * The code may use values of tensors only through operations: a branch on such a value would be decided only once.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { Graph } from "./graph.ts";
import { TF_FLOAT } from "./ops.ts";
import type { Attribute as NativeAttribute } from "./ops.ts";
import type { Parameter } from "./parameter.ts";
import type { Attribute, Kind } from "./saved_model.ts";
import type { Variable } from "./variable.ts";
import { variableOf } from "./variable.ts";

/** Something that a step changes. */
export interface State {
  /** The graph's variable. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Its value before the recorded step. */
  readonly start: tf.Tensor;
  /** Its value now, outside the graph; the caller owns it. */
  read(): tf.Tensor;
  /** Sets it outside the graph. */
  write(value: tf.Tensor): void;
}

/** What the host computes for each step. */
export interface Given {
  /** The graph's placeholders. */
  readonly names: readonly string[];
  /** The tensors computed for the recorded step. */
  readonly first: tf.Tensor[];
  /** Computes them for another step. */
  make(): tf.Tensor[];
}

/** The part of tfjs-node's backend that runs operations and reads values. */
interface Backend {
  binding: Record<string, unknown>;
  executeSingleOutput(op: string, attributes: NativeAttribute[], inputs: tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(op: string, attributes: NativeAttribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
  readSync(dataId: tf.DataId): tf.backend_util.TypedArray;
}

/** Types of tensors in TensorFlow's numbering. */
const TYPES: Readonly<Record<string, number>> = { float32: TF_FLOAT, int32: 3, bool: 10 };

/** Operations whose type tfjs-node leaves TensorFlow to infer, which TensorFlow does not do in a graph. */
const INFERRED: ReadonlySet<string> = new Set(["ExpandDims"]);

const typeOf = (tensor: tf.Tensor) => TYPES[tensor.dtype]!;

let present: Recording | undefined;

/**
 * What the host computes for one step: images, random numbers, a learning rate. Where the step is repeated, it is computed anew
 * each time.
 *
 * @param make Computes it.
 * @returns The result of `make`.
 */
export function given<T extends tf.Tensor[]>(make: () => [...T]): T {
  const made = make();
  present?.give(made, make);
  return made;
}

/** A graph under construction. */
export class Recording {
  /** The graph. */
  readonly graph = new Graph();
  /** The state that it changes. */
  readonly states: State[] = [];
  /** Its inputs. */
  readonly givens: Given[] = [];
  /** The graph's name for a tensor. */
  readonly #names = new Map<tf.DataId, string>();
  readonly #variables = new Map<Variable, State>();
  /**
   * Runs code and records its operations.
   *
   * @param step The code; it returns a vector, and changes no parameters except those given.
   * @param parameters The parameters that it may change.
   * @throws {Error} If the code reads a value that it has computed.
   */
  constructor(step: () => tf.Tensor, parameters: readonly Parameter[]) {
    try {
      const before = parameters.map((parameter) => this.#parameter(parameter));
      const losses = this.#listen(step);
      parameters.forEach(({ value }, i) => this.graph.assign(before[i]!, this.#name(value)));
      this.graph.end("losses", this.#name(losses));
      losses.dispose();
      this.graph.doors(this.states, "entered");
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Frees the tensors of the recorded step. */
  dispose(): void {
    tf.dispose([...this.states.map(({ start }) => start), ...this.givens.flatMap(({ first }) => first.splice(0))]);
  }

  /** Records what the host computed. */
  give(made: readonly tf.Tensor[], make: () => tf.Tensor[]): void {
    const names = made.map((tensor) => {
      const name = this.graph.placeholder(tensor.shape, typeOf(tensor));
      this.#names.set(tensor.dataId, name);
      return name;
    });
    this.givens.push({ names, make, first: made.map((tensor) => tf.keep(tf.clone(tensor))) });
  }

  #listen(step: () => tf.Tensor): tf.Tensor {
    const backend = tf.backend() as unknown as Backend;
    const own = Object.getPrototypeOf(backend) as Backend;
    const execute: Backend["executeMultipleOutputs"] = (op, attributes, inputs, count) => {
      if (present !== this) return own.executeMultipleOutputs.call(backend, op, attributes, inputs, count);
      // Before the operation runs: it may change the variables whose values are recorded here.
      const known = attributes.map(attributeOf);
      const all: Attribute[] = INFERRED.has(op) ? [...known, ["T", "type", typeOf(inputs[0]!)]] : known;
      const name = this.graph.operation(op, inputs.map((input) => this.#name(input)), all);
      const outputs = own.executeMultipleOutputs.call(backend, op, attributes, inputs, count);
      outputs.forEach(({ dataId }, i) => this.#names.set(dataId, i === 0 ? name : `${name}:${i}`));
      return outputs;
    };
    const heard: Partial<Backend> = {
      executeMultipleOutputs: execute,
      executeSingleOutput: (op, attributes, inputs) => execute(op, attributes, inputs, 1)[0]!,
      readSync: (dataId) => {
        if (this.#names.has(dataId)) throw new Error("Cannot repeat a step: it reads a value that it has computed");
        return own.readSync.call(backend, dataId);
      },
    };
    Object.assign(backend, heard);
    present = this;
    try {
      return step();
    } finally {
      present = undefined;
      for (const name of Object.keys(heard) as (keyof Backend)[]) delete (backend as Partial<Backend>)[name];
    }
  }

  /** A parameter's state; its value is read first. */
  #parameter(parameter: Parameter): string {
    const { value } = parameter;
    const variable = variableOf(value);
    const { name } = variable === undefined
      ? this.#state(value, () => tf.clone(parameter.value), (next) => parameter.set(tf.clone(next)))
      : this.#variable(variable, (next) => {
        variable.write(next);
        parameter.set(variable.read());
      });
    this.#names.set(value.dataId, this.graph.read(name));
    return name;
  }

  #variable(variable: Variable, write = variable.write): State {
    // This read is not part of the step.
    const listening = present;
    present = undefined;
    const start = variable.read();
    present = listening;
    const state = this.#state(start, variable.read, write);
    start.dispose();
    this.#variables.set(variable, state);
    return state;
  }

  #state(start: tf.Tensor, read: State["read"], write: State["write"]): State {
    const name = this.graph.variable(start.shape);
    const state: State = { name, shape: start.shape, start: tf.keep(tf.clone(start)), read, write };
    this.states.push(state);
    return state;
  }

  /** The source of a tensor: this graph, a variable, or the outside, in which case it is a constant. */
  #name(tensor: tf.Tensor): string {
    const known = this.#names.get(tensor.dataId);
    if (known !== undefined) return known;
    const variable = variableOf(tensor);
    const name = variable
      ? (this.#variables.get(variable) ?? this.#variable(variable)).name
      : this.graph.constant(tensor.shape, typeOf(tensor), tensor.dataSync());
    this.#names.set(tensor.dataId, name);
    return name;
  }
}

/** The kind of an attribute, from the binding's code for it. */
function attributeOf({ name, type, value }: NativeAttribute): Attribute {
  const { binding } = tf.backend() as unknown as Backend;
  const kinds: readonly Kind[] = ["type", "int", "float", "bool", "string", "shape"];
  return [name, kinds.find((kind) => binding[`TF_ATTR_${kind.toUpperCase()}`] === type)!, value];
}
