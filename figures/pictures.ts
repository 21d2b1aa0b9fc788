/**
 * Pictures into files.
 *
 * @module
 */

import { join } from "@std/path";
import { writeWhole } from "../src/platform/files.ts";
import { svgToPng } from "../src/report/charts/chart.ts";

/** Pixels of a PNG from side to side. */
const WIDTH = 1400;

/**
 * Writes pictures as SVG and as PNG.
 *
 * @param folder Where; it is made if it is not there.
 * @param pictures Of each its name and its SVG document.
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
