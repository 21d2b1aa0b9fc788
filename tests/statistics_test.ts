/** Means, deviations, quartiles, intervals and extremes: their values, and what they refuse. */

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { bootstrapInterval, tInterval } from "../src/experiments/intervals.ts";
import { placeCodes } from "../src/experiments/placement.ts";
import { deviation, mean, quartiles } from "../src/experiments/statistics.ts";
import { greatest, least } from "../src/platform/extremes.ts";
import { imageGrid } from "../src/report/charts/image_grid.ts";
import { greyness } from "../src/report/image_metrics.ts";

const ofSeeds = (values: readonly number[]) => bootstrapInterval([values, [0]]);
const ofT = (values: readonly number[]) => tInterval(values, 0.9);
const TAKERS = { mean, deviation, quartiles, ofSeeds, ofT };

Deno.test("api-errors: means, deviations, quartiles and intervals refuse what is no finite number, and holes", () => {
  // deno-lint-ignore no-explicit-any
  const wrong = [NaN, Infinity, undefined, null, "1"] as any[];
  for (const [name, of] of Object.entries(TAKERS)) {
    for (const value of wrong) {
      assertThrows(() => of([1, 2, value]), RangeError, `number 2 must be finite, it is ${value}`, name);
    }
    assertThrows(() => of(new Array(3)), RangeError, "number 0 must be finite, it is undefined", name);
  }
});

Deno.test("api-errors: of no numbers there is no mean, quartile or interval, and of fewer than two no deviation", () => {
  for (const each of [mean, quartiles, ofSeeds]) {
    assertThrows(() => each([]), RangeError, "there are 0 numbers; wanted is 1 or more");
  }
  for (const each of [() => bootstrapInterval([[1, 2]]), () => ofT([1])]) {
    assertThrows(each, RangeError, "there are 1 numbers; wanted is 2 or more");
  }
  assertEquals([deviation([]), deviation([1])], [undefined, undefined]);
  assertAlmostEquals(deviation([1, 3])!, Math.SQRT2, 1e-12);
});

Deno.test("api-errors: the greatest and the least of 300,000 numbers are found", () => {
  const many = Float32Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 300_007);
  assertEquals([least(many), greatest(many)], [0, 300_006]);
  assertEquals([least([]), greatest([])], [Infinity, -Infinity]);
  assertEquals([least([1, NaN]), greatest([NaN, 1])], [NaN, NaN]);
});

Deno.test("api-errors: an image of 300,000 pixels is drawn and measured", () => {
  const pixels = Float32Array.from({ length: 300_000 }, (_, i) => i % 2);
  const images = { count: 1, height: 500, width: 600, channels: 1, pixels };
  assertEquals(imageGrid(images, 1).width, 600);
  assertEquals(greyness(images, images), 0);
});

Deno.test("api-errors: codes are placed only where the units differ and no code is the origin", () => {
  assertThrows(() => placeCodes([[1, 1], [1, 1]], [[0, 1]]), RangeError, "the memory units are all equal");
  assertThrows(() => placeCodes([[1, 1], [2, 1]], [[0, 1], [0, 0]]), RangeError, "code 1 is the origin");
  assertThrows(() => placeCodes([[1, 1], [2, 1]], []), RangeError, "codes must hold a point or more");
});
