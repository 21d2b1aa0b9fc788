/** The gallery: curves that are what they say, and pictures that frame the anomalies. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { seededRng } from "../src/engine/random.ts";
import { auroc } from "../src/experiments/auroc.ts";
import { testWith } from "./needs.ts";

testWith(["read", "env"], "gallery: the area under the ROC curve is the AUROC, ties included", async () => {
  // The charts' library looks at the environment when it is loaded, which plain `deno test` may not.
  const { rocPoints } = await import("../src/report/charts/score_charts.ts");
  const rng = seededRng(0, "gallery");
  const scores = Array.from({ length: 500 }, (_, i) => ({
    score: Math.round(10 * (rng.normal() + (i % 3 === 0 ? 1 : 0))) / 10,
    anomaly: i % 3 === 0,
  }));
  const points = rocPoints(scores);
  const area = points.slice(1).reduce((sum, { x, y }, i) => sum + (x - points[i]!.x) * (y + points[i]!.y) / 2, 0);
  const labels = Uint8Array.from(scores, ({ anomaly }) => Number(anomaly));
  assertAlmostEquals(area, auroc(scores.map(({ score }) => score), labels), 1e-12);
});

testWith(
  ["read", "env"],
  "gallery: the result stands at the last epoch, the greatest where the sample had it",
  async () => {
    const { scoreCharts } = await import("../src/report/charts/score_charts.ts");
    const scores = [{ score: 1, anomaly: false }, { score: 2, anomaly: true }];
    const curve = [{ epoch: 2, auroc: 97 }, { epoch: 10, auroc: 95 }];
    const svg = (await scoreCharts([{ digit: 3, scores, auroc: 96, epochs: 11, curve }], "by hand")).get("epochs")!;
    const marks = [...svg.matchAll(/aria-label="epoch: (\d+); AUROC, %: (\d+); what: ([^"]*)"/g)].map((m) =>
      m.slice(1)
    );
    assertEquals(marks, [
      ["2", "97", "highest point of the line"],
      ["11", "96", "result: last epoch, all test images"],
    ]);
  },
);

testWith(["read", "env"], "gallery: images of other classes are framed, and no others", async () => {
  const { gallerySvg } = await import("../figures/gallery.ts");
  const pixels = seededRng(0, "images").uniforms(4 * 784);
  const images = { count: 4, height: 28, width: 28, channels: 1, pixels };
  const rebuilt = { ...images, pixels: pixels.map((value) => value / 2) };
  const svg = gallerySvg(
    {
      ...{ digit: 3, scores: [], auroc: 50, epochs: 7, curve: [], images, rebuilt },
      shown: [false, true, true, true].map((anomaly) => ({ score: 1, anomaly })),
    },
    "epochs 7",
  );
  assertEquals(svg.match(/<image /g)?.length, 12);
  assertEquals(svg.match(/<rect /g)?.length, 3);
});
