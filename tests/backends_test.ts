/** Every backend that is here computes what plain JavaScript does: operation by operation, and over whole training runs. */

import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import type { Images } from "../src/data/images.ts";
import { createMemgan } from "../src/detectors/memgan.ts";
import { MNIST_RECIPE } from "../src/detectors/recipe.ts";
import type { BackendName } from "../src/engine/backend.ts";
import { startBackend } from "../src/engine/backend.ts";
import { BackendError } from "../src/engine/backend_error.ts";
import { graphicsAdapter } from "../src/engine/adapter.ts";
import { mendFor } from "../src/engine/mends.ts";
import { compareValues, runParity } from "../src/engine/parity.ts";
import { PARITY_CASES } from "../src/engine/parity_cases.ts";
import { stream } from "../src/engine/random.ts";
import { backendNeeds } from "./backend_needs.ts";
import { testWith } from "./needs.ts";

const HERE = ["native", "wasm", "webgpu"] as const;

for (const name of HERE) {
  testWith(
    backendNeeds(name),
    `backend-parity: ${name} computes each operation and its gradients as cpu does`,
    async () => {
      await startBackend({ only: name, setUp: false });
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
  await startBackend({ only, setUp: false });
  const pixels = stream(0, "images").uniforms(4 * 784).map((u) => 2 * u - 1);
  const images: Images = { count: 4, height: 28, width: 28, channels: 1, pixels };
  const memgan = createMemgan({ ...MNIST_RECIPE, units: 4, width: 8, batch: 4, k: 1, epochs: 2 }, 0);
  const losses: number[] = [];
  await memgan.fit({ role: "normal-train", images }, {
    onEpoch: (report) => void losses.push(...Object.values(report.losses)),
  });
  return [...losses, ...await memgan.score(images)];
}

let reference: Promise<number[]> | undefined;

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

testWith(["native"], "backend-choice: a software adapter is never chosen by itself", async () => {
  const { setUpWebgpu } = await import("../src/engine/webgpu.ts");
  const adapter = await graphicsAdapter();
  if (adapter && !/llvmpipe/.test(adapter.info.description)) return;
  const { message } = await assertRejects(() => setUpWebgpu(false), BackendError);
  assertMatch(message, adapter ? /computes on the CPU/ : /no graphics adapter/);
});

Deno.test("backend-doctor: each known failure has its mend, and an unknown one has none", () => {
  for (
    const [symptom, mend] of [
      ["no Python with pip was found", "python3-pip"],
      ["no C++ compiler (g++) was found", "apt install g++"],
      ["the TensorFlow wheel could not be downloaded: no matching distribution", "PIP_INDEX_URL"],
      ["the addon did not load: version `GLIBC_2.38' not found", "node_modules"],
      ["it ended its process by SIGILL", "--backend wasm"],
      ["it ended its process by SIGSEGV", "DENO_WEBGPU_BACKEND=vulkan"],
      ["there is no graphics adapter: no GPU, or no driver for Vulkan", "libvulkan1"],
      ["cannot read the package's tfjs-backend-wasm.wasm: not found", "deno install"],
    ] as const
  ) assertStringIncludes(mendFor(symptom) ?? "", mend);
  assertEquals(mendFor("TensorFlow 2.21.0 on the CPU, 1 thread (asked for)"), undefined);
});
