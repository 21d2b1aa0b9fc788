/**
 * The processor: its name, and the instructions by which its kernels compute. Numbers made by AVX-512 and by AVX2 differ in their
 * last bits, and virtual machines give processors of either kind one name.
 *
 * @module
 */

import { cpus } from "node:os";

/** The processor's name. */
export function cpuModel(): string {
  return cpus()[0]?.model.trim() || Deno.build.arch;
}

/** Instruction sets, by CPUID's leaf as glibc numbers them, register (0 is eax) and bit. */
const X86: readonly (readonly [name: string, leaf: number, register: number, bit: number])[] = [
  ["sse4_1", 0, 2, 19],
  ["sse4_2", 0, 2, 20],
  ["fma", 0, 2, 12],
  ["f16c", 0, 2, 29],
  ["avx", 0, 2, 28],
  ["avx2", 1, 1, 5],
  ["avx512f", 1, 1, 16],
  ["avx512dq", 1, 1, 17],
  ["avx512bw", 1, 1, 30],
  ["avx512vl", 1, 1, 31],
  ["avx512_vnni", 1, 2, 11],
  ["avx512_fp16", 1, 3, 23],
  ["amx_bf16", 1, 3, 22],
  ["amx_tile", 1, 3, 24],
  ["avx_vnni", 6, 0, 4],
  ["avx512_bf16", 6, 0, 5],
];

/** CPUID as glibc read it: for each register what the processor has, then, 16 bytes on, what the system lets programs use. */
function x86Features(): string {
  const { symbols: libc } = Deno.dlopen("libc.so.6", {
    __x86_get_cpuid_feature_leaf: { parameters: ["u32"], result: "pointer" },
  });
  const has = (leaf: number, register: number, bit: number) => {
    const place = libc.__x86_get_cpuid_feature_leaf(leaf);
    return place !== null && (new Deno.UnsafePointerView(place).getUint32(16 + 4 * register) >>> bit & 1) === 1;
  };
  return X86.filter(([, ...place]) => has(...place)).map(([name]) => name).join(" ");
}

/** The words in which Linux tells programs on ARM what the processor has. */
function armFeatures(): string {
  const { symbols: libc } = Deno.dlopen("libc.so.6", { getauxval: { parameters: ["usize"], result: "usize" } });
  const [HWCAP, HWCAP2] = [16n, 26n];
  return [HWCAP, HWCAP2].map((word) => `0x${libc.getauxval(word).toString(16)}`).join(" ");
}

/**
 * The instruction sets that kernels choose between.
 *
 * @returns Their names, divided by spaces; `null` where this process cannot ask: on another system than Linux, with a C library
 * other than glibc, or without the permission for FFI.
 */
export function cpuFeatures(): string | null {
  if (Deno.build.os !== "linux") return null;
  try {
    return Deno.build.arch === "x86_64" ? x86Features() : armFeatures();
  } catch {
    return null;
  }
}
