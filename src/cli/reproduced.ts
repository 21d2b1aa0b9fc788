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
import { writeTable3 } from "../../figures/table3.ts";
import { writeTable } from "../../figures/tables.ts";
import type { Choice } from "../experiments/budgets.ts";
import { planRuns } from "../experiments/budgets.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { hashOf } from "../experiments/run_spec.ts";
import type { Result } from "../experiments/completed.ts";
import { completedRuns } from "../experiments/completed.ts";
import type { Change } from "../experiments/studies.ts";
import { LOSS_STUDY, planStudy, UNITS_STUDY } from "../experiments/studies.ts";
import type { DataChoice } from "./environment.ts";

/** The seed of Figure 2's points and first units. */
const FIG2_SEED = 0;

/** The runs that are wanted. */
export interface Plan {
  /** Those of the table and of Figures 1 to 3. */
  readonly specs: readonly RunSpec[];
  /** Those of Figure 4. */
  readonly losses: readonly RunSpec[];
  /** Those of Table 3. */
  readonly units: readonly RunSpec[];
}

/**
 * Plans the runs.
 *
 * @param choice What was asked for.
 * @returns Their specs; those of section 7's studies, which have commands of their own, where the whole of the paper is wanted.
 */
export function planAll(choice: Choice): Plan {
  const { budget, dataset, methods, classes } = choice;
  const whole = budget === "paper" && dataset === "mnist" && methods === undefined && classes === undefined;
  const study = (changes: readonly Change[]) => whole ? planStudy(changes, choice) : [];
  return { specs: planRuns(choice), losses: study(LOSS_STUDY), units: study(UNITS_STUDY) };
}

/**
 * Writes tables, figures and the report out of completed runs; a backend must be running.
 *
 * @param root The store's folder.
 * @param choice What was asked for.
 * @param plan The runs.
 * @param asked The command line, for the report.
 * @returns The report's file, the runs' lines of `results.json` and the table as Markdown.
 */
export async function writeAll(
  root: string,
  { dataset, protocol, data, budget }: DataChoice & Pick<Choice, "budget">,
  { specs, losses, units }: Plan,
  asked: string,
): Promise<{ report: string; results: Result[]; table: string }> {
  const wanted = new Set(specs.map(hashOf));
  const table = await writeTable(root, { dataset, protocol, runs: wanted }, budget);
  const files: string[] = [];
  if (dataset === "mnist") {
    if (specs.some((spec) => spec.method === "memgan")) {
      files.push(...(await drawFig1(root, wanted, data)).files);
      files.push(...await drawFig3(root, wanted, data));
      files.push(...await drawGallery(root, wanted, data));
    }
    files.push(...await writeFig2(root, drawFrom(defaultPoints(FIG2_SEED), FIG2_SEED), FIG2_SEED));
  }
  if (losses.length > 0) files.push(...(await drawFig4({ root, specs: losses, budget, data })).files);
  if (units.length > 0) files.push(...(await writeTable3({ root, specs: units, budget, data })).files);
  const report = await writeReport(root, { dataset, protocol, runs: wanted }, budget, asked, files);
  const results = (await completedRuns(root)).map(({ result }) => result).filter(({ run }) => wanted.has(run));
  return { report, results, table };
}
