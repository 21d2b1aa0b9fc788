/**
 * Setting up the `native` backend: TensorFlow's own library under `npm:@tensorflow/tfjs-node-gpu`.
 *
 * The package's installer fetches libtensorflow 2.9.1 (CUDA 11.2) from a host that many machines cannot reach, and has
 * no prebuilt addon for current runtimes. The same two parts are to be had elsewhere:
 *
 * 1. the library and its C headers are inside the TensorFlow wheel, which `pip download` brings without running any of
 *    its Python;
 * 2. the addon's C++ is inside the npm package: two files, ten seconds of a compiler.
 *
 * Everything lands in one cache folder, shared by all checkouts, and is complete or absent: the folder gets its final
 * name last.
 *
 * @module
 */

import { existsSync, readdirSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { ADDON, addonHome, ARCH, isNativeReady, PACKAGE, placeAddon, TENSORFLOW_VERSION } from "./native_addon.ts";
import type { ProgramOptions } from "../platform/children.ts";
import { runProgram } from "../platform/children.ts";
import { packageFolder } from "../platform/packages.ts";

/** Says one line of progress. */
export type Say = (line: string) => void;

/** The outcome of a command: whether it went well, and the last line that tells of an error, else the end of what it printed. */
async function run(
  command: string,
  args: string[],
  options: ProgramOptions = {},
): Promise<{ ok: boolean; tail: string }> {
  const { code, stdout, stderr } = await runProgram(command, args, options);
  if (code === 127) return { ok: false, tail: `${command} is not on this machine` };
  const lines = (stdout + stderr).trim().split("\n");
  const telling = lines.findLast((line) => /error: /i.test(line)) ?? lines.slice(-3).join(" | ");
  return { ok: code === 0, tail: telling.trim().slice(-400) };
}

/** Milliseconds in which an NVIDIA driver answers; one that hangs would hold every command up. */
const DRIVER_PATIENCE = 15_000;

/** True where an NVIDIA driver answers. */
export async function hasNvidiaGpu(): Promise<boolean> {
  return (await run("nvidia-smi", ["-L"], { patience: DRIVER_PATIENCE })).ok;
}

// Only the wheel's libraries and C headers are taken: 860 of its 1,270 MB.
const UNPACK = `
import glob, sys, zipfile
for name in glob.glob(sys.argv[1] + "/*.whl"):
    with zipfile.ZipFile(name) as wheel:
        for entry in wheel.namelist():
            if entry.startswith(("tensorflow/include/tensorflow/c/", "tensorflow/include/tensorflow/core/platform/",
                                 "tensorflow/include/xla/tsl/", "tensorflow/include/tsl/", "nvidia/")) or entry in (
                    "tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"):
                wheel.extract(entry, sys.argv[2])
`;

async function download(python: string, into: string, gpu: boolean): Promise<{ ok: boolean; tail: string }> {
  const target = ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312", "--abi", "none"]
    .concat(["manylinux_2_27", "manylinux_2_17", "manylinux2014"].flatMap((p) => ["--platform", `${p}_${ARCH}`]));
  // With a GPU, pip resolves the CUDA wheels too: their versions belong to TensorFlow's release, not to us.
  const what = gpu
    ? [`tensorflow[and-cuda]==${TENSORFLOW_VERSION}`]
    : ["--no-deps", `tensorflow-cpu==${TENSORFLOW_VERSION}`];
  return await run(python, ["-m", "pip", "download", "-q", "--only-binary=:all:", ...target, "-d", into, ...what]);
}

async function build(home: string): Promise<{ ok: boolean; tail: string }> {
  const { default: { include_dir: headers } } = await import("node-api-headers");
  const tensorflow = join(home, "tensorflow");
  const sources = join(packageFolder(PACKAGE)!, "binding");
  const cuda = nvidiaLibraryFolders(home).map((folder) => `-Wl,-rpath,$ORIGIN/${folder}`);
  return await run("g++", [
    "-O2",
    "-shared",
    "-fPIC",
    "-std=c++17",
    "-DNAPI_VERSION=8",
    "-I" + headers,
    "-I" + join(tensorflow, "include"),
    join(sources, "tfjs_backend.cc"),
    join(sources, "tfjs_binding.cc"),
    "-L" + tensorflow,
    "-l:libtensorflow_cc.so.2",
    "-l:libtensorflow_framework.so.2",
    "-Wl,-rpath,$ORIGIN/tensorflow",
    ...cuda,
    "-o",
    join(home, ADDON),
  ]);
}

/** Where CUDA's libraries lie, relative to `home`, which is built under another name than it is used. */
function nvidiaLibraryFolders(home: string): string[] {
  if (!existsSync(join(home, "nvidia"))) return [];
  const folders = readdirSync(join(home, "nvidia")).map((name) => `nvidia/${name}/lib`);
  return folders.filter((folder) => existsSync(join(home, folder)));
}

async function findPython(): Promise<string | undefined> {
  for (const name of ["python3", "python"]) {
    if ((await run(name, ["-m", "pip", "--version"])).ok) return name;
  }
  return undefined;
}

/** Downloads and builds into `home`; returns the reason where it cannot. */
async function prepare(home: string, gpu: boolean, say: Say): Promise<string | undefined> {
  if (process.platform !== "linux") return `the wheel route is for Linux, this is ${process.platform}`;
  const python = await findPython();
  if (python === undefined) return "no Python with pip was found";
  const compiler = await run("g++", ["--version"]);
  if (!compiler.ok) return "no C++ compiler (g++) was found";
  const part = `${home}.part-${process.pid}`;
  await mkdir(join(part, "wheels"), { recursive: true });
  try {
    say(
      `native: downloading TensorFlow ${TENSORFLOW_VERSION}${gpu ? " with CUDA" : ""} (${gpu ? "3 GB" : "275 MB"}) ...`,
    );
    const got = await download(python, join(part, "wheels"), gpu);
    if (!got.ok) return `the TensorFlow wheel could not be downloaded: ${got.tail}`;
    say("native: unpacking its libraries and C headers ...");
    const unpacked = await run(python, ["-c", UNPACK, join(part, "wheels"), part]);
    if (!unpacked.ok) return `the TensorFlow wheel could not be unpacked: ${unpacked.tail}`;
    await rm(join(part, "wheels"), { recursive: true });
    say("native: compiling the addon (about 10 s) ...");
    const built = await build(part);
    if (!built.ok) return `the addon could not be compiled: ${built.tail}`;
    await rm(home, { recursive: true, force: true });
    await rename(part, home);
    return undefined;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** The second try: the package's own installer, as npm would run it. */
async function ownInstaller(say: Say): Promise<string | undefined> {
  say("native: trying the package's own installer ...");
  const done = await run("node", ["scripts/install.js", "gpu", "download"], { cwd: packageFolder(PACKAGE) });
  return done.ok && isNativeReady()
    ? undefined
    : `the package's own installer failed: ${done.tail || "it left no addon"}`;
}

/**
 * Makes the `native` backend importable; does nothing where it already is.
 *
 * @param say Receives one line a step.
 * @returns The reason why it cannot be set up here, or `undefined` when it is ready.
 */
export async function setUpNative(say: Say): Promise<string | undefined> {
  if (isNativeReady()) return undefined;
  const gpu = await hasNvidiaGpu();
  const home = addonHome(gpu);
  if (!existsSync(join(home, ADDON))) {
    const reason = await prepare(home, gpu, say);
    if (reason !== undefined) {
      say(`native: ${reason}`);
      const second = await ownInstaller(say);
      return second === undefined ? undefined : `${reason}; ${second}`;
    }
  }
  const reason = await placeAddon([home]);
  if (reason === undefined) say(`native: ready in ${home}`);
  return reason;
}
