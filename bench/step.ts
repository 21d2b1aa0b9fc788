/**
 * `deno task bench`: a training step here and in PyTorch, in turn (A B A B), on one thread and on two; and how fast images are scored.
 *
 * The rival is `bench/torch_memgan.py`: the same networks, the same batch, the same random images. Times drift on a shared machine, so
 * each ratio is of two measurements taken one after the other, and the median of the ratios is reported.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import * as tf from "@tensorflow/tfjs-core";
import { runMain } from "../src/cli/command.ts";
import type { Command } from "../src/cli/command.ts";
import { announceBackend } from "../src/cli/surroundings.ts";
import { createMemgan } from "../src/detectors/memgan.ts";
import { MNIST_RECIPE } from "../src/detectors/recipe.ts";
import type { BackendName } from "../src/engine/backend.ts";
import { BACKENDS, startBackend } from "../src/engine/backend.ts";
import { stream } from "../src/engine/random.ts";
import { cpuModel } from "../src/experiments/run.ts";
import { stepper } from "./stepper.ts";
import { quartiles } from "../src/report/statistics.ts";
import type { BenchResult } from "./table.ts";
import { benchTable } from "./table.ts";

/** Multiply-adds of one step, an image: nine forward and thirteen backward passes of networks of 3.4 million each. */
const PRODUCTS_AN_IMAGE = 72e6;
const BATCH = 64;

interface Ours {
  ms_per_step: number;
  sgemm_gflops: number;
  images_per_second: number;
  backend: string;
}

/** Times steps in this process. */
async function measure(only: BackendName | undefined, threads: number, steps: number): Promise<Ours> {
  const backend = await startBackend({ only, threads });
  const step = stepper(BATCH);
  for (let i = 0; i < 5; i++) await step();
  let start = performance.now();
  for (let i = 0; i < steps; i++) await step();
  const msPerStep = (performance.now() - start) / steps;

  const a = tf.ones<tf.Rank.R2>([1024, 1024]);
  let best = Infinity;
  for (let i = 0; i < 10; i++) {
    start = performance.now();
    const product = tf.matMul(a, a);
    const sum = tf.sum(product);
    await sum.data();
    tf.dispose([product, sum]);
    best = Math.min(best, performance.now() - start);
  }
  const memgan = createMemgan(MNIST_RECIPE, 0);
  const images = { count: 2000, height: 28, width: 28, channels: 1, pixels: stream(0, "images").uniforms(2000 * 784) };
  await memgan.score({ ...images, count: 500, pixels: images.pixels.slice(0, 500 * 784) });
  start = performance.now();
  await memgan.score(images);
  return {
    ms_per_step: msPerStep,
    sgemm_gflops: 2 * 1024 ** 3 / best / 1e6,
    images_per_second: 2e6 / (performance.now() - start),
    backend: `${backend.name}, ${backend.reason}`,
  };
}

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
  if (given.on("worker")) {
    console.log(JSON.stringify(await measure(given.choice("backend", BACKENDS), counts[0]!, steps)));
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
    for (let round = 0; round < (given.whole("rounds", 1) ?? 3); round++) {
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
  const machine = { cpu: cpuModel(), deno: Deno.version.deno, ...(torch === undefined ? {} : { torch }) };
  const result: BenchResult = { machine, backend, rows };
  console.log(given.on("json") ? JSON.stringify(result, undefined, 1) : benchTable(result));
});
