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
