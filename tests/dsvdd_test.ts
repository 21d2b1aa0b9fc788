/** Deep SVDD: its steps are those of the twin in PyTorch, and its two phases are one run that can be taken up anywhere. */

import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import type { Checkpoint } from "../src/detectors/detector.ts";
import { adamFor, reconstructionStep } from "../src/detectors/training/autoencoding.ts";
import { centreOf, createDsvdd, sphereStep } from "../src/detectors/dsvdd.ts";
import { DSVDD } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import { allOf, INFERENCE } from "../src/engine/layer.ts";
import { Parameter } from "../src/engine/parameter.ts";
import { seededRng } from "../src/engine/random.ts";
import { autoencoderFor } from "../src/networks/dcae.ts";
import {
  assertClose,
  assertStepped,
  batch,
  DECAY,
  fill,
  formula,
  imagesOf,
  saved,
  twinAdam,
} from "./autoencoder_twin.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/dsvdd.json" with { type: "json" };

const MNIST = { height: 28, width: 28, channels: 1 };

function sphere() {
  const { encoder } = autoencoderFor(MNIST, seededRng(0, "init"));
  fill(encoder.parameters);
  return { encoder, centre: new Parameter("centre", tf.tensor1d(formula("centre", [32], 1))) };
}

Deno.test("choice-dsvdd: a one-class step is the twin's", async () => {
  await tf.setBackend("cpu");
  const given = sphere();
  const optimiser = twinAdam(given.encoder.parameters, DECAY);
  const loss = sphereStep(batch(4, 28, 1), given, optimiser, 0.25, false);
  assertClose(loss.dataSync(), [oracle["one-class"].loss], "the loss");
  assertStepped(optimiser, oracle["one-class"].weights);
});

Deno.test("choice-dsvdd: a soft-boundary step is the twin's, and the radius follows when it may", async () => {
  await tf.setBackend("cpu");
  const { loss, radius, weights } = oracle["soft-boundary"];
  for (const follow of [false, true]) {
    const given = { ...sphere(), radius: new Parameter("radius", tf.scalar(3)) };
    const optimiser = twinAdam(given.encoder.parameters, DECAY);
    assertClose(
      sphereStep(batch(4, 28, 1), given, optimiser, 0.25, follow).dataSync(),
      [loss],
      "the loss",
    );
    assertStepped(optimiser, weights);
    assertClose(given.radius.value.dataSync(), [follow ? radius : 3], "the radius");
  }
});

Deno.test("baseline-dsvdd: the score is the Euclidean distance of a code to the centre", async () => {
  await tf.setBackend("cpu");
  const { encoder, centre } = sphere();
  const detector = createDsvdd(DSVDD.mnist, 0, MNIST);
  detector.load(saved([...allOf(encoder), centre]));
  const x = tf.sub<tf.Tensor4D>(tf.mul(batch(4, 28, 1), 2), 1);
  assertClose(await detector.score(imagesOf(x)), oracle["one-class"].fresh, "scores");
});

Deno.test("choice-dsvdd: both phases and the centre see images mapped to [0, 1], each phase has its Adam and its decay", async () => {
  await tf.setBackend("cpu");
  const unit = batch(4, 28, 1);
  const images = imagesOf(tf.sub<tf.Tensor4D>(tf.mul(unit, 2), 1));
  // Decays that show in one step, and in neither phase the other's.
  const recipe = { ...DSVDD.mnist, pretrainEpochs: 1, epochs: 1, batch: 4, pretrainDecay: 1000, decay: 10 };
  const detector = createDsvdd(recipe, 5, MNIST);
  const losses: number[] = [];
  await detector.fit({ role: "normal-train", images }, {
    onEpoch: (report) => void losses.push(report.losses["loss"]!),
  });
  // The only step of each phase, by hand.
  const autoencoder = autoencoderFor(MNIST, seededRng(5, "init"));
  const { encoder, decoder, width } = autoencoder;
  const both = [...encoder.parameters, ...decoder.parameters];
  const pretrained = reconstructionStep(unit, autoencoder, adamFor(both, recipe.learningRate, recipe.pretrainDecay));
  const codes = encoder(unit, INFERENCE).dataSync<"float32">();
  const centre = new Parameter("centre", tf.tensor1d(centreOf(codes, width)));
  const anew = adamFor(encoder.parameters, recipe.learningRate, recipe.decay);
  const wanted = sphereStep(unit, { encoder, centre }, anew, recipe.nu, false);
  // Adam's first step is a rate long however small a gradient is: where that is rounding, so is its sign.
  assertClose(losses, [...pretrained.dataSync(), ...wanted.dataSync()], "losses", 1e-3);
  const learned = await detector.save();
  assertClose(learned["centre"]!.values, [...centre.value.dataSync()], "the centre", 1e-3);
  for (const { name, value } of encoder.parameters) {
    const off = tf.mean(tf.abs(tf.sub(value, tf.tensor(learned[name]!.values, value.shape)))).dataSync()[0]!;
    assert(off < 0.05 * recipe.learningRate, `${name} is off by ${off}`);
  }
});

const IMAGES: Images = {
  ...MNIST,
  count: 9,
  pixels: new Float32Array(9 * 784).map((_, i) => Math.sin((i % 784) / 20 + 0.1 * Math.floor(i / 784))),
};

for (const objective of ["one-class", "soft-boundary"] as const) {
  const recipe = {
    ...DSVDD.mnist,
    objective,
    pretrainEpochs: 2,
    pretrainDropAfter: 1,
    epochs: 3,
    dropAfter: 2,
    warmUp: 1,
    batch: 4,
    learningRate: 1e-3,
  };

  testWith(["native"], `choice-dsvdd: ${objective}, a run taken up at any epoch ends in the same bits`, async () => {
    await startBackend({ only: "native" });
    const train = { role: "normal-train", images: IMAGES } as const;
    const whole = createDsvdd(recipe, 0, MNIST);
    assertEquals(whole.epochs, 5);
    const checkpoints: Checkpoint[] = [];
    await whole.fit(train, {
      async onEpoch(report) {
        checkpoints.push(await report.checkpoint());
      },
    });
    const end = await whole.save();
    assertEquals(checkpoints.map(({ epoch }) => epoch), [1, 2, 3, 4, 5]);
    for (const resume of checkpoints) {
      const resumed = createDsvdd(recipe, 0, MNIST);
      await resumed.fit(train, { resume });
      assertEquals(await resumed.save(), end, `after epoch ${resume.epoch}`);
    }
    const centre = end["centre"]!.values;
    assert(centre.every((value) => Math.abs(value) >= Math.fround(0.1)), "no coordinate is near 0");
    assertEquals(checkpoints[2]!.arrays["centre"]!.values, centre, "the centre stays where it is");
    const radii = checkpoints.slice(2).map(({ arrays }) => arrays["radius"]?.values[0]);
    if (objective === "one-class") assertEquals(radii, [undefined, undefined, undefined]);
    else assert(radii[0] === 0 && radii[1]! > 0 && radii[2]! > 0, `R is 0 in the warm-up alone: ${radii}`);
  });
}

Deno.test("choice-dsvdd: each phase's rate is a tenth after its own drop", async () => {
  await tf.setBackend("cpu");
  const recipe = { ...DSVDD.mnist, batch: 2, pretrainEpochs: 3, epochs: 3, learningRate: 1e-3 };
  const train = { role: "normal-train", images: gather(IMAGES, [0, 1]) } as const;
  for (
    const [pretrainDropAfter, dropAfter, wanted] of [[1, 2, "long short short long long short"], [
      2,
      1,
      "long long short long short short",
    ]] as const
  ) {
    const detector = createDsvdd({ ...recipe, pretrainDropAfter, dropAfter }, 0, MNIST);
    const weights: tf.Tensor[] = [tf.tensor1d((await detector.save())["encoder.conv1.weight"]!.values)];
    await detector.fit(train, {
      async onEpoch(report) {
        weights.push(tf.tensor1d((await report.checkpoint()).arrays["encoder.conv1.weight"]!.values));
      },
    });
    const moved = weights.slice(1).map((now, i) => tf.mean(tf.abs(tf.sub(now, weights[i]!))).dataSync()[0]!);
    // An epoch is a step, and a step of Adam a few tenths of the rate at least while gradients hardly change.
    assertEquals(moved.map((by) => by > 3e-4 ? "long" : "short").join(" "), wanted, `${moved}`);
  }
});

testWith(
  ["native"],
  "choice-dsvdd: an image scores alone as in company, and another seed scores otherwise",
  async () => {
    await startBackend({ only: "native" });
    const recipe = { ...DSVDD.mnist, pretrainEpochs: 1, epochs: 4, batch: 3, learningRate: 1e-3 };
    const fitted = async (seed: number) => {
      const detector = createDsvdd(recipe, seed, MNIST);
      const losses: number[] = [];
      await detector.fit({ role: "normal-train", images: IMAGES }, {
        onEpoch: (report) => void losses.push(report.losses["loss"]!),
      });
      assert(losses[4]! < losses[1]!, `distances shrink: ${losses}`);
      return detector;
    };
    const detector = await fitted(0);
    const together = await detector.score(IMAGES);
    const [alone] = await detector.score(gather(IMAGES, [5]));
    assertAlmostEquals(alone!, together[5]!, 1e-5 * together[5]!);
    assertNotEquals(await (await fitted(1)).score(IMAGES), together);
  },
);
