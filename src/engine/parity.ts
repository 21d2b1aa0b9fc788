/**
 * The parity suite: what every backend must compute like the plain one, forward and backward.
 *
 * Each case computes tensors from seeded inputs on the current backend. The reference is `cpu`, TensorFlow.js's loops in plain
 * JavaScript, which run anywhere; `src/engine/parity_cases.ts` lists the cases.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import type { ParityCase } from "./parity_cases.ts";

/**
 * The largest difference allowed, relative to the tensor's largest magnitude.
 *
 * All backends compute in float32, with sums in different orders. A sum of n products of one magnitude has a relative error of
 * about √n·2⁻²⁴, 2·10⁻⁶ for the longest here (n = 1,000), and batch normalisation's gradient, a difference of such sums, a few
 * times that. A wrong kernel is off by 10⁻² or more, and TensorFloat-32 by 10⁻³.
 */
export const PARITY_TOLERANCE = 2e-5;

/** The differences of a case's tensors from the reference. */
export interface ParityResult {
  /** The case. */
  name: string;
  /** The largest absolute difference. */
  maxAbs: number;
  /** The largest difference, relative to the tensor's largest magnitude. */
  maxRel: number;
  /** True where `maxRel` is within the tolerance. */
  ok: boolean;
  /** What it threw, if it did. */
  error?: string;
}

/** The values of the cases' tensors, by the case's name. */
export type ParityValues = Map<string, Float32Array[]>;

/** Computes a case on the current backend. */
export async function computeCase({ run }: ParityCase): Promise<Float32Array[]> {
  const tensors = tf.tidy(run);
  try {
    // Not dataSync(): on webgpu there is none.
    return await Promise.all(tensors.map(async (tensor) => await tensor.data<"float32">()));
  } finally {
    tf.dispose(tensors);
  }
}

/**
 * Computes cases on the `cpu` backend, then restores the backend that was current before.
 *
 * @param cases Which.
 * @returns The values.
 */
export async function referenceValues(cases: readonly ParityCase[]): Promise<ParityValues> {
  const [before, quiet] = [tf.getBackend(), tf.env().getBool("PROD")];
  await tf.setBackend("cpu");
  // Otherwise its first operation prints an advertisement for tfjs-node.
  tf.env().set("PROD", true);
  try {
    const values: ParityValues = new Map();
    for (const each of cases) values.set(each.name, await computeCase(each));
    return values;
  } finally {
    tf.env().set("PROD", quiet);
    if (before) await tf.setBackend(before);
  }
}

/**
 * Compares tensors with the reference.
 *
 * @param name The case.
 * @param got The computed values.
 * @param wanted The reference's values.
 * @returns The differences; infinite where lengths differ or a value is not a number.
 */
export function compareValues(
  name: string,
  got: readonly Float32Array[],
  wanted: readonly Float32Array[],
): ParityResult {
  let [maxAbs, maxRel] = got.length === wanted.length ? [0, 0] : [Infinity, Infinity];
  wanted.forEach((reference, i) => {
    const values = got[i];
    const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    let difference = values?.length === reference.length ? 0 : Infinity;
    values?.forEach((value, j) => {
      const off = Math.abs(value - reference[j]!);
      difference = Math.max(difference, Number.isNaN(off) ? Infinity : off);
    });
    maxAbs = Math.max(maxAbs, difference);
    maxRel = Math.max(maxRel, difference === 0 ? 0 : difference / largest);
  });
  return { name, maxAbs, maxRel, ok: maxRel <= PARITY_TOLERANCE };
}

/**
 * Computes cases on the current backend and compares them with the reference.
 *
 * @param cases Which.
 * @param reference The reference's values; computed first if they are not given.
 * @returns One result per case. A case that throws is not ok, and the rest still run.
 */
export async function runParity(
  cases: readonly ParityCase[],
  reference?: ParityValues,
): Promise<ParityResult[]> {
  const wanted = reference ?? await referenceValues(cases);
  const results: ParityResult[] = [];
  for (const each of cases) {
    try {
      results.push(compareValues(each.name, await computeCase(each), wanted.get(each.name) ?? []));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      results.push({
        name: each.name,
        maxAbs: Infinity,
        maxRel: Infinity,
        ok: false,
        error: message.split("\n")[0]!,
      });
    }
  }
  return results;
}
