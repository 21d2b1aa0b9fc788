/** Every command as one program. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { commandTasks } from "../bench/tasks.ts";
import { GROUPS, overview } from "../src/cli/memgan.ts";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { testWith } from "./needs.ts";

/** Those that work on the code, in a clone. */
const WORKSHOP = ["memgan", "ablate", "mutate", "readme", "spec:lint", "bench"];

Deno.test("images-program: every command of deno.json is in its help, but for those that work on the code", () => {
  const listed = Object.values(GROUPS).flat();
  const wanted = commandTasks().map(({ task }) => task)
    .filter((task) => !WORKSHOP.includes(task) && !task.startsWith("bench:"));
  assertEquals(listed.toSorted(), wanted.toSorted() as typeof listed);
  for (const task of listed) assertStringIncludes(overview(), `\n  ${task} `);
});

testWith(NEEDS, "images-program: a command has its own help there, and is named as it is called", async () => {
  assertStringIncludes((await run("memgan", "--help")).stdout, "Use it on images of your own\n  fit ");
  const { code, stdout } = await run("memgan", "fit", "--help");
  assertEquals(code, 0);
  assertStringIncludes(stdout, " fit DIR… [flags]");
  assertOneLine(await run("memgan", "fi\x1bt"), 2, 'memgan has no command "fi\\x1bt"; memgan --help lists them');
});

testWith(NEEDS, "images-program: a command that fails there exits as it does by itself", async () => {
  const { code } = await run("memgan", "fit");
  assertEquals(code, 2);
});
