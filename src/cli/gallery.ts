/**
 * `deno task gallery`: draws what trained runs find most normal and most anomalous.
 *
 * @module
 */

import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { announceBackend } from "./environment.ts";

const command: Command<never> = {
  task: "gallery",
  about: "Draws what each trained run in a store finds most normal and most anomalous, its ROC curve and its scores.",
  flags: {},
};

await runMain(command, async (given) => {
  await announceBackend(given);
  const { drawGallery } = await load<typeof import("../../figures/gallery.ts")>(
    import.meta.resolve("../../figures/gallery.ts"),
  );
  const files = await drawGallery(given.text("out") ?? "out");
  console.log(given.on("json") ? JSON.stringify(files) : files.join("\n"));
});
