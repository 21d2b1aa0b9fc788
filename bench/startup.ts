/**
 * `deno task bench:startup`: how long each command takes to say what it does.
 *
 * Deno's own start is in each figure; the first row is nothing else. Commands take turns, and the median of each is reported.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import type { Command } from "../src/cli/flags.ts";
import { load, runMain } from "../src/cli/command.ts";
import { quartiles } from "../src/experiments/statistics.ts";
import { benchTable } from "./table.ts";
import { commandTasks } from "./tasks.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

const command: Command<"runs"> = {
  task: "bench:startup",
  about: "Times `--help` of every command, as its task calls it.",
  flags: { runs: { value: "N", help: "measurements of each (default: 10)" } },
};

/** A command did not answer. */
class StartupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "StartupError";
  }
}

/** Milliseconds that Deno takes with these arguments, from its start to its end. */
async function time(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, stderr: "null" }).output();
  const ms = performance.now() - start;
  if (!success) throw new StartupError(`Cannot time "deno ${args.join(" ")}": it failed`);
  return ms;
}

await runMain(command, async (given) => {
  const runs = given.whole("runs", 1) ?? 10;
  console.error("backend: none needed, nothing is computed");
  const called = new Map<string, readonly string[]>([["Deno alone", ["eval", ""]]]);
  for (const { task, args } of commandTasks()) called.set(task, [...args, "--help"]);
  const times = new Map([...called.keys()].map((name) => [name, [] as number[]]));
  // The first call of each fills Deno's caches, and is not counted.
  for (let run = 0; run <= runs; run++) {
    for (const [name, args] of called) {
      const ms = await time(args);
      if (run > 0) times.get(name)!.push(ms);
    }
  }
  const rows = [...times].map(([name, all]) => ({ command: name, "median, ms": Math.round(quartiles(all)[1]) }));
  const { cpuModel } = await load<typeof import("../src/experiments/processor.ts")>(
    import.meta.resolve("../src/experiments/processor.ts"),
  );
  const machine = { cpu: cpuModel(), deno: Deno.version.deno, backend: "no backend is started" };
  const result = { machine, rows };
  console.log(given.on("json") ? JSON.stringify(result, undefined, 1) : benchTable(result));
});
