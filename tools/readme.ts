/**
 * `deno task readme`: writes the passages of the README, of `docs/` and of `spec/` that are generated from `results/`.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import type { Command } from "../src/cli/flags.ts";
import { load, runMain } from "../src/cli/command.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

const command: Command<never> = {
  task: "readme",
  about:
    "Regenerates the tables of README.md, docs/ and spec/ from results/; with --json it names the files that changed.",
  flags: {},
};

await runMain(command, async (given) => {
  const { renderAll } = await load<typeof import("./passages.ts")>(import.meta.resolve("./passages.ts"));
  const { writeWhole } = await load<typeof import("../src/platform/files.ts")>(
    import.meta.resolve("../src/platform/files.ts"),
  );
  const changed: string[] = [];
  for (const [file, { is, shouldBe }] of await renderAll()) {
    if (is === shouldBe) continue;
    await writeWhole(join(ROOT, file), shouldBe);
    changed.push(file);
  }
  const format = new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", "README.md", "docs"], cwd: ROOT });
  const { success } = await format.spawn().status;
  if (given.on("json")) console.log(JSON.stringify(changed));
  return success ? 0 : 1;
});
