/**
 * Loading the native library for the first time, in a process of its own: a damaged one, or one that this processor cannot run, ends the
 * process that loads it, and says why to nobody.
 *
 * @module
 */

import { readFileSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { ADDON, LIBRARIES } from "./native_addon.ts";
import { run } from "./native_programs.ts";

/** What the child does; TensorFlow's own devices are made as soon as the addon is loaded. */
const LOAD = `
import process from "node:process";
try {
  process.dlopen({ exports: {} }, process.argv.at(-1));
} catch (error) {
  console.error(error.message.split("\\n")[0]);
  process.exit(1);
}
process.exit(0);`;

/** Milliseconds that a disk may take to read a gigabyte. */
const PATIENCE = 120_000;

/** What TensorFlow says however well it goes. */
const REMARK = /^(WARNING: All log messages|[IW]\d{4} |\d{4}-\d\d-\d\d .*: [IW] |To enable the following)/;

/**
 * Loads an addon in a child process.
 *
 * @param addon Its path.
 * @returns The last words of the child, if it could not; `undefined` if it could.
 */
export async function tryLibrary(addon: string): Promise<string | undefined> {
  const args = typeof Deno === "undefined"
    ? ["--input-type=module", "-e", LOAD, "--", addon]
    : ["eval", "--no-config", "--no-lock", LOAD, addon];
  const env = { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "2" };
  // Not in a folder that has a configuration of its own.
  const { ok, output, tail } = await run(process.execPath, args, { cwd: dirname(addon), env, patience: PATIENCE });
  if (ok) return undefined;
  const words = output.split("\n").filter((line) => line.trim() !== "" && !REMARK.test(line)).at(-1);
  return (words ?? tail).trim().slice(-400) || "it ended its process without a word";
}

/** Lengths and times of the files that make a library up: what a damage changes, and can be looked at without reading a gigabyte. */
function fingerprint(home: string): string {
  return JSON.stringify([ADDON, ...LIBRARIES].map((name) => {
    const file = statSync(join(home, name), { throwIfNoEntry: false });
    return [name, file?.size, file?.mtimeMs];
  }));
}

/** The file that tells of the library which was loaded here. */
const record = (home: string) => join(home, "loaded.json");

function recorded(home: string): string | undefined {
  try {
    return readFileSync(record(home), "utf8");
  } catch {
    return undefined;
  }
}

/** What is known of the library in a folder. */
export interface Trial {
  /** Why it does not load; `undefined` where it does. */
  readonly words: string | undefined;
  /** Whether it loaded before, and its files were others then. */
  readonly damaged: boolean;
}

/**
 * Loads the library in a folder in a child process, once: where it has been loaded before, and its files are the same, that is not done
 * again.
 *
 * @param home The folder of the addon and of TensorFlow's library.
 * @returns What came of it.
 */
export async function tryOnce(home: string): Promise<Trial> {
  const [before, now] = [recorded(home), fingerprint(home)];
  if (before === now) return { words: undefined, damaged: false };
  const words = await tryLibrary(join(home, ADDON));
  // A cache that can only be read is tried each time.
  if (words === undefined) await writeFile(record(home), now).catch(() => {});
  return { words, damaged: words !== undefined && before !== undefined };
}
