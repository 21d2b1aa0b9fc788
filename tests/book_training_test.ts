/** What the book says of training, against the gradients of a real step. */

import { assertEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { trainedOn } from "../src/book/equations.ts";
import { trainStep } from "../src/paper/s4_5_training.ts";
import type { Removable } from "../src/paper/terms.ts";
import { REMOVABLE } from "../src/paper/terms.ts";
import { allClauses } from "../src/report/spec.ts";
import { difference } from "../tools/conformance/conformance_cases.ts";
import { evaluator } from "../tools/conformance/expression_scope.ts";
import type { Player } from "../tools/conformance/small_memgan.ts";
import { BATCH, float64, noMask, PLAYERS, smallMemgan, withOptimisers } from "../tools/conformance/small_memgan.ts";

const LETTER: Readonly<Record<Player, string>> = { encoder: "E", generator: "G", discriminator: "D", memory: "M" };

/** The clause of each term of the step; what is left without the three is adversarial. */
const CLAUSES: Readonly<Record<Removable | "adversarial", string>> = {
  cycle: "cycle-loss",
  projection: "projection-loss",
  mutual_information: "mi-loss",
  adversarial: "mem-objective",
};

const sum = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value + b[i]!);
const less = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - b[i]!);

/** Along what a player really moves, term by term. */
function parts(model: ReturnType<typeof smallMemgan>, player: Player): Record<Removable | "adversarial", number[]> {
  const gradient = (without?: Removable) => {
    let found: number[] = [];
    const spy = { apply: (given: readonly tf.Tensor[]) => void (found = given.flatMap((g) => [...g.dataSync()])) };
    trainStep(model.x, model.random, withOptimisers(model, { [player]: spy }), noMask, without);
    return found;
  };
  const all = gradient();
  const terms = REMOVABLE.map((term) => [term, less(all, gradient(term))] as const);
  const adversarial = less(all, terms.map(([, part]) => part).reduce(sum));
  return { ...Object.fromEntries(terms) as Record<Removable, number[]>, adversarial };
}

Deno.test("book-equations: whom an equation moves, and which way, is what a step does", async () => {
  await tf.setBackend("cpu");
  const model = smallMemgan(0);
  const clauses = allClauses();
  const said = Object.values(CLAUSES).map((id) => {
    const changes = trainedOn(clauses.find((clause) => clause.id === id)!, clauses);
    return [id, changes.map(({ player, way }) => `${player} ${way}`).sort()];
  });
  const done: Record<string, string[]> = Object.fromEntries(Object.values(CLAUSES).map((id) => [id, []]));
  for (const player of PLAYERS) {
    const { theta, scope } = await float64(model);
    for (const [term, part] of Object.entries(parts(model, player))) {
      const id = CLAUSES[term as keyof typeof CLAUSES];
      const evaluate = evaluator(id);
      const value = () => Array.from({ length: BATCH }, (_, i) => evaluate(scope(i))[0]!).reduce((a, b) => a + b);
      const slopes = theta[player].flatMap((parameter) => parameter.map((_, i) => difference(parameter, i, value)));
      const along = part.reduce((total, g, i) => total + g * slopes[i]!, 0);
      // float32 gradients of order 1; where there is none the difference of two of them is left.
      if (Math.hypot(...part) > 1e-5) done[id]!.push(`${LETTER[player]} ${along > 0 ? "down" : "up"}`);
    }
  }
  assertEquals(said, Object.entries(done).map(([id, changes]) => [id, changes.sort()]));
});

Deno.test("book-equations: of no clause but the losses, the adversarial objective and the updates is it said whom it moves", () => {
  const clauses = allClauses();
  const said = clauses.filter((clause) => trainedOn(clause, clauses).length > 0).map(({ id }) => id);
  const updates = Object.keys(LETTER).map((player) => `algorithm-1-${player}`);
  assertEquals(said.sort(), [...Object.values(CLAUSES), ...updates].sort());
});

Deno.test("book-equations: an update moves its own player and nobody else", () => {
  const clauses = allClauses();
  for (const [player, letter] of Object.entries(LETTER)) {
    const clause = clauses.find(({ id }) => id === `algorithm-1-${player}`)!;
    assertEquals(trainedOn(clause, clauses).map((change) => change.player), [letter]);
  }
});
