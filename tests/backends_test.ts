/** Every backend that is here computes what plain JavaScript does: operation by operation, and over whole training runs. */

import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { createMemgan } from "../src/detectors/memgan.ts";
import { MNIST_RECIPE } from "../src/detectors/recipes/memgan.ts";
import type { BackendName } from "../src/engine/backend.ts";
import { startBackend } from "../src/engine/backend.ts";
import { BackendError } from "../src/engine/backend_error.ts";
import { adjointByBlocks } from "../src/engine/convolution.ts";
import { hintFor } from "../src/engine/troubleshooting.ts";
import type { Attribute } from "../src/engine/ops.ts";
import { compareValues, runParity } from "../src/engine/parity.ts";
import { PARITY_CASES } from "../src/engine/parity_cases.ts";
import { seededRng } from "../src/engine/random.ts";
import { backendNeeds } from "./backend_needs.ts";
import { testWith } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

type Execute = (name: string, attributes: Attribute[], inputs: tf.Tensor[]) => tf.Tensor;

const HERE = ["native", "wasm", "webgpu"] as const;

for (const name of HERE) {
  testWith(
    backendNeeds(name),
    `backend-parity: ${name} computes each operation and its gradients as cpu does`,
    async () => {
      await startBackend({ only: name });
      const results = await runParity(PARITY_CASES);
      assert(results.length >= 48);
      assertEquals(results.filter(({ ok }) => !ok), []);
    },
  );

  testWith(backendNeeds(name), `backend-parity: ${name} trains and scores as cpu does`, async () => {
    reference ??= trained("cpu");
    const [wanted, got] = [await reference, await trained(name)];
    // Rounding differs by 1e-6, and Adam's first steps, a learning rate in a gradient's direction however small the gradient, make
    // 1e-5 of it. A wrong gradient moves the second step's losses by 1e-3 and more.
    wanted.forEach((value, i) => assert(Math.abs(value - got[i]!) < 1e-4 * Math.abs(value), `${got} is not ${wanted}`));
  });
}

/** The losses of two steps, the second after every player has moved, and the scores after them. */
async function trained(only: BackendName): Promise<number[]> {
  await startBackend({ only });
  const pixels = seededRng(0, "images").uniforms(4 * 784).map((u) => 2 * u - 1);
  const images: Images = { count: 4, height: 28, width: 28, channels: 1, pixels };
  const memgan = createMemgan({ ...MNIST_RECIPE, units: 4, width: 8, batch: 4, k: 1, epochs: 2 }, 0);
  const losses: number[] = [];
  await memgan.fit({ role: "normal-train", images }, {
    onEpoch: (report) => void losses.push(...Object.values(report.losses)),
  });
  return [...losses, ...await memgan.score(images)];
}

let reference: Promise<number[]> | undefined;

testWith(
  ["native"],
  "speed-kernels: oneDNN is turned on, whatever the processor, and threads are as many as asked for",
  async () => {
    // TensorFlow reads these when it is loaded; by itself it asks the processor.
    for (const [oneDnn, wanted] of [[undefined, "1"], [false, "0"], [true, "1"]] as const) {
      await startBackend({ only: "native", ...oneDnn === undefined ? {} : { oneDnn } });
      assertEquals([Deno.env.get("TF_ENABLE_ONEDNN_OPTS"), Deno.env.get("TF_NUM_INTRAOP_THREADS")], [wanted, "1"]);
    }
  },
);

Deno.test("speed-kernels: a convolution's adjoint by blocks is its adjoint, whatever the kernel, the side and the channels", async () => {
  await startBackend({ only: "cpu" });
  const rng = seededRng(0, "adjoint");
  // The layers of the table with few of their channels, and sides that differ; a side that is odd has a kernel of its own.
  const layers = [
    [28, 28, 1, 3, 4, 4],
    [7, 7, 2, 3, 3, 3],
    [8, 8, 3, 2, 4, 4],
    [5, 8, 2, 2, 5, 5],
    [5, 8, 2, 2, 3, 4],
    [8, 5, 2, 2, 4, 3],
  ] as const;
  for (const [height, width, from, to, k, l] of layers) {
    const w = tf.tensor4d(rng.normals(k * l * from * to), [k, l, from, to]);
    const x: [number, number, number, number] = [2, height, width, from];
    const y: [number, number, number, number] = [2, Math.ceil(height / 2), Math.ceil(width / 2), to];
    const dy = tf.tensor4d(rng.normals(y.reduce((a, b) => a * b)), y);
    const [got, wanted] = [adjointByBlocks(dy, w, x), tf.conv2dTranspose(dy, w, x, 2, "same")].map((y) => y.dataSync());
    // Sums of up to 60 products in float32.
    wanted!.forEach((value, i) => assertAlmostEquals(got![i]!, value, 1e-4, `kernel ${k}, side ${height}`));
  }
});

testWith(
  ["native"],
  "speed-kernels: oneDNN is never given the gradient of a strided 1 × 1 kernel, for which it writes beyond its memory",
  async () => {
    await startBackend({ only: "native" });
    const rng = seededRng(0, "one by one");
    const [x, w] = [tf.tensor4d(rng.normals(2 * 9 * 6 * 3), [2, 9, 6, 3]), tf.tensor4d(rng.normals(12), [1, 1, 3, 4])];
    const dy = tf.tensor4d(rng.normals(2 * 5 * 3 * 4), [2, 5, 3, 4]);
    const backend = tf.backend() as unknown as { executeSingleOutput: Execute };
    const own = backend.executeSingleOutput;
    const strides: unknown[] = [];
    backend.executeSingleOutput = function (name, attributes, inputs) {
      if (name === "Conv2DBackpropFilter") strides.push(attributes.find(({ name }) => name === "strides")!.value);
      return own.call(this, name, attributes, inputs);
    };
    const before = tf.memory().numTensors;
    const got = tf.grad((w) => tf.conv2d(x, w as tf.Tensor4D, [2, 2], "same"))(w, dy);
    assertEquals(tf.memory().numTensors, before + 1);
    delete (backend as Partial<typeof backend>).executeSingleOutput;
    assertEquals(strides, [[1, 1, 1, 1]]);
    // dL/dw[c, o] = Σ x[2i, 2j, c]·dy[i, j, o].
    const [images, slopes] = [await x.array(), await dy.array()];
    const wanted = [0, 1, 2].flatMap((c) =>
      [0, 1, 2, 3].map((o) =>
        slopes.flat(2).reduce(
          (sum, slope, at) =>
            sum + images[Math.floor(at / 15)]![2 * Math.floor(at / 3 % 5)]![2 * (at % 3)]![c]! * slope[o]!,
          0,
        )
      )
    );
    // Sums of 30 products in float32.
    wanted.forEach((value, i) => assertAlmostEquals(got.dataSync()[i]!, value, 1e-4));
  },
);

for (const [backend, module] of [["wasm", "backend-wasm"], ["native", "node-gpu"]] as const) {
  testWith(
    ["read", "env", "run", ...backendNeeds(backend)],
    `backend-parity: ${backend} has our kernels also in a program that had imported its package before`,
    async () => {
      const code = `
        import * as tf from "@tensorflow/tfjs-core";
        import "@tensorflow/tfjs-${module}";
        import { startBackend } from ${JSON.stringify(import.meta.resolve("../src/engine/backend.ts"))};
        const of = () => tf.getKernel("BatchMatMul", ${JSON.stringify(backend === "native" ? "tensorflow" : backend)});
        const kernels = [of()];
        for (let i = 0; i < 2; i++) {
          await startBackend({ only: ${JSON.stringify(backend)} });
          kernels.push(of());
        }
        console.log(kernels[0] !== kernels[1], kernels[1] === kernels[2]);`;
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], cwd: ROOT }).output();
      const [said, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertStringIncludes(said!, "true true", complaint);
    },
  );
}

Deno.test("backend-parity: a value that is off, missing or not a number is found", () => {
  const wanted = [Float32Array.of(1, -2, 3)];
  const ok = (...values: number[]) => compareValues("case", [Float32Array.from(values)], wanted).ok;
  assertEquals([ok(1, -2, 3), ok(1, -2, 3.001), ok(1, -2), ok(1, NaN, 3)], [true, false, false, false]);
  assertEquals(compareValues("case", [], wanted).ok, false);
});

Deno.test("backend-parity: a case that throws is a difference, and the others still run", async () => {
  await startBackend({ only: "cpu" });
  const broken = { name: "broken", run: () => [].map(() => null!) };
  const throwing = {
    name: "throwing",
    run: () => {
      throw new RangeError("no such kernel");
    },
  };
  const [first, second] = await runParity([throwing, broken], new Map([["throwing", []], ["broken", []]]));
  assertEquals([first!.ok, first!.error, second!.ok], [false, "no such kernel", true]);
});

/** Calls `use` where the graphics adapter has these properties, or there is none. */
async function withAdapter(info: Partial<GPUAdapterInfo> | null, use: () => Promise<void>): Promise<void> {
  const gpu = { requestAdapter: () => Promise.resolve(info && { info: { description: "", ...info } }) };
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  try {
    await use();
  } finally {
    // The real one is the prototype's.
    delete (navigator as { gpu?: unknown }).gpu;
  }
}

Deno.test("backend-choice: a software adapter is never chosen by itself, by whatever name it goes", async () => {
  const { setUpWebgpu } = await import("../src/engine/webgpu.ts");
  const names = ["llvmpipe (LLVM 15.0)", "lavapipe", "SwiftShader Device", "Microsoft Basic Render Driver", "software"];
  const adapters = names.map((description) => ({ description }));
  for (const info of [...adapters, { description: "a card", isFallbackAdapter: true }]) {
    await withAdapter(info, async () => {
      const { message } = await assertRejects(() => setUpWebgpu(false), BackendError);
      assertEquals(message, `the only adapter, ${info.description}, computes on the CPU, slowly`);
    });
  }
  await withAdapter(null, async () => {
    await assertRejects(() => setUpWebgpu(false), BackendError, "there is no graphics adapter");
  });
});

Deno.test("backend-doctor: each known failure has its hint, and an unknown one has none", () => {
  for (
    const [symptom, hint] of [
      ["no Python with pip was found", "python3-pip"],
      ["no C++ compiler (g++) was found", "apt install g++"],
      ["the TensorFlow wheel could not be downloaded: no matching distribution", "PIP_INDEX_URL"],
      ["downloaded: what pip found is not TensorFlow's own wheel: its SHA-256 is 0, 1 is expected", "pip config list"],
      ['Cannot find the cache: MEMGAN_CACHE must be an absolute path, it is "x"', "absolute"],
      ['Cannot make a temporary folder in "/none": not found', "TMPDIR"],
      ["the addon did not load: version `GLIBC_2.38' not found", "node_modules"],
      ["it ended its process by SIGILL", "--backend wasm"],
      ["it ended its process by SIGSEGV", "DENO_WEBGPU_BACKEND=vulkan"],
      ["there is no graphics adapter: no GPU, or no driver for Vulkan", "libvulkan1"],
      ["cannot read the package's tfjs-backend-wasm.wasm: not found", "deno install"],
    ] as const
  ) assertStringIncludes(hintFor(symptom) ?? "", hint);
  assertEquals(hintFor("TensorFlow 2.21.0 on the CPU, 1 thread (asked for)"), undefined);
});
