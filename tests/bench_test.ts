/** What the benchmarks compute besides times. */

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { line } from "../bench/growth.ts";
import { stepper } from "../bench/stepper.ts";
import { checkEqual } from "../bench/paired.ts";
import { benchTable } from "../bench/table.ts";
import twin from "./oracle/memgan.json" with { type: "json" };

Deno.test("speed-growth: the line through scattered points is that of least squares, and R² what it explains", () => {
  const { start, slope, r2 } = line([0, 1, 2, 3], [1, 0, 3, 2]);
  assertAlmostEquals(start, 0.6, 1e-12);
  assertAlmostEquals(slope, 0.6, 1e-12);
  assertAlmostEquals(r2, 0.36, 1e-12);
});

Deno.test("speed-peers: the products of a step are those of its layers, each as often as a step goes through it", async () => {
  await tf.setBackend("cpu");
  const stack = 14 ** 2 * 16 * 32 + 7 ** 2 * 16 * 32 * 64 + 4 ** 2 * 9 * 64 * 128 + 2048 * 256;
  const [E, G] = [stack + 256 * 64, stack + 64 * 256];
  const D = stack + 64 * 256 + 256 * 256 + 512 * 512 + 512;
  assertEquals(stepper("mnist", 1).products, 6 * E + 7 * G + 9 * D);
});

Deno.test("speed-peers: networks with other numbers of parameters are not compared", () => {
  const ours = { cpu: "a processor", parameters: 32 };
  checkEqual("them", ours, { parameters: 32 });
  assertThrows(() => checkEqual("them", ours, { parameters: 64 }), Error, "have 32 parameters, the rival's 64");
});

Deno.test("speed-peers: the numbers that a step trains are those of its twin", async () => {
  await tf.setBackend("cpu");
  for (const dataset of ["mnist", "cifar10"] as const) {
    const sizes = Object.values(twin[dataset].moves).map((move) => move.at(-1)!);
    assertEquals(stepper(dataset, 1).parameters, sizes.reduce((a, b) => a + b));
  }
});

Deno.test("speed-peers: a table has every column of its rows, a dash where one has nothing, and says what it was measured on", () => {
  const machine = { cpu: "a processor", deno: "2", backend: "native" };
  const text = benchTable({ machine, rows: [{ a: 1 }, { a: 2, b: 3 }] });
  assertEquals(text.split("\n").filter((each) => each !== ""), [
    "| a | b |",
    "| --- | --- |",
    "| 1 | – |",
    "| 2 | 3 |",
    "a processor; Deno 2; native.",
  ]);
});
