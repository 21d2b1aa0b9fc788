/**
 * What `deno task evaluate` found, as a page that holds all it shows.
 *
 * @module
 */

import { basename } from "@std/path";
import type { Evaluation, Judged, Share } from "../images/evaluation.ts";
import type { Pictures } from "../images/pictures.ts";
import { evaluationCharts } from "./charts/evaluation_charts.ts";
import { htmlPage } from "./page.ts";
import { between } from "./tables/format.ts";
import { codeSpan, markdownTable, plainText } from "./tables/markdown.ts";

/** Images that are shown where the detector is wrong, of either kind, and where it is right. */
const SHOWN = { worst: 6, best: 3 };

/** What was measured on what. */
export interface Evaluated extends Evaluation {
  /** The model's file. */
  readonly model: string;
  /** Its method. */
  readonly method: string;
  /** How many normal images calibrate it. */
  readonly calibrated: number;
  /** The folder of normal images. */
  readonly normal: string;
  /** The folder of anomalous images. */
  readonly anomalous: string;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** A level as it was asked for: 0.01 is 1 %, 0.0005 is 0.05 %. */
const levelText = (level: number) => `${Number((100 * level).toPrecision(6))} %`;

const shareText = ({ count, of, share }: Share) => `${count} of ${of}, ${percent(share)}`;

/** The measures, each with what it is by chance. */
function measures(found: Evaluated): [name: string, value: string, interval: string, chance: string][] {
  const { auroc, averagePrecision, prevalence, truePositives, falseAlarms, level, pixelAuroc } = found;
  return [
    ["AUROC", percent(auroc), "", "chance: 50 %"],
    ["average precision", percent(averagePrecision), "", `chance: ${percent(prevalence)}, the share of anomalies`],
    [
      "anomalies found",
      shareText(truePositives),
      between(truePositives.interval, percent),
      "chance: the share of false alarms",
    ],
    [
      "false alarms",
      shareText(falseAlarms),
      between(falseAlarms.interval, percent),
      `meant: ${levelText(level)} at most`,
    ],
    ...(pixelAuroc === undefined ? [] : [["pixel AUROC", percent(pixelAuroc), "", "chance: 50 %"] as never]),
  ];
}

/** What is to be said of the share of false alarms, if it is not what was meant. */
function warning({ falseAlarms, level, calibrated }: Evaluated): string | undefined {
  if (falseAlarms.interval[0] <= level) return undefined;
  return `There are more false alarms than meant: these normal images differ from those that the model learned from, or the ` +
    `${calibrated} that calibrate it happen to score low.`;
}

/**
 * The result in a few lines of text.
 *
 * @param found What was measured.
 * @returns The lines, without the last newline.
 */
export function evaluationText(found: Evaluated): string {
  const rows = measures(found);
  const width = (column: 0 | 1 | 2) => Math.max(...rows.map((row) => row[column].length)) + 2;
  const lines = rows.map((row) =>
    `${row[0].padEnd(width(0))}${row[1].padEnd(width(1))}${row[2].padEnd(width(2))}${row[3]}`
  );
  return [...lines, ...[warning(found) ?? []].flat()].join("\n");
}

/** The ends of either kind that say most. */
function groupsOf(images: readonly Judged[]): [heading: string, images: readonly Judged[]][] {
  const ends = (kind: boolean) => {
    const sorted = images.filter(({ anomaly }) => anomaly === kind).sort((a, b) => b.score - a.score);
    return { high: (some: number) => sorted.slice(0, some), low: (some: number) => sorted.slice(-some).reverse() };
  };
  const [normal, anomalous] = [ends(false), ends(true)];
  return [
    ["Worst: the normal images with the highest scores", normal.high(SHOWN.worst)],
    ["Worst: the anomalies with the lowest scores", anomalous.low(SHOWN.worst)],
    ["Best: the anomalies with the highest scores", anomalous.high(SHOWN.best)],
    ["Best: the normal images with the lowest scores", normal.low(SHOWN.best)],
  ];
}

/**
 * The page.
 *
 * @param found What was measured.
 * @param picturesOf Makes the pictures of an image.
 * @returns HTML that needs no other file.
 */
export async function evaluationPage(
  found: Evaluated,
  picturesOf: (image: Judged) => Promise<Pictures>,
): Promise<string> {
  const { model, method, normal, anomalous, threshold, level, calibrated, skipped, truePositives, falseAlarms } = found;
  const { roc, histograms } = await evaluationCharts(found);
  const svg = (text: string) => `data:image/svg+xml;base64,${new TextEncoder().encode(text).toBase64()}`;
  const lines = [
    `${
      codeSpan(method)
    } tells ${truePositives.of} anomalous images from ${falseAlarms.of} normal ones with an AUROC of ` +
    `**${percent(found.auroc)}**; chance is 50 %.`,
    "",
    markdownTable(
      ["measure", "value", "95 % interval", "compare"],
      measures(found).map((row, i) => i === 0 ? [row[0], `**${row[1]}**`, row[2], row[3]] : row),
    ),
    "",
    ...[warning(found) ?? []].flat().map((text) => `**${text}**\n`),
    `![ROC curve with an AUROC of ${percent(found.auroc)}](${svg(roc)})`,
    `![Histograms of the scores of normal and of anomalous images, with the threshold](${svg(histograms)})`,
    "",
  ];
  let mapped = false;
  const tables: string[] = [];
  for (const [heading, images] of groupsOf(found.images)) {
    const rows = [];
    for (const image of images) {
      const { image: picture, map } = await picturesOf(image);
      mapped = map !== undefined;
      rows.push([
        `![Image ${plainText(image.name)}](${picture})`,
        ...(map === undefined ? [] : [`![Map of ${plainText(image.name)}](${map})`]),
        image.score.toPrecision(5),
        image.pValue.toPrecision(3),
        image.score > threshold ? "anomalous" : "normal",
        plainText(image.name),
      ]);
    }
    const head = ["image", ...(mapped ? ["map"] : []), "score", "p-value", "called", "name"];
    tables.push(`## ${heading}`, "", markdownTable(head, rows), "");
  }
  lines.push(
    ...(mapped
      ? [
        "In the maps below, colour begins, in yellow, where an image differs from its reconstruction by more than a hundredth of " +
        "a normal image's pixels do; red is three times as much.",
        "",
      ]
      : []),
    ...tables,
    "## How it was measured",
    "",
    `- Model: ${codeSpan(model)}, method ${codeSpan(method)}.`,
    `- Normal images: ${falseAlarms.of} in ${codeSpan(normal)}; anomalous ones: ${truePositives.of} in ${
      codeSpan(anomalous)
    }` +
      `${skipped === 0 ? "" : `; ${skipped} files could not be read and were passed over`}.`,
    `- An image is called anomalous above a score of ${threshold.toPrecision(5)}, which at most ${
      levelText(level)
    } of normal ` +
      `images should exceed, by the ${calibrated} images that were held out of training.`,
    "- Intervals are Wilson's. They tell how far chance in the choice of these images reaches, and of nothing else.",
    ...(found.pixelAuroc === undefined ? [] : [
      "- Pixel AUROC counts every pixel of every image at the image's own size; those of normal images are all normal.",
    ]),
    "",
  );
  return htmlPage(`Evaluation of ${basename(model)}`, lines.join("\n"));
}
