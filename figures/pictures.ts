/**
 * Pictures into files.
 *
 * @module
 */

import { join } from "@std/path";
import { writeWhole } from "../src/experiments/store.ts";
import { svgToPng } from "../src/report/chart.ts";

/**
 * Writes pictures as SVG and as PNG.
 *
 * @param folder Where; it is made if it is not there.
 * @param pictures Of each its name, its SVG document, and how many pixels wide the PNG is, 1400 unless it says.
 * @returns The files written.
 */
export async function writePictures(
  folder: string,
  pictures: Iterable<readonly [name: string, svg: string, width?: number]>,
): Promise<string[]> {
  await Deno.mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const [name, svg, width = 1400] of pictures) {
    const [vector, pixels] = [join(folder, `${name}.svg`), join(folder, `${name}.png`)];
    await writeWhole(vector, svg);
    await writeWhole(pixels, await svgToPng(svg, width));
    files.push(vector, pixels);
  }
  return files;
}
