/**
 * The ablation of section 7 as numbers: MEMGAN's AUROC and the position of its codes without one of its loss terms.
 *
 * @module
 */

import { markOf } from "../../experiments/arithmetic.ts";
import type { Removable } from "../../paper/terms.ts";
import { computedText } from "./computed.ts";
import { markdownTable } from "./markdown.ts";
import { deviation, mean } from "../../experiments/statistics.ts";
import { distinct, signed, withDeviation } from "./format.ts";

/** A run of the ablation, and where its codes lie. */
export interface AblatedRun {
  /** The term that is left out; absent for the unchanged method. */
  readonly without?: Removable;
  /** The normal class. */
  readonly digit: number;
  /** Its seed. */
  readonly seed: number;
  /** Its epochs. */
  readonly epochs: number;
  /** How many codes were measured. */
  readonly codes: number;
  /** The arithmetic that made it. */
  readonly arithmetic: number;
  /** What computed it, as far as that is known. */
  readonly device?: string | undefined;
  /** A fraction of 1. */
  readonly auroc: number;
  /** The share of normal codes in the convex hull of the units. */
  readonly inside: number;
  /** The median distance of normal codes from the hull, in diameters of the hull. */
  readonly distance: number;
  /** The diameter of the normal codes in diameters of the hull. */
  readonly reach: number;
  /** The median distance of a unit from the nearest normal code, in diameters of the hull. */
  readonly unitToCode: number;
  /** How far training moved the memory, relative to its initial norm. */
  readonly moved: number;
}

/** What is compared, in the table's order. */
const VARIANTS: readonly { readonly without?: Removable; readonly name: string }[] = [
  { name: "all terms" },
  { without: "cycle", name: "without l_cyc" },
  { without: "projection", name: "without l_proj" },
  { without: "mutual_information", name: "without l_mi" },
];

/** A variant's name in tables and pictures. */
export function variantName(without: Removable | undefined): string {
  return VARIANTS.find((variant) => variant.without === without)!.name;
}

const of = (runs: readonly AblatedRun[], without: Removable | undefined) =>
  runs.filter((run) => run.without === without);

/** AUROC without the term minus AUROC with it, in points, of the same digit and seed. */
export function changesWithout(runs: readonly AblatedRun[], without: Removable): number[] {
  const whole = new Map(of(runs, undefined).map((run) => [`${run.digit}/${run.seed}`, run.auroc]));
  return of(runs, without).flatMap(({ digit, seed, auroc }) => {
    const other = whole.get(`${digit}/${seed}`);
    return other === undefined ? [] : [100 * (auroc - other)];
  });
}

const spread = (values: readonly number[], text: (mean: number) => string) =>
  withDeviation(text(mean(values)), deviation(values));

/**
 * The ablation as a Markdown table, one row per variant.
 *
 * @param runs The runs.
 * @param budget What chose them.
 * @returns The table and its legend.
 *
 * @example A term that contributes two points
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const where = { digit: 0, seed: 0, inside: 0, distance: 0.01, reach: 0.1, unitToCode: 0.5, moved: 0.1 };
 * const how = { epochs: 7, codes: 100, arithmetic: 1 };
 * const text = ablationMarkdown([
 *   { ...where, ...how, auroc: 0.97 },
 *   { ...where, ...how, auroc: 0.95, without: "cycle" },
 * ], "laptop");
 * assertStringIncludes(text, "| without l_cyc | 95.0 | −2.0 |");
 * ```
 */
export function ablationMarkdown(runs: readonly AblatedRun[], budget: string): string {
  const digits = [...new Set(runs.map(({ digit }) => digit))].sort((a, b) => a - b);
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  const all = runs.map(({ arithmetic }) => arithmetic);
  const each = (key: "epochs" | "codes") => distinct(runs.map((run) => String(run[key]))).join(", ");
  const rows = VARIANTS.flatMap(({ name, without }) => {
    const mine = of(runs, without);
    if (mine.length === 0) return [];
    const average = (value: (run: AblatedRun) => number) => mean(mine.map(value));
    const mark = markOf(mine.map(({ arithmetic }) => arithmetic), all);
    const differences = without === undefined ? [] : changesWithout(runs, without);
    return [[
      name + mark,
      ...digits.map((digit) => {
        const aurocs = mine.filter((run) => run.digit === digit).map(({ auroc }) => 100 * auroc);
        return aurocs.length === 0 ? "–" : spread(aurocs, (value) => value.toFixed(1));
      }),
      differences.length === 0 ? "–" : spread(differences, signed),
      `${(100 * average((run) => run.inside)).toFixed(1)} %`,
      `${(100 * average((run) => run.distance)).toFixed(1)} %`,
      withDeviation(average((run) => run.reach).toFixed(2), deviation(mine.map((run) => run.reach)), 2),
      average((run) => run.unitToCode).toFixed(2),
      `${(100 * average((run) => run.moved)).toFixed(1)} %`,
    ]];
  });
  return [
    markdownTable(
      [
        "",
        ...digits.map((digit) => `AUROC, digit ${digit}`),
        "change",
        "codes in the hull",
        "distance to the hull",
        "spread of codes",
        "unit to code",
        "M moved",
      ],
      rows,
    ),
    "",
    `AUROC in percent on all test images; budget ${budget}, ${each("epochs")} epochs, seeds ${
      seeds.join(", ")
    }; ± is the standard deviation (n − 1), of a ` +
    "digit over its seeds. Change: the difference in points from all terms with the same digit and seed, over all digits and " +
    `seeds. The other columns are measured on ${
      each("codes")
    } normal test images per run and averaged over the runs: the share of codes ` +
    "E(x) inside the convex hull of the memory units; their median distance to it, the diameter of the codes, ± over the runs, and the " +
    "median distance of a unit to the nearest code, all three divided by the hull's diameter; and how far training moved M, " +
    `‖M − M₀‖/‖M₀‖. ${computedText(all, runs.map(({ device }) => device))}`,
  ].join("\n");
}
