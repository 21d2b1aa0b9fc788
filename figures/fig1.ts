/**
 * Figure 1: what the memory units memorise, G(mᵢ).
 *
 * Eight units a digit as in the paper, and all fifty as in its supplement. Eight are chosen without looking: every sixth.
 *
 * ```sh
 * deno task fig1 --out out
 * ```
 *
 * @module
 */

import { join } from "@std/path";
import { runMain } from "../src/cli/command.ts";
import type { Command } from "../src/cli/command.ts";
import { announceBackend } from "../src/cli/surroundings.ts";
import type { Images } from "../src/data/images.ts";
import { gather } from "../src/data/images.ts";
import { firstSeeds, trainedRuns } from "../src/experiments/trained.ts";
import { imageGrid } from "../src/report/grid.ts";
import { writePictures } from "./pictures.ts";

/** A digit's decoded memory units. */
export interface Decoded {
  /** The normal class. */
  readonly digit: number;
  /** G(mᵢ), n images. */
  readonly units: Images;
}

/** The paper shows eight units a digit. */
const SHOWN = 8;

/**
 * Figure 1 as SVG.
 *
 * @param decoded The digits' decoded units.
 * @param all Every unit, or the paper's eight a digit.
 * @param caption A line under the picture.
 * @returns The text of an SVG document.
 */
export function fig1Svg(decoded: readonly Decoded[], all: boolean, caption: string): string {
  const [columns, scale, gap, top] = [all ? 2 : 5, 2, 16, 22];
  const panels = decoded.map(({ digit, units }) => {
    const every = Math.floor(units.count / SHOWN);
    const shown = all ? units : gather(units, Array.from({ length: SHOWN }, (_, i) => i * every));
    return { digit, ...imageGrid(shown, all ? 10 : 4) };
  });
  const [w, h] = [panels[0]!.width * scale, panels[0]!.height * scale];
  const width = Math.min(columns, panels.length) * (w + gap) + gap;
  const height = Math.ceil(panels.length / columns) * (h + top + gap) + 40;
  const body = panels.map(({ digit, href }, i) => {
    const x = gap + (i % columns) * (w + gap);
    const y = gap + Math.floor(i / columns) * (h + top + gap);
    return `<text x="${x}" y="${y + 12}" font-size="13">digit ${digit}</text>` +
      `<image x="${x}" y="${
        y + top - 4
      }" width="${w}" height="${h}" href="${href}" style="image-rendering:pixelated"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans, Verdana, sans-serif">` +
    `<rect width="100%" height="100%" fill="white"/>${body.join("")}` +
    `<text x="${gap}" y="${height - 14}" font-size="11">${caption}</text></svg>`;
}

/**
 * Draws Figure 1 from the weights in a store: the first seed of each digit.
 *
 * @param root The store's folder; a backend must be running.
 * @param wanted The runs to draw; otherwise all.
 * @returns The files written.
 * @throws {StoreError} If there are no weights.
 */
export async function drawFig1(root: string, wanted?: ReadonlySet<string>): Promise<string[]> {
  const panels: Decoded[] = [];
  for (const { spec, load } of firstSeeds(await trainedRuns(root, wanted))) {
    panels.push({ digit: spec.class, units: await (await load()).decodeMemory() });
  }
  const eight = fig1Svg(
    panels,
    false,
    "Figure 1: G(m), eight memory units a digit, every sixth of the fifty, contrast stretched",
  );
  const every = fig1Svg(panels, true, "Figure 1: G(m), every memory unit, contrast stretched");
  return await writePictures(join(root, "fig1"), [["fig1", eight], ["fig1_all", every, 1300]]);
}

const command: Command<never> = {
  task: "fig1",
  about: "Draws Figure 1, decoded memory units, from the trained runs in a store; trains nothing.",
  flags: {},
};

if (import.meta.main) {
  await runMain(command, async (given) => {
    await announceBackend(given);
    const files = await drawFig1(given.text("out") ?? "out");
    console.log(given.on("json") ? JSON.stringify(files) : files.join("\n"));
  });
}
