/**
 * `deno task bench`: a training step here and in PyTorch, in turn (A B A B), on one thread and on two; and how fast images are scored.
 *
 * The rival is `bench/torch_memgan.py`: the same networks, the same batch, the same random images. Times drift on a shared machine, so
 * each ratio is of two measurements taken one after the other, and the median of the ratios is reported.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { load, runMain } from "../src/cli/command.ts";
import type { Command } from "../src/cli/command.ts";
import { announceBackend } from "../src/cli/surroundings.ts";
import { BACKENDS } from "../src/engine/backend_names.ts";
import { quartiles } from "../src/report/statistics.ts";
import type { Ours } from "./measure.ts";
import type { BenchResult } from "./table.ts";
import { benchTable } from "./table.ts";

/** Multiply-adds of one step, an image: nine forward and thirteen backward passes of networks of 3.4 million each. */
const PRODUCTS_AN_IMAGE = 72e6;
/** Images a step. */
const BATCH = 64;

/** Runs a command and reads the JSON of its last line. */
async function json<T>(command: string, args: string[], threads: number): Promise<T> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    env: { OMP_NUM_THREADS: String(threads) },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim().split("\n").pop() ?? "";
  if (!success) throw new BenchError(`Cannot measure with "${command}": ${decode(stderr)}`);
  return JSON.parse(decode(stdout));
}

/** A measurement failed. */
class BenchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BenchError";
  }
}

const median = (values: readonly number[]): number => quartiles(values)[1];

const command: Command<"python" | "threads" | "steps" | "rounds" | "worker"> = {
  task: "bench",
  about: "Times a training step at batch 64 here and in PyTorch, in turn, and how many images a second are scored.",
  flags: {
    python: { value: "PATH", help: "a Python that has PyTorch (default: MEMGAN_PYTHON, else none, and no ratio)" },
    threads: { value: "1,2", help: "thread counts (default: 1,2)" },
    steps: { value: "N", help: "steps a measurement (default: 30)" },
    rounds: { value: "N", help: "measurements of each (default: 3)" },
    worker: { help: "measure in this process alone, and print JSON" },
  },
};

await runMain(command, async (given) => {
  const steps = given.whole("steps", 1) ?? 30;
  const counts = given.wholes("threads") ?? [1, 2];
  const rounds = given.whole("rounds", 1) ?? 3;
  if (given.on("worker")) {
    const only = given.choice("backend", BACKENDS);
    const { measure } = await load<typeof import("./measure.ts")>(import.meta.resolve("./measure.ts"));
    console.log(JSON.stringify(await measure({ only, threads: counts[0]!, steps, batch: BATCH })));
    return;
  }
  const backend = await announceBackend(given);
  const python = given.text("python") ?? Deno.env.get("MEMGAN_PYTHON");
  const ours = (threads: number) =>
    json<Ours>(
      Deno.execPath(),
      ["run", "-A", fromFileUrl(import.meta.url), "--worker", "--threads", String(threads), "--steps", String(steps)]
        .concat(["--backend", backend.name]),
      threads,
    );
  const rival = (threads: number, ...extra: string[]) =>
    json<{ ms_per_step: number; torch: string }>(
      python!,
      [fromFileUrl(import.meta.resolve("./torch_memgan.py")), "--batch", String(BATCH), "--steps", String(steps)]
        .concat(["--threads", String(threads), ...extra]),
      threads,
    );
  const rows: Record<string, string | number>[] = [];
  let torch: string | undefined;
  for (const threads of counts) {
    const [a, shared, plain]: [Ours[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      a.push(await ours(threads));
      if (python === undefined) continue;
      const measured = await rival(threads);
      shared.push(measured.ms_per_step);
      torch = measured.torch;
      plain.push((await rival(threads, "--plain")).ms_per_step);
    }
    const ms = median(a.map((each) => each.ms_per_step));
    const product = median(a.map((each) => each.sgemm_gflops));
    const ratio = (theirs: number[]) => median(theirs.map((their, i) => a[i]!.ms_per_step / their)).toFixed(2);
    rows.push({
      threads,
      "ms a step": ms.toFixed(1),
      ...(python === undefined ? {} : {
        "PyTorch, ms": median(shared).toFixed(1),
        ratio: ratio(shared),
        "PyTorch --plain, ms": median(plain).toFixed(1),
        "ratio to --plain": ratio(plain),
      }),
      "images scored a second": Math.round(median(a.map((each) => each.images_per_second))),
      "share of the float32 product rate": (2 * PRODUCTS_AN_IMAGE * BATCH / ms / 1e6 / product).toFixed(2),
      "product, GFLOP/s": product.toFixed(0),
    });
  }
  if (python === undefined) console.error("no ratio: name a Python that has PyTorch by --python PATH");
  const { cpuModel } = await load<typeof import("../src/experiments/run.ts")>(
    import.meta.resolve("../src/experiments/run.ts"),
  );
  const machine = { cpu: cpuModel(), deno: Deno.version.deno, ...(torch === undefined ? {} : { torch }) };
  const result: BenchResult = { machine, backend, rows };
  console.log(given.on("json") ? JSON.stringify(result, undefined, 1) : benchTable(result));
});
