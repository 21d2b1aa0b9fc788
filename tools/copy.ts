/**
 * A changed copy of this project, to see what a change does.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { withTemporaryFolder } from "../src/platform/leftovers.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** What a copy needs to train and to run the tests that ask for no permission. */
const COPIED = [
  "deno.json",
  "deno.lock",
  "import_map.json",
  "src",
  "bench",
  "docs",
  "spec",
  "tests",
  "tools",
  "vendor",
  "proofs",
  "figures",
  "results",
  "mod.ts",
  "nn.ts",
];

/** One text for another, which must stand in the file exactly once. */
export interface Change {
  /** The file, from the project's root. */
  readonly file: string;
  /** What stands there. */
  readonly from: string;
  /** What stands there instead. */
  readonly to: string;
}

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

/**
 * Makes a changed copy, and removes it afterwards.
 *
 * @param changes What is changed.
 * @param use Receives the copy's folder.
 * @returns What `use` returned.
 * @throws {RangeError} If a text to change does not stand in its file exactly once.
 */
export async function withCopy<T>(changes: readonly Change[], use: (folder: string) => Promise<T>): Promise<T> {
  return await withTemporaryFolder("copy", async (folder) => {
    for (const name of COPIED) await copy(join(ROOT, name), join(folder, name));
    await Deno.symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    for (const { file, from, to } of changes) {
      const parts = (await Deno.readTextFile(join(folder, file))).split(from);
      if (parts.length !== 2) {
        throw new RangeError(
          `Cannot change ${file}: "${from}" must stand in it once, it stands ${parts.length - 1} times`,
        );
      }
      await Deno.writeTextFile(join(folder, file), parts.join(to));
    }
    return await use(folder);
  });
}
