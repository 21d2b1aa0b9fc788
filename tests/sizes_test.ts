import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { construct } from "../src/detectors/create.ts";
import type { ImageShape } from "../src/data/images.ts";
import { startBackend } from "../src/engine/backend.ts";
import { INFERENCE } from "../src/engine/layer.ts";
import { seededRng } from "../src/engine/random.ts";
import { ganNetworks } from "../src/networks/adgan.ts";
import { aladNetworks } from "../src/networks/alad.ts";
import { autoencoderFor } from "../src/networks/dcae.ts";
import { energyNetwork } from "../src/networks/dsebm.ts";
import { halvings } from "../src/networks/halvings.ts";
import { memganNetworks } from "../src/networks/memgan.ts";
import { stridedDecoder, stridedEncoder } from "../src/networks/strided.ts";
import { memaeNetworks } from "../src/detectors/memae.ts";
import { testWith } from "./needs.ts";
import { smallRecipe, TRAINED } from "./small_recipes.ts";

const SHAPES: ImageShape[] = [
  { height: 16, width: 16, channels: 1 },
  { height: 28, width: 28, channels: 3 },
  { height: 32, width: 32, channels: 1 },
  { height: 45, width: 20, channels: 3 },
  { height: 64, width: 64, channels: 1 },
];

/** The image that each method's networks make of an image. */
const REBUILD: Record<string, (shape: ImageShape, x: tf.Tensor4D) => tf.Tensor> = {
  memgan(shape, x) {
    const { encoder, generator, discriminator } = memganNetworks(shape, 5, 0, seededRng(0, "init"));
    const z = encoder(x, INFERENCE);
    assertEquals(discriminator(x, z, INFERENCE).shape, [x.shape[0]]);
    return generator(z, INFERENCE);
  },
  adgan(shape, x) {
    const { generator, features, judge } = ganNetworks(shape, 5, seededRng(0, "init"));
    assertEquals(judge(features(x, INFERENCE), INFERENCE).shape, [x.shape[0], 1]);
    return generator(tf.zeros([x.shape[0], 5]), INFERENCE);
  },
  alad(shape, x) {
    const { encoder, generator, Dxz, Dxx, Dzz } = aladNetworks(shape, 5, 0, seededRng(0, "init"));
    const z = encoder(x, INFERENCE);
    const xx = Dxx(x, x, INFERENCE);
    for (const logits of [Dxz(x, z, INFERENCE), xx, Dzz(z, z, INFERENCE)]) assertEquals(logits.size, x.shape[0]);
    return generator(z, INFERENCE);
  },
  dcae(shape, x) {
    const { encoder, decoder } = autoencoderFor(shape, seededRng(0, "init"));
    return decoder(encoder(x, INFERENCE), INFERENCE);
  },
  dsebm: (shape, x) => energyNetwork(shape, 4, seededRng(0, "init")).rebuild(x),
  dagmm(shape, x) {
    const sizes = { channels: 4, width: 5 };
    const code = stridedEncoder(shape, sizes, seededRng(0, "init"))(x, INFERENCE);
    return stridedDecoder(shape, sizes, seededRng(0, "init"))(code, INFERENCE);
  },
  memae(shape, x) {
    const { encoder, decoder } = memaeNetworks(shape, 4, seededRng(0, "init"));
    return decoder(encoder(x, INFERENCE), INFERENCE);
  },
};

for (const [method, rebuild] of Object.entries(REBUILD)) {
  Deno.test(`image-sizes: the networks of ${method} return images of the size that they are given`, async () => {
    await tf.setBackend("cpu");
    for (const shape of SHAPES) {
      tf.tidy(() => {
        const { height, width, channels } = shape;
        const x = tf.tensor4d(seededRng(0, "x").uniforms(2 * height * width * channels), [2, height, width, channels]);
        const rebuilt = rebuild(shape, x);
        assertEquals(rebuilt.shape, x.shape);
        assert(rebuilt.dataSync().every(Number.isFinite), `${method} at ${height} × ${width} × ${channels}`);
      });
    }
    tf.disposeVariables();
  });
}

for (const method of TRAINED) {
  testWith(
    ["native"],
    `image-sizes: ${method} trains on images whose sides differ, odd ones too, by native`,
    async () => {
      await startBackend({ only: "native" });
      for (const shape of [{ height: 45, width: 20, channels: 1 }, { height: 17, width: 24, channels: 3 }]) {
        const size = shape.height * shape.width * shape.channels;
        const images = { ...shape, count: 8, pixels: seededRng(0, "x").uniforms(8 * size).map((u) => 2 * u - 1) };
        const detector = construct(method, { ...smallRecipe(method), batch: 4 }, 0, shape);
        await detector.fit({ role: "normal-train", images });
        const scores = await detector.score(images);
        assert(scores.every(Number.isFinite), `${method} at ${shape.height} × ${shape.width}`);
        detector.dispose();
      }
    },
  );
}

Deno.test("image-sizes: sides of 16 to 256 halve to 4 at most, in two to six steps", () => {
  for (let side = 16; side <= 256; side++) {
    const { sides, kernels, end } = halvings({ height: side, width: 16, channels: 1 }, "networks");
    assertEquals(kernels.length, Math.ceil(Math.log2(side)) - 2);
    assert(end[0] === 4 || end[0] === 3, `${side} ends at ${end[0]}`);
    // "Same" padding at stride 2 halves upwards.
    sides.slice(1).forEach(([h], i) => assertEquals(h, Math.ceil(sides[i]![0] / 2)));
  }
});

Deno.test("image-sizes: other sides and channels are refused", () => {
  for (
    const [height, width, channels] of [[15, 16, 1], [16, 257, 1], [28, 28, 2], [28.5, 28, 1], [NaN, 28, 1]] as const
  ) {
    assertThrows(
      () => halvings({ height, width, channels }, "an encoder"),
      RangeError,
      `Cannot make an encoder: images must have sides of 16 to 256 pixels and 1 or 3 channels, they are ${height} × ${width} × ${channels}`,
    );
  }
});
