/**
 * A search in two stages by two measures: the rule of `search-rule`, and the table of what it has tried.
 *
 * ```text
 * a(v)   = mean over classes of the mean over seeds of AUROC;    u(v): the same of the share of units read as the normal digit
 * s(v)   = mean over classes of the standard deviation over seeds of AUROC
 *
 * stage 1   every variant with the first seed; v goes on if a(v) ≥ max a − within
 * stage 2   those that go on, with all seeds; v* has the greatest a;  among those with a(v) ≥ a(v*) − s(v*)  the greatest u wins
 * ```
 *
 * @module
 */

import { ABOUT } from "../../data/dataset.ts";
import { markOf } from "../../experiments/arithmetic.ts";
import { deviation, mean } from "../../experiments/statistics.ts";
import { computedText } from "./computed.ts";
import { withDeviation } from "./format.ts";
import { markdownTable } from "./markdown.ts";
import type { Field, VariantRow, Variants } from "./variants.ts";
import { MNIST, variantRows } from "./variants.ts";

/** What a search tries, and on what. */
export interface Search {
  /** The variants, in the order in which they are run. */
  readonly variants: Variants;
  /** The normal classes. */
  readonly classes: readonly number[];
  /** The seeds; the first is that of the first stage. */
  readonly seeds: readonly number[];
  /** How far from the first stage's best a variant may be to go on, a fraction of 1. */
  readonly within: number;
  /** The data. */
  readonly field: Field;
}

/** The classes that a data set's staged search is made on, its seeds, and how far from the best a variant goes on. */
export const STAGED: Readonly<Record<Field["dataset"], Omit<Search, "variants">>> = {
  mnist: { classes: [0, 3, 8], seeds: [0, 1, 2], within: 0.01, field: MNIST },
  cifar10: {
    classes: [0, 1, 9, 2, 5],
    seeds: [0, 1, 2],
    within: 0.02,
    field: { dataset: "cifar10", protocol: "batch5" },
  },
};

/** How far a search has come. */
export interface Standing {
  /** The results of every variant. */
  readonly rows: readonly VariantRow[];
  /** The variants that are still in it; until the first stage is complete, all. */
  readonly remaining: readonly string[];
  /** Runs that the rule wants and that are not there, as far as that is known. */
  readonly missing: number;
  /** Runs of those that remain without the second measure, where others have it. */
  readonly unread: number;
  /** Once no run is missing or unread: the variant with the greatest mean AUROC, its spread, and the variant that the rule takes. */
  readonly outcome?: { readonly best: string; readonly spread: number; readonly chosen: string };
}

const isComplete = ({ aurocs }: VariantRow, seeds: number) => aurocs.every(({ length }) => length === seeds);
const meanOf = (values: readonly number[][]) => mean(values.map(mean));

/** Another method, and what departs from the paper, are there for comparison: neither can be taken. */
const isCandidate = ({ variant }: VariantRow, { variants }: Search) =>
  variants[variant]!.method === "memgan" && !variant.startsWith("DEVIATION");

/** What the rule takes of variants that have all their runs. */
function outcomeOf(rows: readonly VariantRow[]): NonNullable<Standing["outcome"]> {
  const first = <T>(rows: readonly T[], value: (row: T) => number) =>
    rows.reduce((a, b) => value(b) > value(a) ? b : a);
  const best = first(rows, ({ aurocs }) => meanOf(aurocs));
  const spread = mean(best.aurocs.map((each) => deviation(each) ?? 0));
  const near = rows.filter(({ aurocs }) => meanOf(aurocs) >= meanOf(best.aurocs) - spread)
    .sort((a, b) => meanOf(b.aurocs) - meanOf(a.aurocs));
  const isRead = rows.some(({ recognised }) => recognised.flat().length > 0);
  // Shares are fiftieths: what differs by less is a sum in another order.
  const share = ({ recognised }: VariantRow) => Math.round(1e9 * meanOf(recognised));
  const chosen = isRead ? first(near, share) : best;
  return { best: best.variant, spread, chosen: chosen.variant };
}

/**
 * How far a search has come.
 *
 * @param place A store's folder, a file of kept runs, or several of them.
 * @param search The search.
 * @returns Its results, and what the rule says of them.
 */
export async function standingOf(place: string | readonly string[], search: Search): Promise<Standing> {
  const { variants, classes, seeds, within, field } = search;
  const first = await variantRows(place, variants, classes, seeds.slice(0, 1), field);
  const rows = await variantRows(place, variants, classes, seeds, field);
  const undone = (of: readonly VariantRow[], seeds: number) =>
    of.flatMap(({ aurocs }) => aurocs).reduce((sum, { length }) => sum + seeds - length, 0);
  if (!first.every((row) => isComplete(row, 1))) {
    return { rows, remaining: Object.keys(variants), missing: undone(first, 1), unread: 0 };
  }
  const reached = first.map((row) => isCandidate(row, search) ? meanOf(row.aurocs) : -Infinity);
  const threshold = Math.max(...reached) - within;
  const remaining = rows.filter((row, i) => isCandidate(row, search) && reached[i]! >= threshold);
  const missing = undone(remaining, seeds.length);
  const [runs, read] = [
    remaining.flatMap(({ aurocs }) => aurocs.flat()),
    remaining.flatMap((row) => row.recognised.flat()),
  ];
  const unread = read.length === 0 ? 0 : runs.length - read.length;
  return {
    rows,
    remaining: remaining.map(({ variant }) => variant),
    missing,
    unread,
    ...(remaining.length > 0 && missing === 0 && unread === 0 && { outcome: outcomeOf(remaining) }),
  };
}

/** A mean in percent with the standard deviation of the values, or that there are none. */
function cell(values: readonly number[], digits: number): string {
  if (values.length === 0) return "not run";
  const std = deviation(values);
  return withDeviation((100 * mean(values)).toFixed(digits), std && 100 * std, digits);
}

/**
 * A search's table, its losers included, and what the rule says so far.
 *
 * @param standing How far it has come.
 * @param search The search.
 * @returns Markdown.
 */
export function stagedTable(
  { rows, remaining, missing, unread, outcome }: Standing,
  search: Search,
): string {
  const { classes, seeds, field, within } = search;
  const names = classes.map((c) => ABOUT[field.dataset].classNames[c]!);
  const all = rows.flatMap(({ arithmetics }) => arithmetics);
  const hasUnits = field.dataset === "mnist";
  const overall = (values: readonly number[][], digits: number) =>
    values.every(({ length }) => length > 0) ? (100 * meanOf(values)).toFixed(digits) : "–";
  const table = markdownTable(
    [
      "variant",
      "runs",
      ...names,
      "mean",
      ...hasUnits ? [...names.map((name) => `units, ${name}`), "units"] : [],
      "moved",
    ],
    rows.map(({ variant, aurocs, recognised, moved, arithmetics }) => [
      variant + markOf(arithmetics, all),
      String(aurocs.flat().length),
      ...aurocs.map((each) => cell(each, 2)),
      overall(aurocs, 2),
      ...hasUnits ? [...recognised.map((each) => cell(each, 0)), overall(recognised, 1)] : [],
      overall(moved, 1),
    ]),
  );
  const points = (value: number) => (100 * value).toFixed(2);
  const said = remaining.length === 0
    ? "Nothing can be chosen: each of them is another method or a DEVIATION."
    : outcome === undefined
    ? `The search is not complete: ${
      missing > 0 ? `at least ${missing} more runs are wanted` : `of ${unread} runs no units were read`
    }, and nothing is chosen yet.`
    : `The greatest mean is that of "${outcome.best}", its spread over seeds ${points(outcome.spread)} points; ` +
      `the rule takes "${outcome.chosen}".`;
  const dropped = rows.filter((row) => isCandidate(row, search)).length - remaining.length;
  return [
    table,
    "",
    `AUROC on validation images${
      hasUnits ? ", the share of decoded units read as the normal digit" : ""
    } and how far ` +
    `training moved M relative to its norm at the start, in percent; mean ± standard deviation over seeds ` +
    `${seeds[0]} to ${seeds.at(-1)}, as far as they were run. ${said} ` +
    (dropped > 0
      ? `${dropped} variants ended with the first stage, more than ${points(within)} points from its best. `
      : "") +
    computedText(all, rows.flatMap(({ devices = [] }) => devices)),
  ].join("\n");
}
