/**
 * Runs TensorFlow's own operations by name, where TensorFlow is the backend.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** The part of tfjs-node's backend that runs a TensorFlow operation by its name. */
interface Native {
  isUsingGpuDevice: boolean;
  binding: Record<string, number> & { readonly TF_Version: string };
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
}

/** An attribute of a TensorFlow operation, in the form of tfjs-node's binding. */
export interface Attribute {
  /** The attribute's name in TensorFlow's registry. */
  name: string;
  /** The binding's code of its type. */
  type: number;
  /** Its value. */
  value: unknown;
}

/** The native backend if it is the current one; the call does not start it. */
function native(): Native | undefined {
  return tf.getBackend() === "tensorflow" ? tf.backend() as unknown as Native : undefined;
}

/** True where TensorFlow itself is the current backend, so that `runNative` works. */
export function isNative(): boolean {
  return native() !== undefined;
}

/** True where TensorFlow runs on the CPU. */
export function isNativeCpu(): boolean {
  return native()?.isUsingGpuDevice === false;
}

/** The version of the TensorFlow library that is loaded, as it says itself; the backend must be `native`. */
export function tensorflowVersion(): string {
  return native()!.binding.TF_Version;
}

/**
 * Runs a TensorFlow operation by its name; for `native` only.
 *
 * @param name The operation's name in TensorFlow's registry.
 * @param attributes From names to values; a value's kind is given by the key's suffix: `:type`, `:float`, `:int`, `:bool`,
 * `:string`, `:shape`.
 * @param inputs Its inputs.
 * @param outputs How many outputs it has.
 * @returns Its outputs.
 */
export function runNative(
  name: string,
  attributes: Record<string, unknown>,
  inputs: tf.Tensor[],
  outputs: number,
): tf.Tensor[] {
  const backend = native()!;
  const list = Object.entries(attributes).map(([key, value]) => {
    const [attribute, kind] = key.split(":") as [string, string];
    return { name: attribute, type: backend.binding[`TF_ATTR_${kind.toUpperCase()}`]!, value };
  });
  return backend.executeMultipleOutputs(name, list, inputs, outputs);
}

/** float32 in TensorFlow's numbering of types. */
export const TF_FLOAT = 1;
