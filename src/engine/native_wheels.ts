/**
 * The wheels that hold TensorFlow's library, each by its version and SHA-256: whatever index, mirror, proxy or folder pip takes a
 * wheel from, it is this one or none.
 *
 * The hashes are of the wheels for CPython 3.12, of which no Python code is run. On a new TensorFlow, `pip install --dry-run
 * --report` gives all of them; CUDA's versions have to be within what `tensorflow[and-cuda]` asks for.
 *
 * @module
 */

import { ARCH, TENSORFLOW_VERSION } from "./native_addon.ts";

/** A wheel. */
export interface Wheel {
  /** Its package. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** The SHA-256 of its file. */
  readonly sha256: string;
}

const wheel = (name: string, version: string, sha256: string): Wheel => ({ name, version, sha256 });

const CPU: Readonly<Record<typeof ARCH, Wheel>> = {
  x86_64: wheel(
    "tensorflow-cpu",
    TENSORFLOW_VERSION,
    "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
  ),
  // Of `tensorflow-cpu` there is none for this processor; this one has no CUDA either.
  aarch64: wheel("tensorflow", TENSORFLOW_VERSION, "b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552"),
};

const CUDA: readonly Wheel[] = [
  wheel("tensorflow", TENSORFLOW_VERSION, "b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0"),
  ...[
    ["cublas", "12.9.3.13", "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72"],
    ["cuda-cupti", "12.8.90", "ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182"],
    ["cuda-nvcc", "12.9.86", "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0"],
    ["cuda-nvrtc", "12.9.86", "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4"],
    ["cuda-runtime", "12.9.79", "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3"],
    ["cudnn", "9.28.0.42", "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375"],
    ["cufft", "11.4.1.4", "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28"],
    ["curand", "10.3.10.19", "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e"],
    ["cusolver", "11.7.5.82", "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88"],
    ["cusparse", "12.5.10.65", "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78"],
    ["nccl", "2.32.3", "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c"],
    ["nvjitlink", "12.9.86", "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9"],
  ].map(([name, version, sha256]) => wheel(`nvidia-${name}-cu12`, version!, sha256!)),
];

/** Whether there are wheels with CUDA for this processor. */
export const HAS_CUDA: boolean = ARCH === "x86_64";

/**
 * The wheels that this processor needs.
 *
 * @param gpu With CUDA, where {@linkcode HAS_CUDA} says that there are any.
 * @returns All of them: nothing that they depend on is taken.
 */
export function wheelsFor(gpu: boolean): readonly Wheel[] {
  return gpu ? CUDA : [CPU[ARCH]];
}

/**
 * The wheels as pip wants to be told of them under `--require-hashes`.
 *
 * @param wheels The wheels.
 * @returns The text of a requirements file.
 *
 * @example Every line has a hash
 * ```ts
 * import { assertMatch } from "@std/assert";
 *
 * for (const line of requirements(wheelsFor(true)).trim().split("\n")) {
 *   assertMatch(line, /^[a-z0-9-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
 * }
 * ```
 */
export function requirements(wheels: readonly Wheel[]): string {
  return wheels.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`).join("");
}
