/**
 * Making the `native` backend's two parts: TensorFlow's library out of its wheel, and the addon by a compiler.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFolder } from "../platform/packages.ts";
import { ADDON, ARCH, PACKAGE } from "./native_addon.ts";
import { run } from "./native_programs.ts";
import type { Wheel } from "./native_wheels.ts";
import { requirements } from "./native_wheels.ts";

/** It could not be made: the message says why. */
export class SetupError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "SetupError";
  }
}

// Only the wheel's libraries and C headers are taken: 860 of its 1,270 MB. `extract` drops the modes of files, and XLA runs ptxas.
const UNPACK = `
import os, stat, sys, zipfile
into, limit = sys.argv[1], int(sys.argv[2])
for name in sys.argv[3:]:
    with zipfile.ZipFile(name) as wheel:
        for entry in wheel.infolist():
            path, mode = entry.filename, entry.external_attr >> 16
            if path.startswith("/") or "\\\\" in path or ":" in path or ".." in path.split("/"):
                sys.exit("error: it holds " + ascii(path) + ", which leads out of its folder")
            if stat.S_ISLNK(mode):
                sys.exit("error: it holds " + ascii(path) + ", which is a link")
            limit -= entry.file_size
            if limit < 0:
                sys.exit("error: it holds more than " + sys.argv[2] + " bytes")
            if path.startswith(("tensorflow/include/tensorflow/c/", "tensorflow/include/tensorflow/core/platform/",
                                "tensorflow/include/xla/tsl/", "tensorflow/include/tsl/", "nvidia/")) or path in (
                    "tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"):
                to = wheel.extract(entry, into)
                if mode & 0o111 and not entry.is_dir():
                    os.chmod(to, 0o755)
`;

/** Bytes that all wheels unpack to, at most: CUDA's have 7.5 GB. */
const UNPACKED = 12e9;

/** What pip says where no index answers; in the end it says that it found no such version, as if one had. */
const NO_NETWORK =
  /NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|NameResolutionError|Network is unreachable|name resolution|Connection refused|Connection aborted|timed out/i;

/**
 * Why pip did not bring the wheels.
 *
 * @param output What it printed.
 * @param tail The line of it that tells of an error.
 * @returns The reason, in one line.
 *
 * @example A machine without a network
 * ```ts
 * import { assertMatch } from "@std/assert";
 *
 * const output = "WARNING: Retrying ... NewConnectionError('... Network is unreachable')\nERROR: No matching distribution";
 * assertMatch(whyNotDownloaded(output, "ERROR: No matching distribution"), /^there is no network, or no package index/);
 * ```
 */
export function whyNotDownloaded(output: string, tail: string): string {
  const hashes = /Expected sha256 ([0-9a-f]{64})[\s\S]*?Got\s+([0-9a-f]{64})/.exec(output);
  if (/DO NOT MATCH THE HASHES/.test(output) || hashes) {
    const what = hashes
      ? `its SHA-256 is ${hashes[2]}, ${hashes[1]} is expected`
      : "its SHA-256 is another than expected";
    return `what pip found is not TensorFlow's own wheel: ${what}`;
  }
  const [unreachable] = NO_NETWORK.exec(output) ?? [];
  if (unreachable !== undefined) return `there is no network, or no package index answers (pip: ${unreachable})`;
  return tail;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  return hash.digest("hex");
}

/**
 * Sees that a folder holds the wheels and nothing else, by their SHA-256: what is unpacked is what was looked at, whatever a pip has
 * checked.
 *
 * @param folder The folder.
 * @param wheels The wheels.
 * @returns Their paths.
 * @throws {SetupError} If there is another file, or one is missing.
 */
export async function verifyWheels(folder: string, wheels: readonly Wheel[]): Promise<string[]> {
  const missing = new Map(wheels.map((each) => [each.sha256, each]));
  const paths: string[] = [];
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = await sha256(path);
    if (!missing.delete(found)) {
      throw new SetupError(`the TensorFlow wheel is not the one expected: the SHA-256 of ${name} is ${found}`);
    }
    paths.push(path);
  }
  for (const { name, version } of missing.values()) throw new SetupError(`pip left out ${name} ${version}`);
  return paths;
}

/**
 * Downloads wheels by pip, from wherever this user's pip takes them.
 *
 * @param python The Python whose pip it is.
 * @param part The folder in which all work is done.
 * @param wheels The wheels.
 * @returns Their paths, verified.
 * @throws {SetupError} If one cannot be had.
 */
export async function downloadWheels(python: string, part: string, wheels: readonly Wheel[]): Promise<string[]> {
  const [into, list] = [join(part, "wheels"), join(part, "requirements.txt")];
  await mkdir(into, { recursive: true });
  await writeFile(list, requirements(wheels));
  const target = ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312", "--abi", "none"]
    .concat(["manylinux_2_27", "manylinux_2_17", "manylinux2014"].flatMap((p) => ["--platform", `${p}_${ARCH}`]));
  const how = ["-q", "--no-deps", "--require-hashes", "--only-binary=:all:", "--retries=2", ...target];
  // Python would import a module of this folder's before its own.
  const { ok, output, tail } = await run(python, ["-m", "pip", "download", ...how, "-d", into, "-r", list], {
    cwd: into,
    env: { TMPDIR: part, NO_COLOR: "1" },
  });
  if (!ok) throw new SetupError(`the TensorFlow wheel could not be downloaded: ${whyNotDownloaded(output, tail)}`);
  return await verifyWheels(into, wheels);
}

/**
 * Unpacks what is needed of wheels, without running anything of theirs.
 *
 * @param python A Python.
 * @param paths The wheels.
 * @param into The folder.
 * @param limit Bytes that they may unpack to.
 * @throws {SetupError} If one is no archive, or holds what leads out of the folder, a link, or too much.
 */
export async function unpackWheels(
  python: string,
  paths: readonly string[],
  into: string,
  limit: number = UNPACKED,
): Promise<void> {
  const { ok, tail } = await run(python, ["-I", "-c", UNPACK, into, String(limit), ...paths]);
  if (!ok) throw new SetupError(`the TensorFlow wheel could not be unpacked: ${tail}`);
}

/** Where CUDA's libraries lie, relative to `home`, which is built under another name than it is used. */
function nvidiaLibraryFolders(home: string): string[] {
  if (!existsSync(join(home, "nvidia"))) return [];
  const folders = readdirSync(join(home, "nvidia")).map((name) => `nvidia/${name}/lib`);
  return folders.filter((folder) => existsSync(join(home, folder)));
}

/**
 * tfjs-node 4.22.0 keeps the names of attributes in a set that all threads of a process share, without a lock: where Deno's workers or
 * parallel tests add to it at once, it breaks ("double free or corruption"). Here each thread has its own; it is never freed, as
 * TensorFlow may keep a name for longer than a thread lives.
 */
function withSetPerThread(source: string): string {
  const shared = "static std::set<std::string> ATTR_NAME_SET;";
  if (!source.includes(shared)) throw new SetupError(`npm:${PACKAGE} is not the version that this code knows`);
  const own = "static thread_local std::set<std::string>& ATTR_NAME_SET = *new std::set<std::string>();";
  return source.replace(shared, own);
}

/**
 * Compiles the addon.
 *
 * @param home The folder that has the library and its headers, and gets the addon.
 * @throws {SetupError} If the compiler fails.
 */
export async function compileAddon(home: string): Promise<void> {
  const { default: { include_dir: headers } } = await import("node-api-headers");
  const tensorflow = join(home, "tensorflow");
  const sources = join(packageFolder(PACKAGE)!, "binding");
  const backend = join(home, "tfjs_backend.cc");
  await writeFile(backend, withSetPerThread(await readFile(join(sources, "tfjs_backend.cc"), "utf8")));
  const cuda = nvidiaLibraryFolders(home).map((folder) => `-Wl,-rpath,$ORIGIN/${folder}`);
  const { ok, tail } = await run("g++", [
    "-O2",
    "-shared",
    "-fPIC",
    "-std=c++17",
    "-DNAPI_VERSION=8",
    "-I" + headers,
    "-I" + join(tensorflow, "include"),
    "-I" + sources,
    backend,
    join(sources, "tfjs_binding.cc"),
    "-L" + tensorflow,
    "-l:libtensorflow_cc.so.2",
    "-l:libtensorflow_framework.so.2",
    "-Wl,-rpath,$ORIGIN/tensorflow",
    // A function that the library lacks is missed on loading, not in the middle of a run.
    "-Wl,-z,now",
    ...cuda,
    "-o",
    join(home, ADDON),
  ], { env: { TMPDIR: home } });
  if (!ok) throw new SetupError(`the addon could not be compiled: ${tail}`);
}
