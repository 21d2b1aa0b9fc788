/**
 * The variables of the environment that change what TensorFlow computes: pinned before its library is loaded.
 *
 * @module
 */

import process from "node:process";

/** Read by TensorFlow, XLA, oneDNN, Eigen, OpenMP's runtimes and MKL when they are loaded; whoever set one had other programs in mind. */
const THEIRS = /^(TF|XLA|ONEDNN|DNNL|MKLDNN|MKL|OMP|GOMP|KMP|EIGEN)_/;

/** These of them print more or less, and compute the same. */
const SPEAKING = /^TF_CPP_(MIN_LOG_LEVEL|MAX_LOG_LEVEL|MIN_VLOG_LEVEL|MAX_VLOG_LEVEL|VMODULE|LOG_THREAD_ID)$/;

/**
 * These choose a GPU, or turn off what makes one less precise: the user's to set, and part of what a run was made under. C's
 * library reads the last one before any program starts.
 */
const KEPT = /^(CUDA_VISIBLE_DEVICES|NVIDIA_TF32_OVERRIDE|CUDNN_\w+|CUBLAS_\w+|GLIBC_TUNABLES)$/;

/**
 * Sets what a run is pinned to, and removes all else that would change its bits.
 *
 * @param threads How many threads TensorFlow computes on.
 * @param oneDnn Whether it computes by oneDNN.
 * @returns The variables that it computes under, by name; those that change nothing are left out.
 *
 * @example What a shell's profile set for other programs does not reach it
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * Deno.env.set("ONEDNN_JIT_DUMP", "0");
 * assertEquals(pinEnvironment(1, true)["ONEDNN_JIT_DUMP"], undefined);
 * assertEquals(Deno.env.get("ONEDNN_JIT_DUMP"), undefined);
 * ```
 */
export function pinEnvironment(threads: number, oneDnn: boolean): Record<string, string> {
  const pinned: Record<string, string> = {
    OMP_NUM_THREADS: String(threads),
    // TensorFlow turns oneDNN on by itself on processors with AVX-512 alone. Its kernels are the faster ones on AVX2 too: without
    // them a convolution's adjoint from 4 × 4 takes many times as long (`results/bench/kernels.json`), and numbers have other last
    // bits.
    TF_ENABLE_ONEDNN_OPTS: oneDnn ? "1" : "0",
    TF_NUM_INTEROP_THREADS: String(threads),
    TF_NUM_INTRAOP_THREADS: String(threads),
  };
  for (const name of Object.keys(process.env)) {
    if (THEIRS.test(name) && !SPEAKING.test(name)) delete process.env[name];
  }
  Object.assign(process.env, pinned);
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  const kept = Object.entries(process.env).filter(([name, value]) => KEPT.test(name) && value !== undefined);
  return { ...pinned, ...Object.fromEntries(kept) as Record<string, string> };
}
