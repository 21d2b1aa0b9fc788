/**
 * What a call would run, and what that costs in core-hours by method.
 *
 * @module
 */

import { isCuda } from "../../engine/backend_names.ts";
import { arithmeticNote } from "../../experiments/arithmetic.ts";
import type { CompletedRun } from "../../experiments/completed.ts";
import { Forecast } from "../../experiments/forecast.ts";
import type { Method } from "../../experiments/method_names.ts";
import type { RunSpec } from "../../experiments/run_spec.ts";
import { hashOf } from "../../experiments/run_spec.ts";
import { isOfStudyAlone } from "../../experiments/studies.ts";
import { markdownTable } from "./markdown.ts";
import { wholesText } from "./seeds.ts";

/** Where a method's seconds are from: runs of the store, runs stored with the sources, or the registry alone. */
export type Basis = "store" | "kept" | "estimate";

/** A run that is wanted. */
export interface PlannedRun {
  /** The name of its folder. */
  readonly run: string;
  /** Its description. */
  readonly spec: RunSpec;
  /** Whether the store has it. */
  readonly done: boolean;
  /** What it took, or will take about, in seconds of one core. */
  readonly seconds: number;
  /** Where those are from; `done` runs say their own. */
  readonly from: Basis;
}

/** What is wanted, and its price. */
export interface PriceList {
  /** The runs, in their order. */
  readonly runs: readonly PlannedRun[];
  /** The runs that a method's seconds are measured on, and where those are. */
  readonly measured: ReadonlyMap<Method, { readonly from: Basis; readonly runs: readonly CompletedRun[] }>;
}

/**
 * Prices runs: what a method's runs in the store took, else those stored with the sources, tells what others will take, by the ratio
 * to the registry's seconds, as time estimates do.
 *
 * @param specs The runs that are wanted.
 * @param done Those of them that the store has.
 * @param kept Runs stored with the sources, of the same data set.
 * @returns The price list.
 */
export function priceList(
  specs: readonly RunSpec[],
  done: readonly CompletedRun[],
  kept: readonly CompletedRun[],
): PriceList {
  const each = new Map(specs.map((spec) => [hashOf(spec), spec]));
  const took = new Map(done.map(({ result }) => [result.run, result.seconds]));
  const forecast = new Forecast(specs, 1, 0);
  // A GPU's seconds, or those of a slower backend, are no core's.
  const native = (runs: readonly CompletedRun[], method: Method) =>
    runs.filter(({ result, manifest: { device } }) =>
      result.method === method && result.backend === "native" && !isCuda(device)
    );
  const measured = new Map([...new Set(specs.map(({ method }) => method))].map((method) => {
    const [own, others] = [native(done, method), native(kept, method)];
    const of = own.length > 0
      ? { from: "store" as const, runs: own }
      : { from: others.length > 0 ? "kept" as const : "estimate" as const, runs: others };
    for (const { spec, result } of of.runs) forecast.measured(spec, result.seconds);
    return [method, of];
  }));
  const runs = [...each].map(([run, spec]): PlannedRun => {
    const own = took.get(run);
    return own === undefined
      ? { run, spec, done: false, seconds: forecast.whole(spec), from: measured.get(spec.method)!.from }
      : { run, spec, done: true, seconds: own, from: "store" };
  });
  return { runs, measured };
}

/** A run's method, and what a study changes in it. */
function nameOf(spec: RunSpec): string {
  if (!isOfStudyAlone(spec)) return spec.method;
  const { without, units } = spec.recipe;
  return `${spec.method}, ${without === undefined ? `${units} units` : `without ${without}`}`;
}

const hours = (runs: readonly PlannedRun[]) => (runs.reduce((sum, { seconds }) => sum + seconds, 0) / 3600).toFixed(2);

const missingOf = (runs: readonly PlannedRun[]) => runs.filter(({ done }) => !done);

/**
 * The runs for people, in groups.
 *
 * @param list The price list.
 * @returns A table in Markdown.
 */
export function runsText({ runs }: PriceList): string {
  const groups = Map.groupBy(runs, ({ spec }) => `${nameOf(spec)}/${spec.preprocessing}`);
  const rows = [...groups.values()].map((group) => [
    nameOf(group[0]!.spec),
    group[0]!.spec.preprocessing,
    wholesText(group.map(({ spec }) => spec.class)),
    wholesText(group.map(({ spec }) => spec.seed)),
    group.length,
    missingOf(group).length,
  ]);
  return markdownTable(["method", "preprocessing", "classes", "seeds", "runs", "missing"], rows);
}

/**
 * The price for people, by method.
 *
 * @param list The price list.
 * @returns A table in Markdown, and what is to be said of it.
 */
export function priceText({ runs, measured }: PriceList): string {
  const basis = { store: "of this store", kept: "stored with the sources", estimate: "the code's estimate" };
  const prices = [...measured].map(([method, { from, runs: basedOn }]) => {
    const own = runs.filter(({ spec }) => spec.method === method);
    const many = `${basedOn.length} run${basedOn.length === 1 ? "" : "s"} `;
    return [method, own.length, hours(own), hours(missingOf(own)), (from === "estimate" ? "" : many) + basis[from]];
  });
  const based = [...measured.values()].flatMap(({ runs }) => runs.map(({ result }) => result.arithmetic));
  const note = arithmeticNote(based);
  return [
    markdownTable(["method", "runs", "core-hours", "of missing runs", "measured on"], [
      ...prices,
      ["total", runs.length, hours(runs), hours(missingOf(runs)), ""],
    ]),
    "A run has one thread. Core-hours are those of the machines that were measured.",
    ...(note === "" ? [] : [`What was measured: ${note[0]!.toLowerCase()}${note.slice(1)}`]),
  ].join("\n\n");
}
