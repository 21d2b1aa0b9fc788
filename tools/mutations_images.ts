/**
 * Ways to break what `fit` and `score` make of a user's folders.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** Those of its images, its memory and its files. */
export const OF_IMAGES: readonly Mutation[] = [
  ...mutations("src/images/folder.ts", [
    [
      "a tint's first channel is its grey",
      "images-input",
      "await decodeImage(path, bytes, { ...decoding, channels: 1 })",
      "{ ...image, channels: 1, pixels: image.pixels.filter((_, i) => i % 3 === 0) }",
    ],
    ["an error without a way out", "images-input", "; --skip passes over such files", ""],
  ], ["tests/images_faults_test.ts"]),
  ...mutations("src/images/memory.ts", [
    ["memory without end", "images-input", "if (bytes > free)", "if (bytes > free * images * images)"],
    [
      "a warning after all is read",
      "images-input",
      "images === ENOUGH && all > free",
      "images === count && all > free",
    ],
  ], ["tests/images_faults_test.ts"]),
  ...mutations("src/images/listing.ts", [
    [
      "what is in the list's way is found when all is scored",
      "images-score",
      "  if (listing.file !== undefined) await tryFile(listing.file);\n",
      "",
    ],
  ], ["tests/images_faults_test.ts"]),
  ...mutations("src/images/decode.ts", [
    [
      "damage is passed over",
      "images-input",
      "limitInputPixels: false, pages: 1",
      'limitInputPixels: false, failOn: "none", pages: 1',
    ],
    ["orientation is passed over", "images-input", "pages: 1 }).autoOrient();", "pages: 1 });"],
    ["any number is a pixel", "images-input", "if (!DEPTHS.includes(depth))", "if (false)"],
  ], ["tests/images_input_test.ts"]),
  ...mutations("src/images/files.ts", [
    ["what is not read is not told", "images-input", "if (UNREAD.includes(ending))", "if (false)"],
  ], ["tests/images_input_test.ts"]),
  ...mutations("src/images/listing.ts", [
    ["a map lies on an image", "images-score", "if (!images.has(await real(file))) continue;", "continue;"],
    ["maps are scored as images", "images-score", "if (!isBelow(at, await real(path))) continue;", "continue;"],
  ], ["tests/images_maps_test.ts"]),
  ...mutations("src/cli/evaluate.ts", [
    ["training images are taken for others", "images-evaluate", "found.normalSha256 === learned?.sha256", "false"],
  ], ["tests/images_maps_test.ts"]),
  ...mutations("src/images/detector.ts", [
    ["tiles of any shape", "images-tiles", "if (!tiled || shape.height === shape.width)", "if (shape.height > 0)"],
  ], ["tests/images_maps_test.ts"]),
  ...mutations("src/images/detector.ts", [
    [
      "what is fitted is not what is saved",
      "images-model",
      "if (inner.epochs === 0) inner.load(await inner.save());",
      "",
    ],
  ], ["tests/images_model_test.ts"]),
  ...mutations("src/images/model_file.ts", [
    [
      "defaults that came later",
      "images-model",
      "createAgain(method, options)",
      "createAgain(method, { ...options, recipe: { averaging: 0.999, ...options.recipe } })",
    ],
  ], ["tests/images_model_test.ts"]),
  ...mutations("src/images/server/batcher.ts", [
    [
      "who comes a moment later waits for ever",
      "images-serve-batches",
      "        this.#running = undefined;\n",
      "        await 0;\n        await 0;\n        this.#running = undefined;\n",
    ],
  ], ["tests/batcher_test.ts"]),
  ...mutations("src/detectors/adgan.ts", [
    ["the start is not saved", "adgan-score", "[...all, start, ...averages.saved]", "[...all, ...averages.saved]"],
  ], ["tests/adgan_test.ts"]),
  ...mutations("src/images/fit.ts", [
    ["nothing to learn from", "images-input", "if (training.length === 0)", "if (training.length < 0)"],
  ], ["tests/images_faults_test.ts"]),
  ...mutations("src/engine/backend.ts", [
    [
      "a compiled program tries its library with itself",
      "images-program",
      'typeof Deno !== "undefined" && Deno.build.standalone',
      "false",
    ],
  ], ["tests/images_program_test.ts"]),
];
