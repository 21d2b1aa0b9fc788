/**
 * `deno task setup`: makes the native backend ready, once a machine.
 *
 * @module
 */

import type { Command } from "./flags.ts";
import { announceBackend } from "./environment.ts";
import { runMain } from "./command.ts";

const command: Command<never> = {
  task: "setup",
  about: "Sets up the native backend (TensorFlow's library and its addon), or says which backend will run instead.",
  flags: {},
};

await runMain(command, async (given) => {
  const backend = await announceBackend(given);
  if (given.on("json")) console.log(JSON.stringify(backend));
});
