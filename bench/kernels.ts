/**
 * `deno task bench:kernels`: the convolutions of the networks and their two gradients, with oneDNN and without.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { load, runMain } from "../src/cli/command.ts";
import type { Command } from "../src/cli/flags.ts";
import { json } from "./paired.ts";

/** Side, channels, channels after it and kernel of a layer at stride 2. */
type Shape = readonly [side: number, from: number, to: number, kernel: number];

/** The layers of MEMGAN's networks, and of ALAD's and AnoGAN's on CIFAR-10. */
const SHAPES: readonly Shape[] = [
  [28, 1, 32, 4],
  [14, 32, 64, 4],
  [7, 64, 128, 3],
  [32, 3, 32, 4],
  [16, 32, 64, 4],
  [8, 64, 128, 4],
  [32, 3, 128, 4],
  [16, 128, 256, 4],
  [8, 256, 512, 4],
];

const BATCH = 32;
const RUNS = 25;

/** Milliseconds of forward pass, gradient in the input and gradient in the kernel. */
type Times = readonly [number, number, number];

async function measure(oneDnn: boolean): Promise<{ cpu: string; times: Times[] }> {
  const tf = await load<typeof import("@tensorflow/tfjs-core")>(import.meta.resolve("@tensorflow/tfjs-core"));
  const { startBackend } = await load<typeof import("../src/engine/backend.ts")>(
    import.meta.resolve("../src/engine/backend.ts"),
  );
  const { processor } = await load<typeof import("./processor.ts")>(import.meta.resolve("./processor.ts"));
  const { seededRng } = await load<typeof import("../src/engine/random.ts")>(
    import.meta.resolve("../src/engine/random.ts"),
  );
  await startBackend({ only: "native", setUp: true, oneDnn });
  const times = SHAPES.map(([side, from, to, kernel]): Times => {
    const draw = (...shape: [number, number, number, number]) =>
      tf.tensor4d(seededRng(0, "kernels").normals(shape.reduce((a, b) => a * b)), shape);
    const [x, w] = [draw(BATCH, side, side, from), draw(kernel, kernel, from, to)];
    const forward = () => tf.conv2d(x, w, 2, "same");
    const dy = forward();
    const best = (compute: () => unknown) => {
      let least = Infinity;
      for (let i = 0; i < RUNS; i++) {
        const start = performance.now();
        tf.tidy(() => void compute());
        least = Math.min(least, performance.now() - start);
      }
      return least;
    };
    const attributes = { strides: 2, pad: "same", dataFormat: "NHWC", filterShape: w.shape };
    return [
      best(forward),
      best(() => tf.conv2dTranspose(dy, w, x.shape, 2, "same")),
      best(() => tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, attributes)),
    ];
  });
  return { cpu: processor(), times };
}

const command: Command<"worker"> = {
  task: "bench:kernels",
  about: "Times each convolution and its gradients on the native backend, with oneDNN and without; the best of 25.",
  flags: { worker: { value: "on|off", help: "measure in this process alone, with oneDNN or without, and print JSON" } },
};

await runMain(command, async (given) => {
  const worker = given.choice("worker", ["on", "off"]);
  if (worker !== undefined) {
    console.log(JSON.stringify(await measure(worker === "on")));
    return;
  }
  console.error("backend: native, in processes of its own");
  const run = (worker: "on" | "off") =>
    json<Awaited<ReturnType<typeof measure>>>(
      Deno.execPath(),
      ["run", "-A", fromFileUrl(import.meta.url), "--worker", worker],
      1,
    );
  const [on, off] = [await run("on"), await run("off")];
  const rows = SHAPES.map(([side, from, to, kernel], i) => {
    const half = Math.ceil(side / 2);
    const gigaflop = 2 * BATCH * half ** 2 * kernel ** 2 * from * to / 1e6;
    const says = (ms: number) => `${ms.toFixed(1)} (${(gigaflop / ms).toFixed(0)})`;
    const columns = ["forward", "gradient in the input", "gradient in the kernel"].flatMap((name, k) => [
      [name, says(on.times[i]![k]!)],
      [`${name}, without oneDNN`, says(off.times[i]![k]!)],
    ]);
    return { "layer, ms (GFLOP/s)": `${side}²·${from} → ${half}²·${to}, k ${kernel}`, ...Object.fromEntries(columns) };
  });
  const result = { machine: { cpu: on.cpu, deno: Deno.version.deno, backend: "native, 1 thread" }, rows };
  const { benchTable } = await load<typeof import("./table.ts")>(import.meta.resolve("./table.ts"));
  console.log(given.on("json") ? JSON.stringify(result, undefined, 1) : benchTable(result));
});
