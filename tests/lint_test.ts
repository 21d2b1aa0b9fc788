/** Lints: randomness that is not seeded, and public symbols without documentation, are errors. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import plugin from "../tools/lint_random.ts";
import { testWith, withFolder } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

Deno.test("seeded-streams: Math.random and unseeded tensor draws are lint errors, other calls are not", () => {
  const source = "Math.random(); tf.randomNormal([2]); tf.dropout(x, 0.5); tf.add(x, y); Math.sqrt(2);";
  const found = Deno.lint.runPlugin(plugin, "sample.ts", source).map(({ id }) => id);
  assertEquals(found, Array(3).fill("memgan/seeded-random"));
});

/** Runs the lint of documentation on files, or on the public API. */
async function docLint(...files: string[]) {
  const args = [
    "run",
    "--quiet",
    "--allow-run",
    "--allow-env",
    "--allow-read",
    join(ROOT, "tools/doc_lint.ts"),
    ...files,
  ];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  return { code, says: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

testWith(["read", "run"], "docs-lint: every public symbol is documented", async () => {
  assertEquals(await docLint(), { code: 0, says: "doc lint: 0 problems\n" });
});

testWith(
  ["read", "write", "run"],
  "docs-lint: a symbol without documentation is named, and the lint fails",
  async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "sample.ts");
      await Deno.writeTextFile(file, "/** It is. */\nexport const documented = 1;\nexport const bare = 2;\n");
      const { code, says } = await docLint(file);
      assertEquals(code, 1);
      assertStringIncludes(says, "doc lint: 1 problems");
      assertStringIncludes(says, "bare");
    });
  },
);

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
