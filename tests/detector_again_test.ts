/** Fitting a detector again, and saving it while it is at work. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { NormalTrain } from "../src/data/images.ts";
import { construct, createMethod } from "../src/detectors/create.ts";
import type { NamedArray } from "../src/detectors/detector.ts";
import { NonFiniteLossError } from "../src/detectors/detector.ts";
import { startBackend } from "../src/engine/backend.ts";
import { testWith } from "./needs.ts";
import { smallRecipe, TRAINED } from "./small_recipes.ts";
import { squareImages } from "./square_images.ts";

const SHAPE = { height: 28, width: 28, channels: 1 };
const images = squareImages(4);
const train: NormalTrain = { role: "normal-train", images };
const tooBright: NormalTrain = { role: "normal-train", images: { ...images, pixels: images.pixels.map(() => 3e38) } };

for (const method of TRAINED) {
  testWith(
    ["native"],
    `detector-again: ${method} learns the same after another fit or a failure, and goes on from what is loaded`,
    async () => {
      await startBackend({ only: "native" });
      const [once, again, other, third] = [0, 0, 1, 0].map((seed) =>
        construct(method, smallRecipe(method), seed, SHAPE)
      );
      await once!.fit(train);
      const wanted = await once!.save();
      const before = tf.memory().numTensors;
      await again!.fit({ role: "normal-train", images: squareImages(6) });
      await again!.fit(train);
      assertEquals(await again!.save(), wanted, "after another fit");
      await assertRejects(() => again!.fit(tooBright), NonFiniteLossError);
      await again!.fit(train);
      assertEquals(await again!.save(), wanted, "after a failure");
      for (const each of [again!, third!]) {
        each.load(await other!.save());
        await each.fit(train);
      }
      assertEquals(await again!.save(), await third!.save(), "after a load");
      assertEquals(tf.memory().numTensors, before);
      for (const each of [once!, again!, other!, third!]) each.dispose();
    },
  );

  testWith(
    ["native"],
    `detector-again: what ${method} saves between two epochs scores as it does then, and within one it saves nothing`,
    async () => {
      await startBackend({ only: "native" });
      const [detector, other] = [0, 1].map((seed) => construct(method, smallRecipe(method), seed, SHAPE));
      let saved: Record<string, NamedArray> = {};
      let scores: Float32Array[] = [];
      const refused: Promise<Error>[] = [];
      await detector!.fit(train, {
        onStep: () => void refused.push(assertRejects(() => detector!.save(), TypeError)),
        async onEpoch({ epoch }) {
          if (epoch !== 1) return;
          // All at a time.
          [saved, ...scores] = await Promise.all([detector!.save(), detector!.score(images), detector!.score(images)]);
        },
      });
      other!.load(saved);
      const wanted = await other!.score(images);
      assertEquals(scores, [wanted, wanted]);
      for (const { message } of await Promise.all(refused)) {
        assertEquals(message, `Cannot save ${method}: it is at work; await what it does`);
      }
      for (const each of [detector!, other!]) each.dispose();
    },
  );
}

Deno.test("detector-doors: a classical detector that was made for images of a size loads none of another", async () => {
  await startBackend({ only: "cpu" });
  const of = (side: number, channels: number) => {
    const shape = { height: side, width: side, channels };
    const pixels = Float32Array.from({ length: 12 * side * side * channels }, (_, i) => i * 7919 % 256 / 255);
    return { shape, images: { count: 12, ...shape, pixels } };
  };
  const [small, large] = [of(16, 1), of(20, 3)];
  const [fitted, detector] = [large, small].map(({ shape }) =>
    createMethod("pca", { shape, recipe: { components: 2 } })
  );
  await fitted!.fit({ role: "normal-train", images: large.images });
  const arrays = await fitted!.save();
  assertThrows(
    () => detector!.load(arrays),
    RangeError,
    "Cannot load pca: its images are 16 × 16 × 1, what is loaded is for images of 1200 pixels",
  );
  await assertRejects(() => detector!.score(small.images), TypeError, "it is not fitted");
  await detector!.fit({ role: "normal-train", images: small.images });
  assertEquals((await detector!.score(small.images)).length, 12);
});
