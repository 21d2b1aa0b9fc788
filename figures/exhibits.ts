/**
 * The names, files and captions of a store's figures and tables, for the report and the book.
 *
 * @module
 */

import type { DatasetName } from "../src/data/dataset.ts";

/** The table of a data set: its task, which is also the name of its file, and its title. */
export const TABLES: Readonly<Record<DatasetName, { readonly name: "table1" | "table2"; readonly title: string }>> = {
  mnist: { name: "table1", title: "Table 1" },
  cifar10: { name: "table2", title: "Table 2" },
};

/** A picture. */
export interface Picture {
  /** The clause that discusses it. */
  readonly clause: string;
  /** Its file in the store. */
  readonly path: string;
  /** The task that makes it. */
  readonly task: string;
  /** What it shows, for readers who cannot see it, independent of the results. */
  readonly alt: string;
  /** Its caption. */
  readonly caption: string;
}

/** A table beside a figure, or of a study. */
export interface Numbers extends Omit<Picture, "alt"> {
  /** Its heading in the report. */
  readonly heading: string;
}

/** Figure 2, which needs no run. */
export const FIGURE_2: Picture = {
  clause: "fig-2-hull",
  path: "fig2/fig2.svg",
  task: "fig2",
  alt: "Points in a square, their convex hull, and memory units as diamonds.",
  caption: "Figure 2 as this code draws it: units that minimise Eq. 9 lie at the vertices of the hull.",
};

/** All pictures, in the paper's order. */
export const PICTURES: readonly Picture[] = [
  {
    clause: "fig-1-units",
    path: "fig1/fig1.svg",
    task: "fig1",
    alt: "Two rows of four small grey images for each digit, each a decoded memory unit.",
    caption: "Figure 1 as this code draws it: eight memory units of each digit, decoded.",
  },
  {
    clause: "fig-1-units",
    path: "fig1/fig1_nearest.svg",
    task: "fig1",
    alt: "Decoded memory units, and below each the training image nearest to it.",
    caption: "Beside Figure 1: decoded memory units and the training images nearest to them.",
  },
  {
    clause: "fig-1-units",
    path: "fig1/fig1_all.svg",
    task: "fig1",
    alt: "A block of small grey images per digit, each a decoded memory unit.",
    caption: "As in the paper's supplement: every memory unit of each digit, decoded.",
  },
  {
    clause: "thm-2-premise",
    path: "hull/hull_units.svg",
    task: "hull --units",
    alt: "A panel of lines per digit: the share of codes in the hull over the number of memory units.",
    caption: "The share of codes in the hull of the memory units, by their number, for images of three kinds.",
  },
  FIGURE_2,
  {
    clause: "fig-3-tsne",
    path: "fig3/fig3.svg",
    task: "fig3",
    alt: "A scatter plot per digit: memory units, normal and abnormal codes in a plane.",
    caption: "Figure 3 as this code draws it: memory units and codes of each digit, by t-SNE.",
  },
  {
    clause: "fig-3-tsne",
    path: "fig3/fig3_hull.svg",
    task: "fig3",
    alt: "Two histograms per digit: the distances of normal and of abnormal codes from the hull of the units.",
    caption: "Beside Figure 3: the distance of the codes from the convex hull of the units, and how many are inside.",
  },
  {
    clause: "ablation-projection",
    path: "fig4/fig4.svg",
    task: "fig4",
    alt:
      "Scatter plots of memory units and codes in a plane: the upper row without the projection loss, the lower with it.",
    caption:
      "Figure 4 as this code draws it: memory units and normal codes without and with the memory projection loss.",
  },
  {
    clause: "table-1",
    path: "gallery/roc.svg",
    task: "gallery",
    alt: "A ROC curve per digit, with its AUROC.",
    caption: "ROC curves of MEMGAN.",
  },
  {
    clause: "reconstruction-separates",
    path: "gallery/histogram.svg",
    task: "gallery",
    alt: "Two histograms per digit: the scores of normal and of abnormal test images.",
    caption: "The anomaly scores A(x) of normal and abnormal test images.",
  },
  {
    clause: "run-monitor",
    path: "gallery/epochs.svg",
    task: "gallery",
    alt: "A line per digit: AUROC over epochs, with the maximum and the result marked.",
    caption:
      "AUROC on a sample of test images over the epochs of training. The result is the last epoch's, on all of them.",
  },
  ...Array.from({ length: 10 }, (_, digit) => ({
    clause: "reconstruction-separates",
    path: `gallery/digit_${digit}.svg`,
    task: "gallery",
    alt: "Three rows of small images: test images, their reconstructions, and the difference.",
    caption:
      `Digit ${digit}: the test images with the lowest and the highest scores, their reconstructions, and the difference, on one grey scale.`,
  })),
  {
    clause: "speed-growth",
    path: "bench/growth.svg",
    task: "bench",
    alt: "Three panels of points along straight lines: the time of a training step over the batch size, n and d.",
    caption: "The time of a training step as the batch size, n or d grows, with a fitted straight line.",
  },
];

/** The README's picture: a PNG, as not every page that shows a README shows the images in an SVG. */
export const README_PICTURE = { path: "gallery/digit_8.png", task: "gallery" } as const;

/** All tables except the main ones. */
export const NUMBERS: readonly Numbers[] = [
  {
    clause: "fig-1-claim",
    path: "fig1/fig1.md",
    task: "fig1",
    heading: "Figure 1 as numbers: decoded memory units",
    caption: "Figure 1 as numbers.",
  },
  {
    clause: "sensitivity-units",
    path: "table3.md",
    task: "table3",
    heading: "Table 3: the number of memory units",
    caption: "Table 3, ours.",
  },
  {
    clause: "ablation-terms",
    path: "fig4/ablation.md",
    task: "fig4",
    heading: "Figure 4 as numbers: without each loss term",
    caption: "Without each loss term.",
  },
];
