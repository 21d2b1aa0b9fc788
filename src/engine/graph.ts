/**
 * A graph of TensorFlow's operations, in which operations that read or set variables keep the order in which they were added.
 *
 * @module
 */

import { TF_FLOAT } from "./ops.ts";
import type { Attribute, Operation } from "./saved_model.ts";

const DTYPE: Attribute = ["dtype", "type", TF_FLOAT];

/** The operations as control inputs, which another operation only waits for. */
const waitFor = (names: Iterable<string>) => [...names].map((name) => `^${name}`);

/**
 * A graph under construction. An operation has a name, which is also that of its first output; the second output is `<name>:1`.
 */
export class Graph {
  /** Its operations. */
  readonly operations: Operation[] = [];
  /** The variable whose value an operation's output is. */
  readonly #values = new Map<string, string>();
  /** For a variable: the operations that have used its current value, and the one that has set it. */
  readonly #used = new Map<string, Set<string>>();
  readonly #set = new Map<string, string>();

  /** Adds an operation; it runs after the earlier ones that set a variable it reads, or read one it sets. */
  operation(op: string, inputs: readonly string[], attributes: readonly Attribute[]): string {
    const name = this.#fresh(op);
    const variables = inputs.filter((input) => this.#used.has(input));
    const after = new Set(variables.flatMap((variable) => this.#set.get(variable) ?? []));
    for (const input of inputs) this.#used.get(this.#values.get(input) ?? "")?.add(name);
    if (op === "ReadVariableOp") {
      this.#values.set(name, variables[0]!);
      // What sets the variable later waits for this, even if nothing has used the value by then.
      this.#used.get(variables[0]!)!.add(name);
    } else {
      // While an operation still uses the old value, TensorFlow would have to copy it before changing it in place.
      for (const variable of variables) {
        this.#used.get(variable)!.forEach((user) => after.add(user));
        this.#used.set(variable, new Set());
        this.#set.set(variable, name);
      }
    }
    after.delete(name);
    // TensorFlow rewrites sums and products of a graph, in an order that differs between processes, which changes the last
    // bits. It does not rewrite operations with control inputs, even if they wait only for a variable that exists from the
    // start.
    if (this.operations.length > 0) after.add(this.operations[0]!.name);
    return this.#add(name, op, [...inputs, ...waitFor(after)], attributes);
  }

  /** The last operation: its value is available when everything is done. */
  end(name: string, value: string): string {
    return this.#add(name, "Identity", [value, ...waitFor(this.#set.values())], [["T", "type", TF_FLOAT]]);
  }

  /** A variable. */
  variable(shape: readonly number[]): string {
    const name = this.#fresh("state");
    this.#used.set(name, new Set());
    return this.#add(name, "VarHandleOp", [], [DTYPE, ["shape", "shape", shape], ["shared_name", "string", name]]);
  }

  /** A variable's value at this point in the order. */
  read(variable: string): string {
    return this.operation("ReadVariableOp", [variable], [DTYPE]);
  }

  /** Sets a variable to a value, unless it is already the variable's own. */
  assign(variable: string, value: string): void {
    if (this.#values.get(value) !== variable) this.operation("AssignVariableOp", [variable, value], [DTYPE]);
  }

  /** Access to variables: placeholders `<variable>_in`, which set them when `entered` is evaluated, and `<variable>_out`. */
  doors(variables: readonly { readonly name: string; readonly shape: readonly number[] }[], entered: string): void {
    const assigned = variables.map(({ name, shape }) => {
      this.#add(`${name}_out`, "ReadVariableOp", [name], [DTYPE]);
      const value = this.placeholder(shape, TF_FLOAT, `${name}_in`);
      return this.#add(`${name}_assign`, "AssignVariableOp", [name, value], [DTYPE]);
    });
    const zero = this.constant([], TF_FLOAT, new Float32Array(1));
    this.#add(entered, "Identity", [zero, ...waitFor(assigned)], [["T", "type", TF_FLOAT]]);
  }

  /** A constant. */
  constant(shape: readonly number[], dtype: number, values: ArrayBufferView): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
    const type: Attribute = ["dtype", "type", dtype];
    const name = this.#add(this.#fresh("constant"), "Const", [], [type, ["value", "tensor", { shape, dtype, bytes }]]);
    if (dtype !== TF_FLOAT) return name;
    // TensorFlow would not divide by a plain constant but multiply by its inverse, which gives other last bits.
    return this.#add(`${name}_given`, "PlaceholderWithDefault", [name], [type, ["shape", "shape", shape]]);
  }

  /** A value that is supplied whenever the graph runs. */
  placeholder(shape: readonly number[], dtype: number, name: string = this.#fresh("given")): string {
    return this.#add(name, "Placeholder", [], [["dtype", "type", dtype], ["shape", "shape", shape]]);
  }

  #fresh(of: string): string {
    return `${of}${this.operations.length}`;
  }

  #add(name: string, op: string, inputs: readonly string[], attributes: readonly Attribute[]): string {
    this.operations.push({ name, op, inputs, attributes });
    return name;
  }
}
