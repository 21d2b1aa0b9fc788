/**
 * Pictures into files.
 *
 * @module
 */

import { join } from "@std/path";
import { writeWhole } from "../src/platform/files.ts";
import { svgToPng } from "../src/report/charts/chart.ts";
import { INK, themed } from "../src/report/charts/colours.ts";

/** The width of a PNG in pixels. */
const WIDTH = 1400;

/**
 * A picture of images and text.
 *
 * @param width Its width in pixels.
 * @param height Its height.
 * @param body What is in it; text is dark unless it says otherwise.
 * @returns The text of an SVG document without a background.
 */
export function imagesSvg(width: number, height: number, body: string): string {
  return themed(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `fill="${INK}" font-family="DejaVu Sans, Verdana, sans-serif">${body}</svg>`,
  );
}

/**
 * Writes pictures as SVG and as PNG.
 *
 * @param folder The folder; created if it does not exist.
 * @param pictures The name and the SVG document of each, and of a wide one what to paint for pages that cannot scroll.
 * @returns The files written.
 */
export async function writePictures(
  folder: string,
  pictures: Iterable<readonly [name: string, svg: string, painted?: string]>,
): Promise<string[]> {
  await Deno.mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const [name, svg, painted = svg] of pictures) {
    const [vector, pixels] = [join(folder, `${name}.svg`), join(folder, `${name}.png`)];
    await writeWhole(vector, svg);
    await writeWhole(pixels, await svgToPng(painted, WIDTH));
    files.push(vector, pixels);
  }
  return files;
}
