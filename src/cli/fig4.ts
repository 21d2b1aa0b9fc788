/**
 * `deno task fig4`: draws Figure 4 and measures the ablation beside it.
 *
 * @module
 */

import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { completeStudy, STUDY_FLAGS } from "./study_command.ts";

const command: Command<keyof typeof STUDY_FLAGS> = {
  task: "fig4",
  about:
    "Draws Figure 4, MEMGAN without and with the projection loss, and measures it without each loss term: digits 0, 1, 5.\n" +
    "Says which runs the store lacks. With --train it trains them; it can be stopped at any moment and resumes with the same command.",
  flags: STUDY_FLAGS,
};

await runMain(command, async (given) => {
  const study = await completeStudy(given, "fig4", "LOSS_STUDY");
  const { drawFig4 } = await load<typeof import("../../figures/fig4.ts")>(import.meta.resolve("../../figures/fig4.ts"));
  const { files, text } = await drawFig4(study);
  for (const file of files) console.error(file);
  console.log(given.on("json") ? await Deno.readTextFile(files[0]!) : text);
});
