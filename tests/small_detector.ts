/** A detector that is fitted in a moment, and pictures for it. */

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { crc32, deflateSync } from "node:zlib";
import { seededRng } from "../src/engine/random.ts";
import { createDetector } from "../src/images/detector.ts";
import type { ImageDetector } from "../src/images/image_detector.ts";

/** Pixels of images of 16 × 16: a slope with a little noise, the same for the same number. */
function slope(number: number): Uint8Array {
  const rng = seededRng(number, "slope");
  return Uint8Array.from({ length: 256 }, (_, at) => 40 + 10 * (at % 16) + 20 * rng.uniform());
}

/** PCA on forty slopes; twenty more calibrate it. */
export async function smallDetector(): Promise<ImageDetector> {
  await tf.setBackend("cpu");
  const shape = { height: 16, width: 16, channels: 1 };
  const images = Array.from({ length: 60 }, (_, i) => {
    return { count: 1, ...shape, pixels: Float32Array.from(slope(i), (value) => value / 255) };
  });
  const detector = createDetector("pca", { shape, recipe: { components: 2 }, holdOut: 1 / 3, falseAlarms: 0.1 });
  await detector.fit(images);
  return detector;
}

function chunk(kind: string, data: Uint8Array): number[] {
  const body = [...new TextEncoder().encode(kind), ...data];
  const word = (value: number) => [24, 16, 8, 0].map((shift) => value >>> shift & 255);
  return [...word(data.length), ...body, ...word(crc32(Uint8Array.from(body)))];
}

/** A grey PNG; it may say that it is larger than its pixels. */
export function png(pixels: Uint8Array, height: number, width: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  const rows: number[] = [];
  for (let at = 0; at < pixels.length; at += width) rows.push(0, ...pixels.subarray(at, at + width));
  const data = deflateSync(Uint8Array.from(rows));
  const head = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
  return Uint8Array.from([
    ...head,
    ...chunk("IHDR", header),
    ...chunk("IDAT", data),
    ...chunk("IEND", new Uint8Array()),
  ]);
}

/** A picture like those that the detector learned from. */
export function normalPng(number = 100): Uint8Array<ArrayBuffer> {
  return png(slope(number), 16, 16);
}

/** A picture unlike them. */
export function anomalousPng(): Uint8Array<ArrayBuffer> {
  return png(Uint8Array.from({ length: 256 }, (_, i) => i * 7919 % 256), 16, 16);
}
