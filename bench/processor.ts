/**
 * What a figure was measured on.
 *
 * @module
 */

import { cpuModel } from "../src/experiments/processor.ts";

/** The processor's name and the widest vectors that it has, where these can be read: which kernels compute hangs on them. */
export function processor(): string {
  let features = "";
  try {
    features = Deno.readTextFileSync("/proc/cpuinfo");
  } catch {
    // Another system than Linux: the name has to do.
  }
  const vectors = [["avx512f", "AVX-512"], ["avx2", "AVX2"]].find(([flag]) => features.includes(` ${flag} `));
  return cpuModel() + (vectors === undefined ? "" : ` with ${vectors[1]}`);
}
