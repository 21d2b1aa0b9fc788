/**
 * A classifier of MNIST's ten digits: an independent judge of decoded memory units.
 *
 * ```text
 * p(c | x) = softmax(ℓ(s(x)))_c,   s(x) = (x − mean x)/std x,   ℓ: 28²·1 → 14²·32 → 7²·64 → 4²·128 → 10
 * L        = −(1/m) Σᵢ log p(cᵢ | xᵢ)
 * ĉ(x)     = argmax_c p(c | x)
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | s(x) | `contrast` | [m, 28, 28, 1] |
 * | ℓ | `logits` | [m, 10] |
 * | c | `classes` | [m] |
 *
 * It is trained on all digits of MNIST's training part for a fixed number of epochs: no test image influences it. It takes
 * images as s(x), because detectors decode into other value ranges than those of its training images.
 *
 * Pitfalls: it has ten answers and not "none of these", so it calls even an image that is not a digit one of them.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { join } from "@std/path";
import type { Dataset } from "../data/dataset.ts";
import type { Images } from "../data/images.ts";
import { gather } from "../data/images.ts";
import { contrast } from "../data/preprocess.ts";
import { adamFor, TRAINING } from "../detectors/training/autoencoding.ts";
import { forBatches, minibatches, toTensor } from "../detectors/training/batches.ts";
import { train } from "../detectors/training/train.ts";
import { restore, snapshot } from "../detectors/training/weights.ts";
import { descend } from "../engine/descend.ts";
import { allOf, INFERENCE } from "../engine/layer.ts";
import { seededRng } from "../engine/random.ts";
import { stridedEncoder } from "../networks/strided.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { readIfThere, setAside, writeWhole } from "../platform/files.ts";

/** How it is trained; η falls linearly to 0. */
const RECIPE = { channels: 32, epochs: 3, batch: 64, learningRate: 2e-3, seed: 0 };

/** The digits. */
const CLASSES = 10;

/** A digit classifier. */
export interface DigitClassifier {
  /** ĉ(x) of each image. */
  classify(images: Images): Promise<Uint8Array>;
}

/**
 * L.
 *
 * @param logits ℓ, [m, 10].
 * @param classes c, [m], whole numbers.
 * @returns L.
 *
 * @example An undecided classifier has loss log 10
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs-core";
 *
 * assertAlmostEquals(crossEntropy(tf.zeros([1, 10]), tf.tensor1d([3], "int32")).dataSync()[0]!, Math.log(10), 1e-6);
 * ```
 */
export function crossEntropy(logits: tf.Tensor2D, classes: tf.Tensor1D): tf.Scalar {
  const wanted = tf.oneHot(classes, CLASSES);
  return tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(logits)), 1)));
}

/**
 * The share of images that the classifier names as a digit.
 *
 * @param classifier The classifier.
 * @param images At least one.
 * @param digit The digit.
 * @returns A fraction of 1.
 */
export async function shareNamed(classifier: DigitClassifier, images: Images, digit: number): Promise<number> {
  const named = await classifier.classify(images);
  return named.filter((name) => name === digit).length / named.length;
}

const fileIn = (root: string) => join(root, "digit_classifier.safetensors");

/** Whether a store has its digit classifier, which takes a minute to train. */
export async function hasDigitClassifier(root: string): Promise<boolean> {
  return await readIfThere(fileIn(root)) !== undefined;
}

/**
 * The digit classifier of a store: trained on first use, and stored as `digit_classifier.safetensors`.
 *
 * @param root The store's folder; a backend must be running.
 * @param data MNIST; the classifier is trained on its training part.
 * @param say Receives a line if it has to be trained.
 * @returns The digit classifier, the same in every process.
 */
export async function trainedDigitClassifier(
  root: string,
  { train: { images, classes } }: Pick<Dataset, "train">,
  say: (line: string) => void,
): Promise<DigitClassifier> {
  const { channels, epochs, batch, learningRate, seed } = RECIPE;
  const logits = stridedEncoder(images, { channels, width: CLASSES }, seededRng(seed, "digit classifier"));
  const all = allOf(logits);
  const file = fileIn(root);
  const recipe = JSON.stringify(RECIPE);
  const isStored = async () => {
    const bytes = await readIfThere(file);
    if (bytes === undefined) return false;
    try {
      const { arrays, metadata } = decodeSafetensors(file, bytes, true);
      if (metadata["recipe"] !== recipe) return false;
      restore("the digit classifier", all, arrays);
      return true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      say(`digit classifier: set aside in "${await setAside(root, "recogniser", [file])}": ${error.message}`);
      return false;
    }
  };
  if (!await isStored()) {
    say(`digit classifier: learns the ten digits, ${epochs} epochs, about a minute; once for this store`);
    const standardised = contrast(images, "std");
    const optimiser = adamFor(logits.parameters, learningRate);
    const step = ([x, answers]: [tf.Tensor4D, tf.Tensor1D]) =>
      descend(() => crossEntropy(logits(x, TRAINING), answers), optimiser);
    await train({
      method: "the digit classifier",
      before: 0,
      epochs,
      of: epochs,
      steps: Math.floor(images.count / batch),
      saved: all,
      optimisers: [optimiser],
      terms: ["cross-entropy"],
      learningRate: (progress) => learningRate * (1 - progress),
      epoch(epoch) {
        const batches = minibatches(seededRng(seed, "recogniser shuffle", epoch), images.count, batch);
        const draw = (): [tf.Tensor4D, tf.Tensor1D] => {
          const chosen = batches.next().value;
          return [toTensor(gather(standardised, chosen)), tf.tensor1d(Int32Array.from(chosen, (i) => classes[i]!))];
        };
        return { draw, step };
      },
    }, {});
    await writeWhole(file, encodeSafetensors(await snapshot(all), { recipe }));
  }
  return {
    classify: async (given) =>
      Uint8Array.from(
        await forBatches(contrast(given, "std"), (x) => tf.cast(tf.argMax(logits(x, INFERENCE), 1), "float32")),
      ),
  };
}
