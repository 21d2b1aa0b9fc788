/** DCAE: its networks, loss, step and score are those of the twin in PyTorch. */

import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import { reconstructionStep, scheduled, squaredErrors } from "../src/detectors/training/autoencoding.ts";
import { createDcae } from "../src/detectors/dcae.ts";
import type { Checkpoint } from "../src/detectors/detector.ts";
import { DCAE } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import { allOf, INFERENCE } from "../src/engine/layer.ts";
import { seededRng } from "../src/engine/random.ts";
import type { Autoencoder } from "../src/networks/dcae.ts";
import { autoencoderFor } from "../src/networks/dcae.ts";
import { assertClose, assertStepped, batch, DECAY, fill, imagesOf, saved, twinAdam } from "./autoencoder_twin.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/dcae.json" with { type: "json" };

const MNIST = { height: 28, width: 28, channels: 1 };
const CIFAR10 = { height: 32, width: 32, channels: 3 };

function filled(shape: typeof MNIST): Autoencoder {
  const autoencoder = autoencoderFor(shape, seededRng(0, "init"));
  fill([...autoencoder.encoder.parameters, ...autoencoder.decoder.parameters]);
  return autoencoder;
}

const errors = ({ encoder, decoder }: Autoencoder, x: tf.Tensor4D) =>
  squaredErrors(x, decoder(encoder(x, INFERENCE), INFERENCE)).dataSync();

Deno.test("choice-dcae: forward pass, loss and one step are the twin's", async () => {
  await tf.setBackend("cpu");
  const autoencoder = filled(MNIST);
  const x = batch(4, 28, 1);
  const { fresh, loss, trained, weights } = oracle.mnist;
  assertClose(errors(autoencoder, x), fresh, "scores before");
  const optimiser = twinAdam([...autoencoder.encoder.parameters, ...autoencoder.decoder.parameters], DECAY);
  assertClose(reconstructionStep(x, autoencoder, optimiser).dataSync(), [loss], "the loss");
  assertStepped(optimiser, weights);
  assertClose(errors(autoencoder, x), trained, "scores after", 1e-5);
});

Deno.test("autoencoder-layers: the ε of batch normalisation is 10⁻⁴", async () => {
  await tf.setBackend("cpu");
  const { encoder } = filled(MNIST);
  const x = batch(2, 28, 1);
  const codes = (variance: number) => {
    for (const buffer of encoder.buffers) {
      if (buffer.name.endsWith(".variance")) buffer.set(tf.fill(buffer.value.shape, variance));
    }
    return encoder(x, INFERENCE).dataSync();
  };
  // Nothing has a bias, so codes scale with 1/√(σ² + ε) of each of the two normalisations: four times less from 0 to 3ε.
  const [sharp, flat] = [codes(0), codes(3e-4)];
  sharp.forEach((value, i) => assertAlmostEquals(flat[i]!, value / 4, 1e-4 * Math.abs(value)));
});

Deno.test("choice-dcae: on CIFAR-10 the forward pass is the twin's", async () => {
  await tf.setBackend("cpu");
  assertClose(errors(filled(CIFAR10), batch(1, 32, 3)), oracle.cifar10.fresh, "the score");
});

Deno.test("baseline-dcae: the score is the reconstruction error of images mapped to [0, 1]", async () => {
  await tf.setBackend("cpu");
  const detector = createDcae(DCAE.mnist, 0, MNIST);
  const autoencoder = filled(MNIST);
  detector.load(saved(allOf(autoencoder.encoder, autoencoder.decoder)));
  const x = tf.sub<tf.Tensor4D>(tf.mul(batch(4, 28, 1), 2), 1);
  assertClose(await detector.score(imagesOf(x)), oracle.mnist.fresh, "scores");
});

Deno.test("choice-dcae: it is trained on the images that it is scored on, those mapped to [0, 1]", async () => {
  await tf.setBackend("cpu");
  const unit = batch(4, 28, 1);
  const images = imagesOf(tf.sub<tf.Tensor4D>(tf.mul(unit, 2), 1));
  const detector = createDcae({ ...DCAE.mnist, epochs: 1, batch: 4 }, 5, MNIST);
  let loss = NaN;
  await detector.fit({ role: "normal-train", images }, {
    onEpoch: (report) => void (loss = report.losses["reconstruction"]!),
  });
  const autoencoder = autoencoderFor(MNIST, seededRng(5, "init"));
  const idle = { parameters: [...autoencoder.encoder.parameters, ...autoencoder.decoder.parameters], apply() {} };
  assertClose([loss], [...reconstructionStep(unit, autoencoder, idle).dataSync()], "the loss of the only step", 1e-5);
});

Deno.test("choice-dcae: the rate is a tenth after the drop, and an epoch leaves an incomplete batch out", async () => {
  await tf.setBackend("cpu");
  const images: Images = { ...MNIST, count: 7, pixels: new Float32Array(7 * 784) };
  const steps = { method: "dcae", before: 0, of: 3, saved: [], terms: [], parameters: [] };
  const phase = scheduled(images, 0, { epochs: 3, dropAfter: 1, batch: 2, learningRate: 1 }, {
    ...steps,
    step: () => tf.zeros([1]),
  });
  assertEquals(phase.steps, 3);
  const rates = Array.from({ length: 9 }, (_, done) => phase.learningRate(done / 9, phase.optimisers[0]!));
  assertEquals(rates, [1, 1, 1, ...Array(6).fill(0.1)]);
});

Deno.test("choice-dcae: images of another size, and too few for a batch, are refused", async () => {
  await tf.setBackend("cpu");
  assertThrows(
    () => createDcae(DCAE.mnist, 0, { ...MNIST, height: 8 }),
    RangeError,
    "images must have sides of 16 to 256 pixels and 1 or 3 channels, they are 8 × 28 × 1",
  );
  const images: Images = { ...MNIST, count: 1, pixels: new Float32Array(784) };
  await assertRejects(
    () => createDcae(DCAE.mnist, 0, MNIST).fit({ role: "normal-train", images }),
    RangeError,
    "Cannot fit dcae: 1 images do not fill one batch of 200",
  );
});

testWith(["native"], "choice-dcae: it learns, scores one image at a time, and resumes to the same bits", async () => {
  await startBackend({ only: "native" });
  const pixels = new Float32Array(8 * 784).map((_, i) => Math.floor(i / 784) % 2 === 0 ? Math.sin(i % 28) : -1);
  const images: Images = { ...MNIST, count: 8, pixels };
  const recipe = { ...DCAE.mnist, epochs: 4, dropAfter: 3, batch: 4, learningRate: 1e-2 };
  const whole = createDcae(recipe, 0, MNIST);
  const losses: number[] = [];
  let checkpoint: Checkpoint | undefined;
  await whole.fit({ role: "normal-train", images }, {
    async onEpoch(report) {
      losses.push(report.losses["reconstruction"]!);
      if (report.epoch === 2) checkpoint = await report.checkpoint();
    },
  });
  assert(losses[3]! < 0.9 * losses[0]!, `losses ${losses}`);
  const resumed = createDcae(recipe, 0, MNIST);
  await resumed.fit({ role: "normal-train", images }, { resume: checkpoint });
  assertEquals(await resumed.save(), await whole.save());
  const together = await whole.score(images);
  const [alone] = await whole.score(gather(images, [2]));
  assertAlmostEquals(alone!, together[2]!, 1e-4 * together[2]!);
});
