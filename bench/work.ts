/**
 * What `deno task bench` measures on our side, in a process of its own: a description as JSON in, a measurement as JSON out.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { DatasetName } from "../src/data/dataset.ts";
import { ABOUT } from "../src/data/dataset.ts";
import { createMemgan } from "../src/detectors/memgan.ts";
import { startBackend } from "../src/engine/backend.ts";
import type { BackendName } from "../src/engine/backend_names.ts";
import { seededRng } from "../src/engine/random.ts";
import { REGISTRY } from "../src/experiments/methods.ts";
import type { Method } from "../src/experiments/method_names.ts";
import { processor } from "./processor.ts";
import { quartiles } from "../src/experiments/statistics.ts";
import { RECIPES, stepper } from "./stepper.ts";

/** What is to be measured. */
export interface Work {
  /** A step of `method`, as a run does it or, of MEMGAN's, with every operation started by itself; or how fast MEMGAN scores. */
  readonly kind: "step" | "written" | "score";
  /** Whose step; MEMGAN's on images that stay, the others' as their `fit` does it. */
  readonly method: Method;
  /** Whose networks and images. */
  readonly dataset: DatasetName;
  /** The backend. */
  readonly backend: BackendName;
  /** Its threads. */
  readonly threads: number;
  /** Steps that are timed. */
  readonly steps: number;
  /** Images a step; the recipe's where it is not given. */
  readonly batch?: number;
  /** n and d, where they are not the recipe's. */
  readonly changed?: { readonly units?: number; readonly width?: number };
}

/** A measurement. */
export interface Measured {
  /** The median step, in milliseconds. */
  readonly ms_per_step?: number;
  /** Multiply-adds of the step. */
  readonly products?: number;
  /** Numbers that are trained. */
  readonly parameters?: number;
  /** The rate of a float32 product, 1024³, in the same process. */
  readonly sgemm_gflops?: number;
  /** Images scored a second. */
  readonly images_per_second?: number;
  /** The processor. */
  readonly cpu: string;
}

const median = (values: readonly number[]) => quartiles(values)[1];

async function sgemm(): Promise<number> {
  const a = tf.ones<tf.Rank.R2>([1024, 1024]);
  let best = Infinity;
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    const sum = tf.tidy(() => tf.sum(tf.matMul(a, a)));
    await sum.data();
    sum.dispose();
    best = Math.min(best, performance.now() - start);
  }
  return 2 * 1024 ** 3 / best / 1e6;
}

/** Random images of a data set's size, values in [−1, 1]. */
function randomImages(dataset: DatasetName, count: number) {
  const { shape } = ABOUT[dataset];
  const pixels = seededRng(0, "images").uniforms(count * shape.height * shape.width * shape.channels).map((u) =>
    2 * u - 1
  );
  return { ...shape, count, pixels };
}

async function memganSteps({ kind, dataset, batch = 64, steps, changed }: Work) {
  const { step, products, parameters } = stepper(dataset, batch, changed, kind === "written");
  const times: number[] = [];
  // A run takes thousands of steps, and the first dozens are slower, until all of this is compiled.
  for (let i = -60; i < steps; i++) {
    const start = performance.now();
    await step();
    if (i >= 0) times.push(performance.now() - start);
  }
  return { ms_per_step: median(times), parameters, products: products * batch, sgemm_gflops: await sgemm() };
}

/** The median step of a fit, batches and noise drawn as in a run. */
async function fitSteps({ method, dataset, steps }: Work) {
  const { recipes, create } = REGISTRY[method];
  // The second phase of Deep SVDD; its first is DCAE's.
  const recipe = { ...recipes[dataset], epochs: 1, dropAfter: 1, pretrainEpochs: 0, pretrainDropAfter: 0 };
  const known = Object.fromEntries(Object.entries(recipe).filter(([name]) => name in recipes[dataset]));
  const detector = await create(known, 0, ABOUT[dataset].shape);
  const batch = Number(recipes[dataset]["batch"]);
  const warm = dataset === "mnist" ? Math.ceil(1500 / batch) : 4;
  const images = randomImages(dataset, (steps + warm) * batch);
  const times: number[] = [];
  let [parameters, last] = [0, performance.now()];
  await detector.fit({ role: "normal-train", images }, {
    onStep() {
      times.push(performance.now() - last);
      last = performance.now();
    },
    async onEpoch(report) {
      // A checkpoint has a first moment of each number that is trained.
      const moments = Object.entries((await report.checkpoint()).arrays).filter(([name]) => name.endsWith("/m"));
      parameters = moments.reduce((sum, [, { values }]) => sum + values.length, 0);
    },
  });
  detector.dispose();
  return { ms_per_step: median(times.slice(warm)), parameters };
}

async function scored({ dataset }: Work) {
  const memgan = createMemgan({ ...RECIPES[dataset], epochs: 0 }, 0, ABOUT[dataset].shape);
  const images = randomImages(dataset, 2000);
  await memgan.score(images);
  const start = performance.now();
  await memgan.score(images);
  const milliseconds = performance.now() - start;
  memgan.dispose();
  return { images_per_second: 2e6 / milliseconds };
}

if (import.meta.main) {
  const work: Work = JSON.parse(Deno.args[0]!);
  await startBackend({ only: work.backend, threads: work.threads });
  const done = await (work.kind === "score" ? scored : work.method === "memgan" ? memganSteps : fitSteps)(work);
  const measured: Measured = { ...done, cpu: processor() };
  console.log(JSON.stringify(measured));
}
