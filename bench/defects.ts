/**
 * Defects made by hand on pictures that have none: a scratch, a blot, a missing part, each with its mask.
 *
 * @module
 */

import type { Images } from "../src/data/images.ts";
import type { Rng } from "../src/engine/random.ts";

/** The kinds, in turn. */
export const DEFECTS = ["scratch", "blot", "missing"] as const;

/** A picture with a defect, and where the defect is. */
export interface Defective {
  /** The picture. */
  readonly image: Images;
  /** 1 where it was changed, 0 elsewhere. */
  readonly mask: Images;
}

/** Which pixels are changed, by their column and row. */
type Shape = (x: number, y: number) => boolean;

/** Between two numbers. */
const between = (rng: Rng, low: number, high: number) => low + rng.uniform() * (high - low);

/** A line a pixel or two wide, at any angle, through any point of the middle. */
function scratch(rng: Rng, side: number): Shape {
  const [x0, y0] = [between(rng, 0.25, 0.75) * side, between(rng, 0.25, 0.75) * side];
  const [angle, reach, width] = [between(rng, 0, Math.PI), between(rng, 0.15, 0.35) * side, between(rng, 0.5, 1)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => {
    const [along, across] = [(x - x0) * cos + (y - y0) * sin, (y - y0) * cos - (x - x0) * sin];
    return Math.abs(along) <= reach && Math.abs(across) <= width;
  };
}

/** An ellipse. */
function blot(rng: Rng, side: number): Shape {
  const [x0, y0] = [between(rng, 0.2, 0.8) * side, between(rng, 0.2, 0.8) * side];
  const [a, b] = [between(rng, 0.06, 0.14) * side, between(rng, 0.06, 0.14) * side];
  return (x, y) => ((x - x0) / a) ** 2 + ((y - y0) / b) ** 2 <= 1;
}

/** A rectangle. */
function missing(rng: Rng, side: number): Shape {
  const [width, height] = [between(rng, 0.15, 0.3) * side, between(rng, 0.15, 0.3) * side];
  const [left, top] = [between(rng, 0, 1) * (side - width), between(rng, 0, 1) * (side - height)];
  return (x, y) => x >= left && x < left + width && y >= top && y < top + height;
}

const SHAPES = { scratch, blot, missing };

/**
 * Damages a square grey picture: a scratch is as bright as the brightest hundredth of the picture or as dark as the darkest, a blot
 * darkens what is below it by half, and a missing part is of the picture's mean brightness, so that its texture alone is gone.
 *
 * @param image The picture, pixels in [0, 1].
 * @param kind The defect.
 * @param rng Where and how large it is.
 * @returns The picture and the mask.
 *
 * @example Pixels outside the mask are as they were
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seededRng } from "../src/engine/random.ts";
 *
 * const grey = { count: 1, height: 64, width: 64, channels: 1, pixels: new Float32Array(4096).fill(0.5) };
 * const { image, mask } = damage(grey, "blot", seededRng(0, "defects"));
 * image.pixels.forEach((value, i) => assertEquals(value, mask.pixels[i] === 1 ? 0.25 : 0.5));
 * ```
 */
export function damage(image: Images, kind: typeof DEFECTS[number], rng: Rng): Defective {
  const { width, pixels } = image;
  const inside = SHAPES[kind](rng, width);
  const mask = pixels.map((_, i) => Number(inside(i % width, Math.floor(i / width))));
  const sorted = pixels.toSorted();
  const line = sorted[Math.floor((rng.uniform() < 0.5 ? 0.01 : 0.99) * (sorted.length - 1))]!;
  const mean = pixels.reduce((a, b) => a + b) / pixels.length;
  const changed = (value: number) => kind === "scratch" ? line : kind === "blot" ? value / 2 : mean;
  return {
    image: { ...image, pixels: pixels.map((value, i) => mask[i] === 1 ? changed(value) : value) },
    mask: { ...image, pixels: mask },
  };
}
