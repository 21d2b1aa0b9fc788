/**
 * `deno task fig1`: draws and measures Figure 1.
 *
 * @module
 */

import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { announceBackend } from "./environment.ts";

const command: Command<never> = {
  task: "fig1",
  about: "Draws and measures Figure 1, decoded memory units of MEMGAN and MEMAE, from the trained runs in a store; " +
    "trains nothing except, once per store, the classifier that reads the units.",
  flags: {},
};

await runMain(command, async (given) => {
  await announceBackend(given);
  const { drawFig1 } = await load<typeof import("../../figures/fig1.ts")>(import.meta.resolve("../../figures/fig1.ts"));
  const { files, rows, table } = await drawFig1(given.text("out") ?? "out");
  console.error(files.join("\n"));
  console.log(given.on("json") ? JSON.stringify(rows) : table);
});
