/** Lints: randomness that is not seeded, and public symbols without documentation, are errors. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import plugin from "../tools/lint_random.ts";
import { testWith } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

Deno.test("seeded-streams: Math.random and unseeded tensor draws are lint errors, other calls are not", () => {
  const source = "Math.random(); tf.randomNormal([2]); tf.dropout(x, 0.5); tf.add(x, y); Math.sqrt(2);";
  const found = Deno.lint.runPlugin(plugin, "sample.ts", source).map(({ id }) => id);
  assertEquals(found, Array(3).fill("memgan/seeded-random"));
});

testWith(["read", "run"], "docs-lint: every public symbol is documented", async () => {
  const args = ["doc", "--lint", "mod.ts", "nn.ts"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdout: "null" }).output();
  assert(success, new TextDecoder().decode(stderr));
});

testWith(["read"], "docs-lint: no draw in the sources is unseeded", async () => {
  let read = 0;
  const lint = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
      const path = `${folder}/${name}`;
      if (isDirectory) await lint(path);
      if (!name.endsWith(".ts")) continue;
      assertEquals(Deno.lint.runPlugin(plugin, name, await Deno.readTextFile(join(ROOT, path))), [], path);
      read++;
    }
  };
  for (const folder of ["src", "figures", "proofs", "tools", "bench", "tests"]) await lint(folder);
  assert(read > 200, `${read} files`);
});
