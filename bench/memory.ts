/**
 * `deno task bench:memory`: 3,000 training steps; fails where tensors or resident memory grow.
 *
 * @module
 */

import { load, runMain } from "../src/cli/command.ts";
import type { Command } from "../src/cli/flags.ts";
import { announceBackend } from "../src/cli/environment.ts";

const STEPS = 3000;
const EVERY = 200;
/** Steps after which V8 has compiled the step and found the size of its heap; until then memory grows whatever is done. */
const WARM = 1000;
/** The growth of resident memory that is allowed after them. */
const ALLOWED = 0.05;

const command: Command<never> = {
  task: "bench:memory",
  about:
    `Does ${STEPS} training steps and prints tensors and resident memory; exit 1 if either grows (memory: over 5 % after ${WARM}).`,
  flags: {},
};

await runMain(command, async (given) => {
  const backend = await announceBackend(given);
  const [tf, { stepper }] = [
    await load<typeof import("@tensorflow/tfjs-core")>(import.meta.resolve("@tensorflow/tfjs-core")),
    await load<typeof import("./stepper.ts")>(import.meta.resolve("./stepper.ts")),
  ];
  const { step } = stepper("mnist", 8);
  const marks: { step: number; tensors: number; megabytes: number }[] = [];
  for (let i = 1; i <= STEPS; i++) {
    await step();
    if (i % EVERY > 0) continue;
    marks.push({ step: i, tensors: tf.memory().numTensors, megabytes: Math.round(Deno.memoryUsage().rss / 1e6) });
    if (!given.on("json")) {
      console.log(Object.entries(marks.at(-1)!).map(([name, value]) => `${name} ${value}`).join(", "));
    }
  }
  const [first, last] = [marks.find(({ step }) => step >= WARM)!, marks.at(-1)!];
  const growth = last.megabytes / first.megabytes - 1;
  const flat = last.tensors === first.tensors && growth <= ALLOWED;
  if (given.on("json")) console.log(JSON.stringify({ backend, marks, growth, flat }));
  else console.log(`growth of resident memory ${(100 * growth).toFixed(1)} %: ${flat ? "flat" : "NOT flat"}`);
  return flat ? 0 : 1;
});
