/** Whether a fit that fails, and a detector that is disposed of, leave tensors behind. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { NormalTrain } from "../src/data/images.ts";
import { construct } from "../src/detectors/create.ts";
import type { Checkpoint, FitOptions } from "../src/detectors/detector.ts";
import { NonFiniteLossError } from "../src/detectors/detector.ts";
import { startBackend } from "../src/engine/backend.ts";
import { descend } from "../src/engine/descend.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { repeated } from "../src/engine/repeat.ts";
import { testWith } from "./needs.ts";
import { smallRecipe, TRAINED } from "./small_recipes.ts";
import { squareImages } from "./square_images.ts";

const SHAPE = { height: 28, width: 28, channels: 1 };

/** Squares, or images of one value. */
function train(value?: number): NormalTrain {
  const images = squareImages(4);
  const pixels = value === undefined ? images.pixels : images.pixels.map(() => value);
  return { role: "normal-train", images: { ...images, pixels } };
}

/** The backends, and what is trained on each: all where that is fast. */
const BACKENDS = [["cpu", [], ["dsebm"]], ["native", ["native"], TRAINED]] as const;

for (const [backend, needs, methods] of BACKENDS) {
  for (const method of methods) {
    testWith(
      needs,
      `detector-dispose: ${method} leaves no tensor behind, whatever ends a fit, on ${backend}`,
      async () => {
        await startBackend({ only: backend });
        const before = tf.memory().numTensors;
        const detector = construct(method, smallRecipe(method), 0, SHAPE);
        const made = tf.memory().numTensors;
        const fails = async (what: string, options: FitOptions, value?: number) => {
          const error = await detector.fit(train(value), options).then(() => undefined, (reason: unknown) => reason);
          assertEquals(error === undefined, false, `${method}: ${what} ends no fit`);
          assertEquals(tf.memory().numTensors, made, `${method}: ${what}: ${error}`);
          const late = await assertRejects(() => detector.score(train().images), TypeError);
          assertEquals(late.message, `Cannot score with ${method}: it is not fitted; call fit or load before`);
          return error;
        };
        const stop = () => {
          throw new Error("stop");
        };
        await fails("an error after a step", { onStep: stop });
        await fails("an error after an epoch", { onEpoch: stop });
        let checkpoint!: Checkpoint;
        await fails("an error after a checkpoint", {
          async onEpoch(report) {
            checkpoint = await report.checkpoint();
            await detector.score(train().images);
            assertThrows(() => detector.dispose(), TypeError, "it is at work");
            stop();
          },
        });
        const [name] = Object.keys(checkpoint.arrays).filter((each) => each.endsWith("/v"));
        const arrays = { ...checkpoint.arrays };
        delete arrays[name!];
        for (const resume of [...[1, 99, 0.5].map((epoch) => ({ epoch, arrays })), { epoch: 1, arrays: {} }]) {
          const error = await fails(`a checkpoint of epoch ${resume.epoch}`, { resume });
          assertEquals(error instanceof RangeError, true, `${error}`);
        }
        const error = await fails("a loss that is not finite", {}, 3e38);
        assertEquals(error instanceof NonFiniteLossError, true, `${error}`);

        detector.load(await construct(method, smallRecipe(method), 1, SHAPE).save());
        const again = construct(method, smallRecipe(method), 0, SHAPE);
        await again.fit(train());
        await again.score(train().images);
        for (const each of [again, again, detector, detector]) each.dispose();
        const kept = construct(method, smallRecipe(method), 1, SHAPE);
        const size = tf.memory().numTensors;
        kept.dispose();
        // What was saved from is the only one that still stands.
        assertEquals(tf.memory().numTensors - before, size - tf.memory().numTensors, `${method} is disposed of`);
      },
    );
  }

  testWith(needs, `detector-dispose: a step that fails half-way frees what it made, on ${backend}`, async () => {
    await startBackend({ only: backend });
    const theta = new Parameter("theta", tf.scalar(1));
    const before = tf.memory().numTensors;
    const step = (apply: () => void) =>
      repeated(
        () => tf.tidy(() => descend(() => tf.square(theta.value) as tf.Scalar, { parameters: [theta], apply })),
        [theta],
      );
    const failing = step(() => {
      throw new Error("stop");
    });
    assertThrows(failing, Error, "stop");
    failing.dispose();
    assertEquals(tf.memory().numTensors, before);
    theta.dispose();
  });
}

Deno.test("detector-dispose: a constructor that fails half-way keeps nothing", async () => {
  await startBackend({ only: "cpu" });
  const before = tf.memory().numTensors;
  // The networks exist before the memory, which no array can hold.
  const recipe = { ...smallRecipe("memgan"), units: 2 ** 40 };
  assertThrows(() => construct("memgan", recipe, 0, SHAPE), RangeError);
  assertEquals(tf.memory().numTensors, before);
});
