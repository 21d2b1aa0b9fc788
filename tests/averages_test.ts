/** Averages of weights, by which ALAD and AnoGAN score. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { construct } from "../src/detectors/create.ts";
import { Averages } from "../src/engine/averages.ts";
import { startBackend } from "../src/engine/backend.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { testWith } from "./needs.ts";
import { smallRecipe } from "./small_recipes.ts";
import { squareImages } from "./square_images.ts";

const SHAPE = { height: 28, width: 28, channels: 1 };

Deno.test("choice-averages: they are the sum of the path in float64, by the first steps' shares and by δ", async () => {
  await startBackend({ only: "cpu" });
  // At t = 81 (1 + t)/(10 + t) is above 0.9, from t = 80 on δ holds.
  const theta = new Parameter("theta", tf.tensor1d([5, -3]));
  const averages = new Averages([theta], 0.9);
  const [average] = averages.saved;
  const wanted = [5, -3];
  const path = (t: number, i: number) => Math.sin(t + i);
  for (let t = 1; t <= 120; t++) {
    theta.set(tf.tensor1d([path(t, 0), path(t, 1)]));
    averages.follow();
    const decay = Math.min(0.9, (1 + t) / (10 + t));
    wanted.forEach((value, i) => wanted[i] = decay * value + (1 - decay) * path(t, i));
    // 120 roundings of float32.
    average!.value.dataSync().forEach((value, i) => assertAlmostEquals(value, wanted[i]!, 1e-5, `step ${t}`));
  }
  assertEquals(averages.saved.map(({ name }) => name), ["theta/average", "averages/steps"]);
});

Deno.test("choice-averages: they stand in for the parameters while something is computed, and no longer", async () => {
  await startBackend({ only: "cpu" });
  const theta = new Parameter("theta", tf.scalar(1));
  const averages = new Averages([theta], 0.999);
  averages.saved[0]!.set(tf.scalar(7));
  const now = () => theta.value.dataSync()[0];
  assertEquals([now(), averages.within(now), now()], [1, 7, 1]);
  let thrown: unknown;
  try {
    averages.within(() => {
      throw new Error("no score");
    });
  } catch (error) {
    thrown = error;
  }
  assertEquals([(thrown as Error).message, now()], ["no score", 1]);
  // Without δ there are none, and the parameters are used as they are.
  const none = new Averages([theta], undefined);
  none.follow();
  assertEquals([none.saved.length, none.within(now)], [0, 1]);
});

for (const [method, networks] of [["alad", ["encoder", "generator", "xx"]], ["adgan", ["generator"]]] as const) {
  testWith(
    ["native"],
    `choice-averages: ${method} follows the weights of ${networks.join(", ")}, in every step`,
    async () => {
      await startBackend({ only: "native" });
      const [detector, fresh] = [0, 0].map((seed) => construct(method, smallRecipe(method), seed, SHAPE));
      await detector!.fit({ role: "normal-train", images: squareImages(4) });
      const [saved, start] = [await detector!.save(), await fresh!.save()];
      const averaged = Object.keys(saved).filter((name) => name.endsWith("/average"));
      assertEquals([...new Set(averaged.map((name) => name.split(".")[0]))], [...networks]);
      // Two epochs of two steps.
      assertEquals([...saved["averages/steps"]!.values], [4]);
      // It lags behind the weights.
      const name = "generator.conv1.weight";
      const [first, average, last] = [start[name]!, saved[`${name}/average`]!, saved[name]!].map(({ values }) =>
        values
      );
      const way = last!.reduce((sum, value, i) => sum + Math.abs(value - first![i]!), 0);
      const done = average!.reduce((sum, value, i) => sum + Math.abs(value - first![i]!), 0);
      assert(done > 0.3 * way && done < way, `${done} of ${way}`);
      for (const each of [detector!, fresh!]) each.dispose();
    },
  );

  testWith(
    ["native"],
    `choice-averages: ${method} scores by averages after a fit; by a recipe without them, by the last weights`,
    async () => {
      await startBackend({ only: "native" });
      const images = squareImages(4);
      const { averaging: _, ...without } = smallRecipe(method);
      const scores = async (recipe: typeof without, changed: (name: string) => boolean) => {
        const detector = construct(method, recipe, 0, SHAPE);
        await detector.fit({ role: "normal-train", images });
        const saved = await detector.save();
        const moved = Object.entries(saved).map(([name, { shape, values }]) =>
          [name, { shape, values: changed(name) ? values.map((value) => value + 0.1) : values }] as const
        );
        const other = construct(method, recipe, 0, SHAPE);
        other.load(Object.fromEntries(moved));
        const both = [await detector.score(images), await other.score(images)];
        for (const each of [detector, other]) each.dispose();
        return both as [Float32Array, Float32Array];
      };
      const isOfG = (name: string) => name === "generator.conv1.weight" || name === "generator.conv1.weight/average";
      const recipe = smallRecipe(method);
      const [last, lastMoved] = await scores(without, isOfG);
      const [averaged, weightsMoved] = await scores(recipe, (name) => isOfG(name) && !name.endsWith("/average"));
      const [, averagesMoved] = await scores(recipe, (name) => isOfG(name) && name.endsWith("/average"));
      assertEquals(weightsMoved, averaged);
      for (const [one, other] of [[last, lastMoved], [averaged, averagesMoved], [last, averaged]] as const) {
        assertEquals(one.every((score, i) => score === other[i]), false);
      }
    },
  );
}
