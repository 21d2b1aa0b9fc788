/**
 * `deno task table3`: writes Table 3.
 *
 * @module
 */

import { join } from "@std/path";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { completeStudy, STUDY_FLAGS } from "./study_command.ts";

const command: Command<keyof typeof STUDY_FLAGS> = {
  task: "table3",
  about: "Writes Table 3 (table3.md, .csv, .json, .html): digits 0, 1 and 5 with 25, 50, 100 and 200 memory units.\n" +
    "Says which runs the store lacks. With --train it trains them; it can be stopped at any moment and resumes with the same command.",
  flags: STUDY_FLAGS,
};

await runMain(command, async (given) => {
  const study = await completeStudy(given, "table3", "UNITS_STUDY");
  const { writeTable3 } = await load<typeof import("../../figures/table3.ts")>(
    import.meta.resolve("../../figures/table3.ts"),
  );
  const { text } = await writeTable3(study);
  console.log(given.on("json") ? await Deno.readTextFile(join(study.root, "table3.json")) : text);
});
