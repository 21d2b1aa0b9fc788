/**
 * Pictures into files.
 *
 * @module
 */

import { join } from "@std/path";
import { writeWhole } from "../src/platform/files.ts";
import { svgToPng } from "../src/report/charts/chart.ts";

/** The width of a PNG in pixels. */
const WIDTH = 1400;

/**
 * Writes pictures as SVG and as PNG.
 *
 * @param folder The folder; created if it does not exist.
 * @param pictures The name and the SVG document of each.
 * @returns The files written.
 */
export async function writePictures(
  folder: string,
  pictures: Iterable<readonly [name: string, svg: string]>,
): Promise<string[]> {
  await Deno.mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const [name, svg] of pictures) {
    const [vector, pixels] = [join(folder, `${name}.svg`), join(folder, `${name}.png`)];
    await writeWhole(vector, svg);
    await writeWhole(pixels, await svgToPng(svg, WIDTH));
    files.push(vector, pixels);
  }
  return files;
}
