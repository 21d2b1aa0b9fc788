/**
 * A step that is written once and run thousands of times.
 *
 * On a CPU a training step is a thousand small operations, and starting each from JavaScript takes a third of the time. So the
 * operations of the first step are recorded while they run, and from then on TensorFlow runs them all by itself, several at
 * once where there are threads. The step has no second implementation: the first step's operations are repeated, and a test
 * checks that.
 *
 * @module
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { isNativeCpu } from "./ops.ts";
import type { Parameter } from "./parameter.ts";
import { Recording } from "./recording.ts";
import { encodeSavedModel } from "./saved_model.ts";

/** A repeated step. */
export interface Repeated {
  /** Runs it once. */
  (): tf.Tensor;
  /** Brings parameters and moments up to date: while a step is repeated they are stored within TensorFlow. */
  settle(): void;
  /** Frees the resources of the repetition. */
  dispose(): void;
}

/** The part of tfjs-node's backend that runs graphs. */
interface Backend {
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  runSavedModel(id: number, inputs: tf.Tensor[], names: { name: string }[], outputs: string[]): tf.Tensor[];
  deleteSavedModel(id: number): void;
}

/** A graph that TensorFlow has loaded. */
interface Graph {
  run(inputs: readonly (readonly [name: string, value: tf.Tensor])[], outputs: readonly string[]): tf.Tensor[];
  dispose(): void;
}

/** Makes TensorFlow load a graph, which it can do only from a folder. */
function load(bytes: Uint8Array): Graph {
  const backend = tf.backend() as unknown as Backend;
  const folder = mkdtempSync(join(tmpdir(), "memgan-graph-"));
  try {
    writeFileSync(join(folder, "saved_model.pb"), bytes);
    const id = backend.loadSavedModelMetaGraph(folder, "serve");
    const first = (name: string) => `${name}:0`;
    return {
      run: (inputs, outputs) =>
        backend.runSavedModel(
          id,
          inputs.map(([, value]) => value),
          inputs.map(([name]) => ({ name: first(name) })),
          outputs.map(first),
        ),
      dispose: () => backend.deleteSavedModel(id),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * A step: repeated as a graph where TensorFlow runs on the CPU, and run as written elsewhere.
 *
 * @param step Updates parameters by tensor operations alone, and returns a vector; values from the host come through `given`.
 * @param parameters Everything that it changes, besides the moments of `Adam`.
 * @returns The step; other code changes the parameters only between `settle` and the next step.
 * @throws {Error} On the first run, if it reads a value that it has computed.
 *
 * @example Half-way from 0 to 8, three times
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 * import { Parameter } from "./parameter.ts";
 *
 * const theta = new Parameter("theta", tf.scalar(0));
 * const step = repeated(() => {
 *   theta.set(tf.div(tf.add(theta.value, 8), 2));
 *   return tf.clone(theta.value);
 * }, [theta]);
 * for (let i = 0; i < 3; i++) step().dispose();
 * step.settle();
 * assertEquals(theta.value.dataSync()[0], 7);
 * ```
 */
export function repeated(step: () => tf.Tensor, parameters: readonly Parameter[]): Repeated {
  if (!isNativeCpu()) return Object.assign(step, { settle() {}, dispose() {} });
  let written: { readonly recording: Recording; readonly graph: Graph } | undefined;
  let within = false;

  const write = () => {
    const recording = new Recording(step, parameters);
    try {
      // The recorded step is undone and then run by the graph, so that all steps are computed alike.
      for (const { start, write } of recording.states) {
        write(start);
        start.dispose();
      }
      return { recording, graph: load(encodeSavedModel(recording.graph.operations)) };
    } catch (error) {
      recording.dispose();
      throw error;
    }
  };
  const enter = ({ recording: { states }, graph }: NonNullable<typeof written>) => {
    const values = states.map(({ name, read }) => [`${name}_in`, read()] as const);
    try {
      tf.dispose(graph.run(values, ["entered"]));
    } finally {
      tf.dispose(values.map(([, value]) => value));
    }
    within = true;
  };

  return Object.assign(() => {
    written ??= write();
    if (!within) enter(written);
    const { recording, graph } = written;
    const inputs = recording.givens.flatMap(({ names, make, first }) => {
      const made = first.length > 0 ? first.splice(0) : make();
      return made.map((value, i) => [names[i]!, value] as const);
    });
    try {
      return graph.run(inputs, ["losses"])[0]!;
    } finally {
      tf.dispose(inputs.map(([, value]) => value));
    }
  }, {
    settle() {
      if (!written || !within) return;
      const { recording: { states }, graph } = written;
      const values = graph.run([], states.map(({ name }) => `${name}_out`));
      states.forEach(({ write }, i) => write(values[i]!));
      tf.dispose(values);
      within = false;
    },
    dispose() {
      written?.graph.dispose();
      written?.recording.dispose();
      written = undefined;
      within = false;
    },
  });
}
