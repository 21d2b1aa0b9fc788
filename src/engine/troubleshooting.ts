/**
 * Known failures of backends: the symptom as this project or a library words it, and a hint that says what to do.
 *
 * @module
 */

import { taskLine } from "../platform/task.ts";

const SETUP = taskLine("setup");

const HINTS: readonly (readonly [symptom: RegExp, hint: string])[] = [
  [/no Python with pip/, `install Python 3 with pip (Debian: apt install python3-pip), then \`${SETUP}\``],
  [/no C\+\+ compiler/, `install a C++ compiler (Debian: apt install g++), then \`${SETUP}\``],
  [
    /not TensorFlow's own wheel|not the one expected/,
    "the index, mirror or proxy that pip uses gives another file under this name: see `python3 -m pip config list`",
  ],
  [/MEMGAN_CACHE|Cannot find the cache/, "set MEMGAN_CACHE to an absolute path"],
  [/temporary folder/, "set TMPDIR to a folder that can be written"],
  [
    /wheel could not be downloaded/,
    "see that `python3 -m pip download tensorflow-cpu` works: behind a proxy set HTTPS_PROXY, with a mirror PIP_INDEX_URL",
  ],
  [/No space left|wheel could not be unpacked/, "free 1.2 GB, or set MEMGAN_CACHE to a folder on a larger disk"],
  [/could not be compiled/, `g++ 9 or later is needed; then \`${SETUP}\``],
  [
    /the addon did not load|GLIBC|symbol/,
    `remove the folder that \`${SETUP}\` made (~/.cache/memgan, or MEMGAN_CACHE) and node_modules, then \`${SETUP}\``,
  ],
  [
    /SIGSEGV/,
    "a process with Mesa's OpenGL driver in it cannot run TensorFlow, as both bring an LLVM: set DENO_WEBGPU_BACKEND=vulkan",
  ],
  [/SIGILL/, "this processor lacks AVX, which TensorFlow needs: use `--backend wasm`"],
  [
    /not use it/,
    `the NVIDIA driver must be 525 or later; then remove node_modules and ~/.cache/memgan and \`${SETUP}\``,
  ],
  [
    /wheel route is for Linux/,
    "use `--backend webgpu` (any GPU) or `--backend wasm`; under Windows, Linux in WSL2 is faster",
  ],
  [
    /no graphics adapter/,
    "install the GPU's Vulkan driver (Debian, to test without a GPU: apt install libvulkan1 mesa-vulkan-drivers)",
  ],
  [/computes on the CPU/, "nothing is wrong; it serves for tests, is slower than wasm, and is never chosen by itself"],
  [/cannot read the package|could not be imported/, "remove node_modules and run `deno install`"],
  [
    /differ/,
    "TensorFloat-32 would do this: set NVIDIA_TF32_OVERRIDE=0. Otherwise use another backend, and report it with this output",
  ],
];

/**
 * The hint for a known failure.
 *
 * @param symptom What a backend said when it failed.
 * @returns What to do, or `undefined` if the failure is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hintFor("all is well"), undefined);
 * ```
 */
export function hintFor(symptom: string): string | undefined {
  return HINTS.find(([known]) => known.test(symptom))?.[1];
}
