/**
 * `deno task setup`: makes the native backend ready, once a machine.
 *
 * @module
 */

import { startBackend } from "../engine/backend.ts";
import type { Command } from "./command.ts";
import { runMain } from "./command.ts";

const command: Command<never> = {
  task: "setup",
  about: "Sets the native backend up (TensorFlow's library and its addon), or says which backend will run instead.",
  flags: {},
};

await runMain(command, async (given) => {
  const backend = await startBackend({ say: (line) => console.error(line) });
  console.log(given.on("json") ? JSON.stringify(backend) : `backend: ${backend.name}, ${backend.reason}`);
});
