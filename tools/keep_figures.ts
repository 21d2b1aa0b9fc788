/**
 * Keeps a store's figures, and the numbers of the tables beside them, in the repository: the book shows the figures, and
 * `deno task readme` writes the tables into the specification.
 *
 * ```sh
 * deno run -A tools/keep_figures.ts out
 * ```
 *
 * @module
 */

import { dirname, fromFileUrl, join } from "@std/path";
import { keepable } from "../src/cli/book_exhibits.ts";
import { readIfThere, writeWhole } from "../src/platform/files.ts";

const [root] = Deno.args;
if (root === undefined) {
  console.error("Usage: deno run -A tools/keep_figures.ts STORE");
  Deno.exit(2);
}
const all = keepable();
for (const { path, kept } of all) {
  const bytes = await readIfThere(join(root, path));
  if (bytes === undefined) continue;
  const file = fromFileUrl(new URL(`../${kept}`, import.meta.url));
  await Deno.mkdir(dirname(file), { recursive: true });
  await writeWhole(file, bytes);
  console.log(kept);
  // A picture that was kept as PNG before would be taken for another one.
  const before = kept.replace(/svg$/, "png");
  if (all.some((each) => each.kept === before)) continue;
  const old = file.replace(/svg$/, "png");
  if (await readIfThere(old) !== undefined) await Deno.remove(old);
}
