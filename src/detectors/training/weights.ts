/**
 * A detector's weights as arrays by name. This file loads nothing of TensorFlow's own library, so that a browser can take it.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Parameter } from "../../engine/parameter.ts";
import type { NamedArray } from "../detector.ts";

/** The values of tensors by name, read from any backend. */
export async function arraysOf(tensors: Readonly<Record<string, tf.Tensor>>): Promise<Record<string, NamedArray>> {
  const arrays: Record<string, NamedArray> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    arrays[name] = { shape: tensor.shape, values: Float32Array.from(await tensor.data()) };
  }
  return arrays;
}

/** The values of parameters by name: a detector's `save`. */
export function snapshot(parameters: readonly Parameter[]): Promise<Record<string, NamedArray>> {
  return arraysOf(Object.fromEntries(parameters.map((p) => [p.name, p.value])));
}

/**
 * Checks that there is an array for each tensor.
 *
 * @param method The method, for messages.
 * @param tensors The tensors by name.
 * @param arrays Values by name; others are ignored.
 * @throws {RangeError} If one is missing or has another shape.
 */
export function checkArrays(
  method: string,
  tensors: readonly { readonly name: string; readonly value: tf.Tensor }[],
  arrays: Readonly<Record<string, NamedArray>>,
): void {
  for (const { name, value } of tensors) {
    const given = arrays[name];
    if (given?.values.length === value.size && String(given.shape) === String(value.shape)) continue;
    throw new RangeError(
      `Cannot load the weights of ${method}: "${name}" must have the shape [${value.shape.join(", ")}], ` +
        (given === undefined
          ? "it is missing"
          : `it has [${given.shape.join(", ")}] and ${given.values.length} values`),
    );
  }
}

/**
 * Sets parameters to saved values: a detector's `load`.
 *
 * @param method The method, for messages.
 * @param parameters The parameters to set; other arrays are ignored.
 * @param arrays Values by name.
 * @throws {RangeError} If one is missing or has another shape.
 */
export function restore(
  method: string,
  parameters: readonly Parameter[],
  arrays: Readonly<Record<string, NamedArray>>,
): void {
  checkArrays(method, parameters, arrays);
  for (const parameter of parameters) {
    const { shape, values } = arrays[parameter.name]!;
    parameter.set(tf.tensor(Float32Array.from(values), [...shape]));
  }
}
