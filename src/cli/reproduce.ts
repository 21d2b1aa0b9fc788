/**
 * `deno task reproduce`: sets up what is missing, trains what the store lacks, writes tables, figures and the report.
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
import { BUDGETS, planRuns } from "../experiments/budgets.ts";
import { METHODS } from "../experiments/methods.ts";
import { hashOf } from "../experiments/run_spec.ts";
import { completedRuns } from "../experiments/store.ts";
import type { Change } from "../experiments/studies.ts";
import { LOSS_STUDY, planStudy, UNITS_STUDY } from "../experiments/studies.ts";
import type { Command } from "./command.ts";
import { runMain } from "./command.ts";
import { completeStore } from "./complete.ts";
import { announceBackend, DATA_FLAGS, readDataFlags } from "./surroundings.ts";

const command: Command<
  "budget" | "methods" | "seeds" | "epochs" | "jobs" | keyof typeof DATA_FLAGS
> = {
  task: "reproduce",
  about:
    "Reproduces Table 1 and Figures 1 to 3 on MNIST, or Table 2 on CIFAR-10, and writes a report. Can be stopped and started again at any moment.",
  flags: {
    budget: { value: BUDGETS.join("|"), help: "how much (default: laptop)" },
    ...DATA_FLAGS,
    methods: { value: `all|${METHODS.join(",")}`, help: "the methods (default: the budget's)" },
    seeds: { value: "0,1", help: "the seeds: 0,1 or 0..9 (default: the budget's)" },
    epochs: { value: "N", help: "epochs of memgan (default: the recipe's)" },
    jobs: { value: "N", help: "runs at a time (default: one a core)" },
  },
};

/** The seed of Figure 2's points and first units. */
const FIG2_SEED = 0;

await runMain(command, async (given) => {
  const { dataset, protocol, classes, data } = readDataFlags(given);
  const budget = given.choice("budget", BUDGETS) ?? "laptop";
  const methods = given.text("methods") === "all" ? METHODS : given.several("methods", METHODS);
  const [seeds, epochs] = [given.wholes("seeds"), given.whole("epochs", 1)];
  const specs = planRuns({ budget, dataset, protocol, methods, classes, seeds, epochs });
  // Section 7's studies have commands of their own; the whole of the paper has them too.
  const whole = budget === "paper" && dataset === "mnist" && methods === undefined && classes === undefined;
  const study = (changes: readonly Change[]) => whole ? planStudy(changes, { budget, seeds, epochs }) : [];
  const [losses, units] = [study(LOSS_STUDY), study(UNITS_STUDY)];
  const root = given.text("out") ?? "out";
  const jobs = given.whole("jobs", 1);

  const backend = await announceBackend(given);
  const all = [...specs, ...losses, ...units];
  await completeStore(all, { root, dataset, protocol, data, backend, jobs, what: `budget ${budget}` });

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
  if (whole) {
    files.push(...(await drawFig4({ root, specs: losses, budget, data })).files);
    files.push(...(await writeTable3({ root, specs: units, budget, data })).files);
  }
  // Quoted where a shell needs it.
  const args = Deno.args.map((arg) => /^[\w.,:/=+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`);
  const asked = ["deno task reproduce", ...args].join(" ");
  console.error(`report: ${await writeReport(root, { dataset, protocol, runs: wanted }, budget, asked, files)}`);
  const results = (await completedRuns(root)).map(({ result }) => result).filter(({ run }) => wanted.has(run));
  console.log(given.on("json") ? JSON.stringify(results) : table);
});
