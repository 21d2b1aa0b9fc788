/** The classifier that reads decoded memory units. */

import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { startBackend } from "../src/engine/backend.ts";
import { trainedDigitClassifier } from "../src/experiments/digit_classifier.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/experiments/safetensors.ts";
import { testWith, withFolder } from "./needs.ts";
import { squareImages } from "./square_images.ts";

testWith(
  ["read", "write", "native"],
  "fig-1-measures: the digit classifier learns, once for a store, and anew if its recipe is another",
  async () => {
    await startBackend({ only: "native" });
    await withFolder(async (root) => {
      const [upright, lying] = [squareImages(256), squareImages(256, "lying")];
      // Class 1: the square's lower half is missing.
      for (let i = 0; i < 256; i++) {
        const image = lying.pixels.subarray(i * 784, (i + 1) * 784);
        image.fill(0, image.indexOf(1) + 4 * 28);
      }
      const pixels = new Float32Array([...upright.pixels, ...lying.pixels]);
      const classes = Uint8Array.from({ length: 512 }, (_, i) => i < 256 ? 0 : 1);
      const train = { images: { ...upright, count: 512, pixels }, classes };
      const told: string[] = [];
      const recognise = async () => [
        ...await (await trainedDigitClassifier(root, { train }, (line) => told.push(line))).classify(train.images),
      ];
      const named = await recognise();
      const right = named.filter((name, i) => name === classes[i]).length;
      assertLess(0.95 * 512, right);
      assertEquals([await recognise(), told.length], [named, 1]);
      const file = `${root}/digit_classifier.safetensors`;
      const { arrays, metadata } = decodeSafetensors(file, await Deno.readFile(file));
      const recipe = metadata["recipe"]!.replace('"epochs":3', '"epochs":1');
      await Deno.writeFile(file, encodeSafetensors(arrays, { recipe }));
      assertEquals([await recognise(), told.length], [named, 2]);
      const bytes = await Deno.readFile(file);
      bytes[bytes.length - 3]! ^= 1;
      await Deno.writeFile(file, bytes);
      assertEquals(await recognise(), named, "one bit of it flipped, it is learnt again");
      assertMatch(told[2]!, /^digit classifier: set aside in "[^"]+": Cannot read "[^"]+": the SHA-256 of its arrays /);
    });
  },
);
