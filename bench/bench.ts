/**
 * `deno task bench`: what a user would pick instead beside each of ours, in turn (A B A B), in one run.
 *
 * @module
 */

import { join } from "@std/path";
import { load, runMain } from "../src/cli/command.ts";
import type { Command } from "../src/cli/flags.ts";
import { announceBackend } from "../src/cli/environment.ts";
import type { Options } from "./section.ts";
import type { BenchResult } from "./table.ts";

/** The parts, each a file of results. */
const PARTS = ["memgan", "scoring", "baselines", "classical", "growth"] as const;

const command: Command<"python" | "threads" | "steps" | "rounds" | "only"> = {
  task: "bench",
  about:
    "Times MEMGAN's step and score and each deep baseline's step beside PyTorch, the classical methods beside scikit-learn, in turn, " +
    "and how a step grows; about half an hour. " +
    "Writes bench/*.json.",
  flags: {
    python: {
      value: "PATH",
      help: "a Python that has PyTorch and scikit-learn (default: MEMGAN_PYTHON, else none, and no ratio)",
    },
    threads: { value: "1,2", help: "thread counts of MEMGAN's step and score (default: 1,2)" },
    steps: { value: "N", help: "steps a measurement (default: 30)" },
    rounds: { value: "N", help: "measurements of each (default: 3)" },
    only: { value: PARTS.join(","), help: "the parts (default: all)" },
  },
};

await runMain(command, async (given) => {
  const parts = given.several("only", PARTS) ?? PARTS;
  const folder = join(given.text("out") ?? "out", "bench");
  const counts = { threads: given.wholes("threads") ?? [1, 2], rounds: given.whole("rounds", 1) ?? 3 };
  const backend = await announceBackend(given);
  const python = given.text("python") ?? Deno.env.get("MEMGAN_PYTHON");
  if (python === undefined) console.error("no ratio: name a Python that has PyTorch by --python PATH");
  const options: Options = {
    backend: backend.name,
    python,
    ...counts,
    steps: given.whole("steps", 1) ?? 30,
    say: (line) => console.error(line),
  };
  const { memgan, scoring } = await load<typeof import("./memgan.ts")>(import.meta.resolve("./memgan.ts"));
  const { baselines } = await load<typeof import("./baselines.ts")>(import.meta.resolve("./baselines.ts"));
  const { classical } = await load<typeof import("./classical.ts")>(import.meta.resolve("./classical.ts"));
  const { growth, growthSvg } = await load<typeof import("./growth.ts")>(import.meta.resolve("./growth.ts"));
  const { benchTable } = await load<typeof import("./table.ts")>(import.meta.resolve("./table.ts"));
  const measure = { memgan, scoring, baselines, classical, growth };
  await Deno.mkdir(folder, { recursive: true });
  const results: Record<string, BenchResult> = {};
  for (const part of parts) {
    const { cpu, rival, rows } = await measure[part](options);
    const on = backend.reason.replace(/, \d+ threads?/, "").replace(/ \(.*/, "");
    const machine = { cpu, deno: Deno.version.deno, backend: `${backend.name}, ${on}`, ...(rival ? { rival } : {}) };
    results[part] = { machine, rows };
    await Deno.writeTextFile(join(folder, `${part}.json`), JSON.stringify(results[part], undefined, 1) + "\n");
    if (part === "growth") await Deno.writeTextFile(join(folder, "growth.svg"), await growthSvg(rows));
    if (!given.on("json")) console.log(`${part}\n\n${benchTable(results[part])}\n`);
  }
  if (given.on("json")) console.log(JSON.stringify(results, undefined, 1));
});
