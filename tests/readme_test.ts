/** The README and the specification: nothing in their tables is typed, and what is told to be typed works. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { renderAll } from "../tools/passages.ts";
import { NEEDS, run } from "./command_line.ts";
import { writePng, writeSlopes } from "./image_folders.ts";
import { testWith, withFolder } from "./needs.ts";
import { serving } from "./served.ts";

testWith(["read"], "readme-true: its tables, and the specification's, are what results/ gives", async () => {
  for (const [file, { is, shouldBe }] of await renderAll()) {
    assertEquals(is, shouldBe, `${file}: run \`deno task readme\``);
  }
});

testWith(["read"], "cli-progress: the README's first command does not list hundreds of packages", async () => {
  const readme = await Deno.readTextFile(fromFileUrl(import.meta.resolve("../README.md")));
  // What `deno task` installs before it starts a task, its own flag alone silences.
  assertMatch(readme, /^npx deno@[\d.]+ task --quiet reproduce /m);
});

testWith(NEEDS, "readme-true: the session with one's own images goes as it is told", async () => {
  const readme = await Deno.readTextFile(fromFileUrl(import.meta.resolve("../README.md")));
  const [, session] = /## Your own images\n[^]*?```sh\n([^]*?)```/.exec(readme)!;
  const lines = session!.trim().split("\n").map((line) => line.replace(/ *#.*/, ""));
  await withFolder(async (folder) => {
    // As many as the default share of false alarms needs.
    await writeSlopes(join(folder, "parts", "good"), 495, 28);
    await writeSlopes(join(folder, "parts", "new"), 3, 28, 1);
    await writePng(join(folder, "parts", "new", "odd.png"), 28, new Uint8Array(784));
    const outcomes: Awaited<ReturnType<typeof run>>[] = [];
    for (const line of lines) {
      const [, command, words] = /^npx deno@[\d.]+ task --quiet (\w+) (.+)$/.exec(line)!;
      const args = words!.split(" ").map((word) => word.replace(/^(\.\.\/)?(?=parts|out\/)/, `${folder}/`));
      if (command === "serve") {
        await serving(args[0]!, "0", async (_, url) => {
          const page = await fetch(url);
          assertEquals([page.status, (await page.text()).includes("Which images are not normal?")], [200, true]);
        });
      } else {
        const backend = command === "memgan" ? [] : ["--backend", "wasm"];
        outcomes.push(await run(command as "fit", ...args, ...backend));
      }
    }
    const [fitted, scored, mapped, help] = outcomes;
    assertEquals(outcomes.map(({ code }) => code), [0, 0, 3, 0], outcomes.map(({ stderr }) => stderr).join("\n"));
    assertMatch(fitted!.stdout, /^model: .*parts\.model$/m);
    assertMatch(scored!.stdout, /^path,score,p_value,anomalous\n[^]*odd\.png,[\d.]+,0\.01\d*,1\n$/);
    assertEquals(mapped!.stdout, scored!.stdout);
    const maps = [...Deno.readDirSync(join(folder, "out", "maps"))].map(({ name }) => name);
    assertEquals(maps.sort(), ["0000.png", "0001.png", "0002.png", "odd.png"]);
    assert(help!.stdout.includes("Use it on images of your own"));
  });
});
