/**
 * What the kept runs show, in a few sentences whose numbers and verdicts are read from them: the README's list.
 *
 * @module
 */

import type { HullRow } from "../experiments/hull_of_memory.ts";
import type { UnitsHullRow } from "../experiments/hull_by_units.ts";
import { hasInterior } from "../experiments/hull_by_units.ts";
import type { Interval } from "../experiments/intervals.ts";
import { mean } from "../experiments/statistics.ts";
import { claimsOf, findingCounts, leadInterval } from "./claims.ts";
import type { Clause } from "./spec.ts";
import type { Removable } from "../paper/terms.ts";
import type { AblatedRun } from "./tables/ablation.ts";
import { changesWithout } from "./tables/ablation.ts";
import type { ComparedRow, Comparison } from "./tables/comparison.ts";
import { contends } from "./tables/comparison.ts";
import { between, distinct, signed } from "./tables/format.ts";

/** What was measured. */
export interface Evidence {
  /** The clauses that are claims, others among them. */
  readonly claims: readonly Clause[];
  /** Table 1. */
  readonly mnist: Comparison;
  /** Table 2. */
  readonly cifar10: Comparison;
  /** Section 7's runs without one of the losses. */
  readonly ablation: readonly AblatedRun[];
  /** Where the codes of Table 1's runs lie. */
  readonly hulls: readonly HullRow[];
  /** Where those of Table 3's runs lie. */
  readonly hullsByUnits: readonly UnitsHullRow[];
}

const LOSSES: Readonly<Record<Removable, string>> = {
  cycle: "cycle loss",
  projection: "projection loss",
  mutual_information: "mutual information loss",
};

/** Items in words. */
const both = (items: readonly string[]) =>
  [items.slice(0, -1).join(", "), ...items.slice(-1)].filter(Boolean).join(" and ");

const memganOf = ({ rows }: Comparison) => rows.find(({ method, mean }) => method === "memgan" && mean !== undefined);

/** A difference's 95 % interval over classes and seeds. */
const interval = (ends: Interval) => between(ends, (value) => signed(value));

/** MEMGAN's mean beside the paper's. */
function own(data: string, comparison: Comparison, remark = ""): string[] {
  const row = memganOf(comparison);
  if (row?.difference === undefined) return [];
  const verdict = row.verdict === "agrees"
    ? "within a point of"
    : row.verdict === "undecided"
    ? "not shown to differ from"
    : row.verdict;
  const means = `${row.mean!.toFixed(1)} against ${row.paper!.toFixed(1)}, ${
    interval(row.difference.interval)
  }${remark}`;
  return [`${verdict} the paper's on ${data} (${means})`];
}

/** The methods with a higher mean than MEMGAN's under its preprocessing that see no test label. */
function ahead(data: string, comparison: Comparison): { text: string; shown: boolean }[] {
  const memgan = memganOf(comparison);
  if (memgan === undefined) return [];
  const leads = comparison.rows
    .filter(({ preprocessing }) => preprocessing === memgan.preprocessing)
    .filter((row): row is ComparedRow & { mean: number } => (row.mean ?? 0) > memgan.mean! && contends(row, row.cells))
    .sort((a, b) => b.mean - a.mean)
    .map((row) => {
      const { method, mean } = row;
      const ends = leadInterval(memgan, row);
      return { text: `\`${method}\` by ${(mean - memgan.mean!).toFixed(1)} ${interval(ends)}`, shown: ends[0] > 0 };
    });
  const text = `${both(leads.map(({ text }) => text))} on ${data}`;
  return leads.length === 0 ? [] : [{ text, shown: leads.some(({ shown }) => shown) }];
}

/** The share in percent, with a digit after the point where there is little. */
const share = (values: readonly number[]) => {
  const percent = 100 * mean(values);
  return `${percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)} %`;
};

/** Theorem 2, by the models of Table 1 and by those whose hull has an interior. */
function hull(hulls: readonly HullRow[], byUnits: readonly UnitsHullRow[]): string[] {
  if (hulls.length === 0) return [];
  const { units, width } = hulls[0]!;
  const wide = [...Map.groupBy(byUnits.filter(hasInterior), (row) => row.units)].sort(([a], [b]) => a - b);
  const counts = wide.map(([n, rows], i) => {
    const [normal, anomaly, random] = (["normal", "anomaly", "random"] as const)
      .map((kind) => share(rows.map(({ inside }) => inside[kind])));
    return i === 0
      ? `with ${n} units it has ${normal} of normal codes, ${anomaly} of those of anomalies and ${random} of points at random as ` +
        "far from its middle"
      : `with ${n} it has ${normal}, ${anomaly} and ${random}`;
  });
  return [
    `According to the paper the codes of normal images lie inside the convex hull of the memory units. With ${units} units in ${width} ` +
    `dimensions ${hasInterior(hulls[0]!) ? "" : "that hull has no interior, and "}${
      share(hulls.map(({ normal }) => normal.inside))
    } of them are inside` +
    (counts.length === 0 ? "." : `; ${counts.join(", ")}.`),
  ];
}

/** What each of the losses does, and what training does to the memory. */
function losses(ablation: readonly AblatedRun[]): string[] {
  const whole = ablation.filter(({ without }) => without === undefined);
  const changes = (Object.keys(LOSSES) as Removable[]).flatMap((term) => {
    const points = changesWithout(ablation, term);
    return points.length === 0 ? [] : [`${LOSSES[term]} ${signed(mean(points))}`];
  });
  if (changes.length === 0) return [];
  const digits = both(distinct(whole.map(({ digit }) => String(digit))));
  return [
    `Left out one at a time, the losses that the paper adds change AUROC on the digits ${digits} by these points: ${
      both(changes)
    }. ` +
    `The memory itself moves in training by ${share(whole.map(({ moved }) => moved))} of the norm of its random start.`,
  ];
}

/**
 * What was found, as a numbered list.
 *
 * @param evidence What was measured.
 * @returns Markdown, a line for each finding.
 */
export function found({ claims, mnist, cifar10, ablation, hulls, hullsByUnits }: Evidence): string {
  const verdicts = [...own("MNIST", mnist), ...own("CIFAR-10", cifar10, ", on other test images")];
  const leaders = [...ahead("MNIST", mnist), ...ahead("CIFAR-10", cifar10)];
  const lead = leaders.length === 0
    ? "reproduced: of those run on the same images, without test labels, none has a higher mean."
    : `not reproduced. On the same images, without test labels, others have a higher mean: ${
      leaders.map(({ text }) => text).join("; ")
    }${leaders.some(({ shown }) => shown) ? "" : ", though each interval holds 0"}.`;
  const compared = verdicts.length === 0 ? [] : [
    `MEMGAN's mean AUROC is ${both(verdicts)}.`,
    `Its lead over the other methods is ${lead}`,
  ];
  const made = claimsOf(claims);
  return [
    ...(made.length === 0 ? [] : [
      `Of ${made.length} claims that the paper makes about its results we found ${findingCounts(made).join(", ")}: ` +
      "[each of them](docs/results.md#what-the-paper-claims).",
      "",
    ]),
    [...compared, ...losses(ablation), ...hull(hulls, hullsByUnits)].map((line, i) => `${i + 1}. ${line}`).join("\n"),
    "",
    "AUROC in percent; in brackets the 95 % interval of a difference, over classes and seeds.",
  ].join("\n");
}
