/**
 * `deno task fig3`: draws Figure 3.
 *
 * @module
 */

import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { announceBackend } from "./environment.ts";

const command: Command<never> = {
  task: "fig3",
  about: "Draws Figure 3 from the trained runs in a store: codes by t-SNE, and their distance from the memory's hull.",
  flags: {},
};

await runMain(command, async (given) => {
  await announceBackend(given);
  const { drawFig3 } = await load<typeof import("../../figures/fig3.ts")>(import.meta.resolve("../../figures/fig3.ts"));
  const files = await drawFig3(given.text("out") ?? "out");
  console.log(given.on("json") ? JSON.stringify(files) : files.join("\n"));
});
