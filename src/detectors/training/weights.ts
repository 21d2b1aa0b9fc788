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
 * An array of a given shape.
 *
 * @param what What cannot be done without it, for messages.
 * @param name Its name.
 * @param shape Its shape.
 * @param arrays Values by name.
 * @throws {RangeError} If it is missing or has another shape.
 */
export function arrayOf(
  what: string,
  name: string,
  shape: readonly number[],
  arrays: Readonly<Record<string, NamedArray>>,
): NamedArray {
  const given = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
  if (given === undefined || String(given.shape) !== String(shape)) {
    throw new RangeError(
      `${what}: "${name}" must have the shape [${shape.join(", ")}], ` +
        (given === undefined ? "it is missing" : `it has [${given.shape.join(", ")}]`),
    );
  }
  return given;
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
  const given = parameters.map(({ name, value }) =>
    arrayOf(`Cannot load the weights of ${method}`, name, value.shape, arrays)
  );
  parameters.forEach((parameter, i) => {
    const { shape, values } = given[i]!;
    parameter.set(tf.tensor(Float32Array.from(values), [...shape]));
  });
}
