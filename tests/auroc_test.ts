/** AUROC: exact, with ties, and refused where it means nothing. */

import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { auroc } from "../src/experiments/auroc.ts";

/** The definition, pair by pair. */
function byPairs(scores: readonly number[], labels: readonly number[]): number {
  let [wins, pairs] = [0, 0];
  scores.forEach((normal, i) => {
    scores.forEach((anomaly, j) => {
      if (labels[i] !== 0 || labels[j] !== 1) return;
      pairs++;
      wins += anomaly > normal ? 1 : anomaly === normal ? 0.5 : 0;
    });
  });
  return wins / pairs;
}

const cases = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0, 1)), {
  minLength: 2,
  maxLength: 30,
})
  .filter((rows) => new Set(rows.map(([, label]) => label)).size === 2);

Deno.test("metric-auroc: equals the share of pairs in order, ties counting one half", () => {
  fc.assert(fc.property(cases, (rows) => {
    const [scores, labels] = [rows.map(([score]) => score), rows.map(([, label]) => label)];
    assertAlmostEquals(auroc(scores, labels), byPairs(scores, labels), 1e-12);
  }));
});

Deno.test("metric-auroc: a rising function of the scores does not change it, a falling one mirrors it", () => {
  fc.assert(fc.property(cases, (rows) => {
    const [scores, labels] = [rows.map(([score]) => score), rows.map(([, label]) => label)];
    assertEquals(auroc(scores.map((s) => Math.exp(s)), labels), auroc(scores, labels));
    assertAlmostEquals(auroc(scores.map((s) => -s), labels), 1 - auroc(scores, labels), 1e-12);
  }));
});

Deno.test("metric-auroc: infinite scores have their rank", () => {
  assertEquals(auroc([-Infinity, 0, Infinity], [0, 0, 1]), 1);
});

Deno.test("metric-auroc: one class alone, a score that is not a number, and unequal lengths are refused", () => {
  assertThrows(() => auroc([1, 2], [1, 1]), RangeError, "there are 0 normal cases and 2 anomalies");
  assertThrows(() => auroc([1, 2], [0, 0]), RangeError, "there are 2 normal cases and 0 anomalies");
  assertThrows(() => auroc([], []), RangeError, "there are 0 normal cases and 0 anomalies");
  assertThrows(() => auroc([1, NaN], [0, 1]), RangeError, "score 1 is not a number");
  assertThrows(() => auroc([1, 2, 3], [0, 1]), RangeError, "there are 3 scores and 2 labels");
});

Deno.test("metric-auroc: a label that is neither 0 nor 1 and a score that is none are refused by their index", () => {
  // deno-lint-ignore no-explicit-any
  const wrong = auroc as (...args: any[]) => number;
  for (const label of [2, -1, 0.5, NaN, undefined, null, "1", true]) {
    assertThrows(() => wrong([1, 2, 3], [0, 1, label]), RangeError, `label 2 must be 0 or 1, it is ${label}`);
  }
  for (const score of [NaN, undefined, null, "3"]) {
    assertThrows(() => wrong([1, 2, score], [0, 1, 1]), RangeError, `score 2 is not a number, it is ${score}`);
  }
  // A hole, which forEach passes over.
  assertThrows(() => wrong(new Array(2), [0, 1]), RangeError, "score 0 is not a number, it is undefined");
});
