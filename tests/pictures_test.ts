/** Pictures that do not mislead, and that can be read on light pages and dark ones. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { decode } from "fast-png";
import { INK, NORMAL } from "../src/report/charts/colours.ts";
import { testWith } from "./needs.ts";
import { squareImages } from "./square_images.ts";

/** Two images of two pixels: the first rebuilt with an error of 0.1, the second with one of 1. */
const IMAGES = { count: 2, height: 1, width: 2, channels: 1, pixels: new Float32Array([0, 1, 0, 1]) };
const EXHIBIT = {
  ...{ digit: 3, scores: [], auroc: 50, epochs: 7, curve: [] },
  images: IMAGES,
  rebuilt: { ...IMAGES, pixels: new Float32Array([0, 0.9, 0, 0]) },
  shown: [{ score: 0.1, anomaly: false }, { score: 12.34, anomaly: true }],
};

testWith(
  ["read", "env"],
  "gallery: all images of a digit are on one grey scale, so that a small error is dark",
  async () => {
    const { gallerySvg } = await import("../figures/gallery.ts");
    const hrefs = gallerySvg(EXHIBIT, "").matchAll(/href="data:image\/png;base64,([^"]+)"/g);
    const greys = [...hrefs].map(([, base64]) => {
      const { data } = decode(Uint8Array.fromBase64(base64!));
      return [data[0], data[2]];
    });
    assertEquals(greys, [[0, 255], [0, 229], [0, 26], [0, 255], [0, 0], [0, 255]]);
  },
);

testWith(["read", "env"], "gallery: a picture states its grey scale, and the score of each image", async () => {
  const { gallerySvg } = await import("../figures/gallery.ts");
  const [images, rebuilt] = [IMAGES, EXHIBIT.rebuilt].map((each) => ({
    ...each,
    pixels: each.pixels.map((value) => value - 0.5),
  })) as [typeof IMAGES, typeof IMAGES];
  const svg = gallerySvg({ ...EXHIBIT, images, rebuilt }, "");
  const greyOfNothing = decode(Uint8Array.fromBase64([...svg.matchAll(/base64,([^"]+)"/g)][2]![1]!)).data[0];
  assertEquals(greyOfNothing, 0, "no difference is black");
  assertStringIncludes(svg, "black is −0.5, white 0.5; for differences black is 0, white 1.0.");
  for (const score of [">0.1<", ">12.3<"]) assertStringIncludes(svg, score);
});

/** A digit that reaches 100 % in the last of its epochs. */
const perfect = (digit: number, epochs: number, auroc = 100) => ({
  ...{ digit, epochs, auroc },
  scores: [{ score: 0, anomaly: false }, { score: 1, anomaly: true }],
  curve: Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, auroc: auroc - (epochs - 1 - i) / 10 })),
});

testWith(["read", "env"], "gallery: the axis of epochs has whole numbers, from one epoch to hundreds", async () => {
  const { scoreCharts } = await import("../src/report/charts/score_charts.ts");
  const ticks = async (epochs: number) => {
    const svg = (await scoreCharts([perfect(0, epochs)], "")).get("epochs")!;
    const axis = /aria-label="X-axis titled 'epoch'[^]*?axis-title/.exec(svg)![0];
    return [...axis.matchAll(/>([^<>]+)<\/text>/g)].map(([, label]) => label);
  };
  assertEquals(await ticks(1), ["1"]);
  assertEquals(await ticks(7), ["1", "2", "3", "4", "5", "6", "7"]);
  assertEquals(await ticks(100), ["13", "26", "39", "52", "65", "78", "91"]);
});

testWith(
  ["read", "env"],
  "pictures: headings of panels are at one height, also above a point on the edge",
  async () => {
    const [{ scoreCharts }, { fig3Svg }, { growthSvg }] = [
      await import("../src/report/charts/score_charts.ts"),
      await import("../figures/fig3.ts"),
      await import("../bench/growth.ts"),
    ];
    const charts = [...(await scoreCharts([perfect(0, 7), perfect(1, 7, 90)], "")).values()];
    const points = [0, 1, 2].map((x) => ({ kind: "memory unit" as const, x, y: x }));
    const panels = [0, 1].map((digit) => ({ digit, points: points.slice(digit), distances: [], inside: 0 }));
    charts.push(await fig3Svg(panels, ""));
    const growing = (grows: string, ms: number) =>
      [1, 2].map((to) => ({ grows, to, "ms a step": String(ms * to), "on the line": String(ms * to), "R²": "1" }));
    charts.push(await growthSvg([...growing("batch", 500), ...growing("n", 40), ...growing("d", 44)]));
    for (const svg of charts) {
      const titles = svg.matchAll(
        /role-title"><g transform="translate\([^,]+,([-\d.]+)\)">[^]*?>([^<]+)<\/text>/g,
      );
      // The last title is the chart's own.
      const heights = [...titles].map(([, y]) => y).slice(0, -1);
      assert(heights.length >= 2, `${heights.length}`);
      assertEquals(new Set(heights).size, 1, heights.join());
    }
  },
);

testWith(
  ["read", "env", "sys"],
  "pictures: none has a background, and each colour has a counterpart for dark pages",
  async () => {
    const [{ scoreCharts }, { gallerySvg }, { fig1Svg }, { drawFrom, fig2Svg }, { fig3HullSvg, fig3Svg }] = [
      await import("../src/report/charts/score_charts.ts"),
      await import("../figures/gallery.ts"),
      await import("../figures/fig1.ts"),
      await import("../figures/fig2.ts"),
      await import("../figures/fig3.ts"),
    ];
    const images = squareImages(8);
    const made = { preprocessing: "none", seed: 0, epochs: 7, backend: "native", arithmetic: 1, run: "r" } as const;
    const measures = { diversity: 1, sharpness: 1, greyness: 0, recognised: 1, nearest: 1 };
    const measured = { units: measures, testImages: measures };
    const memory = { method: "memgan", digit: 8, ...made, count: 8, ...measured, images, neighbours: images } as const;
    const points = (["memory unit", "normal code", "abnormal code"] as const).map((kind, x) => ({ kind, x, y: x }));
    const distances = points.map(({ kind, x }) => ({ kind, distance: x }));
    const panels = [{ digit: 0, points, distances, inside: 0 }];
    const pictures = [
      ...(await scoreCharts([perfect(0, 7)], "")).values(),
      gallerySvg(EXHIBIT, ""),
      fig1Svg([memory], "fig1"),
      await fig2Svg(drawFrom([[-1, -1], [1, -1], [0, 1], [0, 0]], 0), 0),
      await fig3Svg(panels, ""),
      await fig3HullSvg(panels, ""),
    ];
    for (const svg of pictures) {
      const style = /<style>:root\{color-scheme:light dark\}@media \(prefers-color-scheme:dark\)\{(.*?)\}<\/style>/
        .exec(svg)![1]!;
      const follows = new Set([...style.matchAll(/\[(?:fill|stroke)="([^"]+)"\]/g)].map(([, colour]) => colour!));
      const used = new Set([...svg.matchAll(/ (?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour!));
      assertEquals([...used].filter((colour) => !["none", "transparent"].includes(colour) && !follows.has(colour)), []);
      assert(used.has(INK), "text is in the ink that turns light on a dark page");
    }
  },
);

testWith(
  ["read", "env", "sys"],
  "pictures: a PNG has no background, and text for light pages and dark ones",
  async () => {
    const [{ svgToPng }, { themed }] = [
      await import("../src/report/charts/chart.ts"),
      await import("../src/report/charts/colours.ts"),
    ];
    const square = (x: number, colour: string) => `<rect x="${x}" width="1" height="1" fill="${colour}"/>`;
    const svg = themed(
      `<svg xmlns="http://www.w3.org/2000/svg" width="3" height="1" viewBox="0 0 3 1">${square(0, INK)}${
        square(1, NORMAL)
      }</svg>`,
    );
    const { data, channels } = decode(await svgToPng(svg, 3));
    const [ink, normal, none] = [0, 1, 2].map((x) => [...data.slice(channels * x, channels * (x + 1))]);
    assertEquals(none, [0, 0, 0, 0]);
    assertEquals(ink, [0x75, 0x75, 0x75, 255]);
    assertEquals(normal, [0xc9, 0x8a, 0, 255]);
  },
);

Deno.test("report-page: formulas are set, and what is too wide scrolls in its own box", async () => {
  const { htmlPage } = await import("../src/report/page.ts");
  const { allClauses, gistOf } = await import("../src/report/spec.ts");
  const gists = allClauses().map((clause) => `- ${gistOf(clause)} (\`${clause.id}\`)`);
  const html = htmlPage("t", ["![alt](a.svg)", "", "| a |\n| --- |\n| b |", "", ...gists].join("\n"));
  assertStringIncludes(html, "<math");
  assert(!html.includes("$"), html.slice(html.indexOf("$") - 200, html.indexOf("$") + 50));
  assertMatch(html, /<div class="wide" tabindex="0"><img src="a.svg" alt="alt"><\/div>/);
  assertMatch(html, /<div class="wide" tabindex="0"><table>/);
  for (const gist of gists) assert(!/: \(`[\w-]+`\)$/.test(gist), `cut where something follows: ${gist}`);
});
