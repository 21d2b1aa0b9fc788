/**
 * What `deno task reproduce` plans, and what it makes of the runs when all are there.
 *
 * @module
 */

import { drawFig1 } from "../../figures/fig1.ts";
import { drawFrom, writeFig2 } from "../../figures/fig2.ts";
import { defaultPoints } from "../../figures/fig2_points.ts";
import { drawFig3 } from "../../figures/fig3.ts";
import { drawFig4 } from "../../figures/fig4.ts";
import { drawGallery } from "../../figures/gallery.ts";
import { writeReport } from "../../figures/report.ts";
import { TABLES } from "../../figures/exhibits.ts";
import { writeTable3 } from "../../figures/table3.ts";
import { comparisonOf, keptRuns, tableRuns, writeTable } from "../../figures/tables.ts";
import { ABOUT } from "../data/dataset.ts";
import type { Choice } from "../experiments/budgets.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { hashOf } from "../experiments/run_spec.ts";
import type { CompletedRun, Result } from "../experiments/completed.ts";
import { completedRuns } from "../experiments/completed.ts";
import { hasDigitClassifier } from "../experiments/digit_classifier.ts";
import type { Plan } from "../experiments/plan.ts";
import { duration } from "../platform/duration.ts";
import type { Study } from "../experiments/studies.ts";
import { briefText } from "../report/brief.ts";
import type { PlannedRun } from "../report/tables/price_list.ts";
import { priceList, priceText, runsText } from "../report/tables/price_list.ts";
import { Live, STDERR, ticking } from "./live.ts";
import type { PartTimes, Timed } from "./part_times.ts";
import type { DataChoice } from "./environment.ts";

/** The seed of Figure 2's points and first units. */
const FIG2_SEED = 0;

/** The lines of `results.json` that runs of a store would have. */
export async function resultsOf(root: string, specs: readonly RunSpec[]): Promise<Result[]> {
  return (await completedRuns(root, specs.map(hashOf))).map(({ result }) => result);
}

/** What runs cost, as values and as text. */
export async function priceOf(
  { dataset }: Pick<Reproduced, "dataset">,
  specs: readonly RunSpec[],
  done: readonly CompletedRun[],
): Promise<{ runs: readonly PlannedRun[]; text: string }> {
  const list = priceList(specs, done, await keptRuns(dataset));
  return { runs: list.runs, text: `${runsText(list)}\n\n${priceText(list)}` };
}

/** What will be run, in words. */
export function whatIsPlanned({ dataset, protocol, budget }: Reproduced, { specs }: Plan): string {
  const each = <T>(of: (spec: RunSpec) => T) => [...new Set(specs.map(of))];
  const [classes, seeds] = [each((spec) => spec.class), each(({ seed }) => seed)];
  const some = (all: readonly number[], one: string) =>
    all.length > 3 ? `${all.length} ${one}${one.endsWith("s") ? "es" : "s"}` : `${one} ${all.join(", ")}`;
  return `${TABLES[dataset].title}, ${ABOUT[dataset].title} (${protocol}), budget ${budget}: ` +
    `${each(({ method }) => method).join(", ")}; ${some(classes, "class")}, ${some(seeds, "seed")}`;
}

/** What was asked for, with nothing of it left out. */
type Reproduced = DataChoice & Pick<Choice, "budget">;

/** A table or figure that is made of the runs. */
export interface Part extends Timed {
  /** Makes it; returns the files of pictures and numbers. */
  make(): Promise<readonly string[]>;
}

/**
 * What is made of the runs.
 *
 * @param root The store's folder.
 * @param choice What was asked for.
 * @param plan The runs.
 * @returns The parts in their order. Their seconds were measured on 2 cores; `PartTimes` corrects them.
 */
export async function partsOf(
  root: string,
  { dataset, protocol, data, budget }: Reproduced,
  { specs, losses, units }: Plan,
): Promise<Part[]> {
  const runs = new Set(specs.map(hashOf));
  const memories = specs.filter(({ method }) => method === "memgan" || method === "memae").length;
  const digits = new Set(specs.filter(({ method }) => method === "memgan").map((spec) => spec.class)).size;
  const table = async () => {
    await writeTable(root, { dataset, protocol, runs }, budget);
    return [];
  };
  // Nothing is to be said of the classifier that it may train: that is in its seconds.
  const figure1 = async () => (await drawFig1(root, runs, data, () => {})).files;
  const figures: Part[] = dataset !== "mnist" ? [] : [
    ...(digits === 0 ? [] : [
      { name: "Figure 1", seconds: (await hasDigitClassifier(root) ? 7 : 67) + 7 * memories, make: figure1 },
      { name: "Figure 3", seconds: 1 + 3 * digits, make: () => drawFig3(root, runs, data) },
      { name: "the gallery", seconds: 1 + digits, make: () => drawGallery(root, runs, data) },
    ]),
    {
      name: "Figure 2",
      seconds: 2,
      make: () => writeFig2(root, drawFrom(defaultPoints(FIG2_SEED), FIG2_SEED), FIG2_SEED),
    },
  ];
  const study = async (specs: readonly RunSpec[], draw: (study: Study) => Promise<{ files: string[] }>) =>
    (await draw({ root, specs, budget, data })).files;
  return [
    { name: TABLES[dataset].title, seconds: 2, make: table },
    ...figures,
    ...(losses.length === 0
      ? []
      : [{ name: "Figure 4", seconds: 3 * losses.length, make: () => study(losses, drawFig4) }]),
    ...(units.length === 0 ? [] : [{ name: "Table 3", seconds: 2, make: () => study(units, writeTable3) }]),
  ];
}

/** What comes after all parts. */
const REPORT: Timed = { name: "the report", seconds: 3 };

/** Seconds of what is made of the runs. */
export const secondsOf = (parts: readonly Part[], times: PartTimes): number => times.ofAll([...parts, REPORT]);

/**
 * Writes tables, figures and the report out of completed runs; a backend must be running.
 *
 * @param root The store's folder.
 * @param choice What was asked for.
 * @param plan The runs.
 * @param parts What is made of them.
 * @param times How long that takes; it is told what it took.
 * @param asked The command line, for the report.
 * @returns The report's file, the runs' lines of `results.json`, and the table in a few lines.
 */
export async function writeAll(
  root: string,
  { dataset, protocol, budget }: Reproduced,
  { specs }: Plan,
  parts: readonly Part[],
  times: PartTimes,
  asked: string,
): Promise<{ report: string; results: Result[]; brief: string }> {
  const live = new Live(STDERR);
  const make = async <T>(part: Timed, rest: readonly Timed[], act: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const spent = () => (performance.now() - start) / 1000;
    const more = rest.length > 0 ? ", the report included" : "";
    const draw = () =>
      live.progress(`writing ${part.name}, about ${duration(times.left([part, ...rest], spent()))} left${more}`, false);
    draw();
    const made = await ticking(draw, act);
    times.measured(part, spent());
    return made;
  };
  const files: string[] = [];
  for (const [i, part] of parts.entries()) {
    files.push(...await make(part, [...parts.slice(i + 1), REPORT], () => part.make()));
  }
  const runs = { dataset, protocol, runs: new Set(specs.map(hashOf)) };
  const report = await make(REPORT, [], () => writeReport(root, runs, budget, asked, files));
  live.draw([]);
  const compared = await tableRuns(root, runs);
  const results = compared.map(({ result }) => result);
  return { report, results, brief: briefText(comparisonOf(dataset, compared, budget)) };
}
