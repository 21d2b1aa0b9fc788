/**
 * The passages of the README, of `docs/` and of `spec/` that are generated from `results/`.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import type { BenchResult } from "../bench/table.ts";
import { benchTable } from "../bench/table.ts";
import { plan } from "../bench/image_plan.ts";
import { agreementTable } from "../bench/images_agreement.ts";
import { defaultsText, imagesTable } from "../bench/images_table.ts";
import { unitsTable } from "../src/report/tables/memory_units.ts";
import { unitsComparison } from "../figures/table3.ts";
import { keptComparison, keptRuns } from "../figures/tables.ts";
import type { UnitsHullRow } from "../src/experiments/hull_by_units.ts";
import { claimsTable } from "../src/report/claims.ts";
import { allClauses } from "../src/report/spec.ts";
import { found } from "../src/report/found.ts";
import { planAll, wantedOf } from "../src/experiments/plan.ts";
import type { DatasetName } from "../src/data/dataset.ts";
import { planStudy, UNITS_STUDY } from "../src/experiments/studies.ts";
import { ablationMarkdown } from "../src/report/tables/ablation.ts";
import { readIfThere } from "../src/platform/files.ts";
import { hullTable } from "../src/report/tables/hull.ts";
import { hullByUnitsTable } from "../src/report/tables/hull_by_units.ts";
import { priceList, priceText } from "../src/report/tables/price_list.ts";
import { methodSummary } from "../src/report/tables/summary.ts";
import { comparisonDetails, comparisonSummary } from "../src/report/tables/comparison_text.ts";
import { ABLATIONS, CLASSES, SCHEDULE, SEEDS } from "./ablations.ts";
import { STAGED, stagedTable, standingOf } from "../src/report/tables/staged_search.ts";
import type { Field } from "../src/report/tables/variants.ts";
import { MNIST, variantRows, VARIANTS, variantTable } from "../src/report/tables/variants.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

const json = async (path: string) => JSON.parse(await Deno.readTextFile(join(ROOT, path)));

async function searched(file: string, classes: readonly number[], field: Field): Promise<string> {
  const variants = VARIANTS.parse(await json(file));
  const rows = await variantRows(join(ROOT, `results/${field.dataset}-search.jsonl`), variants, classes, [0], field);
  return variantTable(rows, classes, field);
}

/** A search by `search-rule`, as far as it is kept. */
async function staged(file: string, dataset: Field["dataset"]): Promise<string> {
  const search = { ...STAGED[dataset], variants: VARIANTS.parse(await json(file)) };
  return stagedTable(await standingOf(join(ROOT, `results/${dataset}-search-2.jsonl`), search), search);
}

async function ablated(): Promise<string> {
  const variants = VARIANTS.parse(await json("spec/ablation-mnist.json"));
  const rows = await variantRows(join(ROOT, "results/mnist-search.jsonl"), variants, CLASSES, SEEDS);
  const schedule = VARIANTS.parse(SCHEDULE);
  for (const { what, clause } of ABLATIONS) {
    const [row] = await variantRows(
      join(ROOT, "results/mnist-ablation.jsonl"),
      schedule,
      CLASSES,
      SEEDS,
      MNIST,
      clause,
    );
    rows.push({ ...row!, variant: what });
  }
  return variantTable(rows, CLASSES);
}

/** Table 3 of the stored runs. */
async function table3(): Promise<string> {
  const [root, specs] = [join(ROOT, "results/mnist-studies.jsonl"), planStudy(UNITS_STUDY, { budget: "laptop" })];
  return (await unitsComparison({ root, specs, budget: "laptop" })).text;
}

/** Where codes lie by the number of units, once that is measured. */
async function hullsByUnits(): Promise<UnitsHullRow[]> {
  const bytes = await readIfThere(join(ROOT, "results/mnist-studies/hull_units.json"));
  return bytes === undefined ? [] : JSON.parse(new TextDecoder().decode(bytes));
}

/** What all of it shows. */
async function findings(): Promise<string> {
  return found({
    claims: allClauses(),
    mnist: await keptComparison("mnist"),
    cifar10: await keptComparison("cifar10"),
    ablation: await json("results/mnist-studies/ablation.json"),
    hulls: await json("results/mnist/hull.json"),
    hullsByUnits: await hullsByUnits(),
  });
}

/** What the whole paper costs on a data set, as the stored runs tell. */
async function prices(dataset: DatasetName): Promise<string> {
  const plan = planAll({ budget: "paper", dataset });
  return priceText(priceList(wantedOf(plan, undefined), [], await keptRuns(dataset)));
}

/** A measured table that is kept. */
const benched = async (part: string) => benchTable(await json(`results/bench/${part}.json`) as BenchResult);

/** What the methods did on folders of pictures. */
const pictures = async () => await json("results/bench/images.json") as BenchResult;

/** Each generated passage: the file, the name between the marks, what stands there. */
const PASSAGES: readonly (readonly [file: string, mark: string, render: () => Promise<string>])[] = [
  ["README.md", "methods", async () => methodSummary(await keptComparison("mnist"), await keptComparison("cifar10"))],
  ["README.md", "found", findings],
  ["docs/results.md", "claims", () => Promise.resolve(claimsTable(allClauses(), "../spec"))],
  ["docs/results.md", "table1", async () => comparisonSummary(await keptComparison("mnist"))],
  ["docs/results.md", "table1-details", async () => comparisonDetails(await keptComparison("mnist"))],
  ["docs/results.md", "table2", async () => comparisonSummary(await keptComparison("cifar10"))],
  ["docs/results.md", "table2-details", async () => comparisonDetails(await keptComparison("cifar10"))],
  ["docs/speed.md", "bench", () => benched("memgan")],
  ["docs/speed.md", "bench-baselines", () => benched("baselines")],
  ["docs/methods_on_images.md", "images", async () => imagesTable(await pictures(), plan())],
  ["docs/methods_on_images.md", "agreement", async () => agreementTable(await pictures(), join(ROOT, "results"))],
  ["spec/images.md", "defaults", async () => defaultsText(await pictures())],
  ["docs/cluster.md", "prices-mnist", () => prices("mnist")],
  ["docs/cluster.md", "prices-cifar10", () => prices("cifar10")],
  ["docs/cluster.md", "large-store", () => benched("large_store")],
  ["docs/serving.md", "serve", () => benched("serve")],
  ["docs/queue.md", "queue", () => benched("queue")],
  ["docs/queue.md", "queue-runs", () => benched("queue_runs")],
  ["spec/product.md", "scoring", () => benched("scoring")],
  ["spec/product.md", "classical", () => benched("classical")],
  ["spec/product.md", "kernels", () => benched("kernels")],
  ["spec/product.md", "startup", () => benched("startup")],
  ["spec/product.md", "growth", () => benched("growth")],
  ["spec/s5_1_units.md", "units", async () => unitsTable(await json("results/mnist/fig1.json"))],
  [
    "spec/s7_discussion.md",
    "ablation",
    async () => ablationMarkdown(await json("results/mnist-studies/ablation.json"), "laptop"),
  ],
  ["spec/s7_discussion.md", "table3", table3],
  ["spec/choices.md", "search", () => searched("spec/search-mnist.json", CLASSES, MNIST)],
  ["spec/choices.md", "ablation", ablated],
  ["spec/recipes_classical.md", "ocsvm", () => searched("spec/search-ocsvm.json", CLASSES, MNIST)],
  [
    "spec/s6_3_cifar10.md",
    "search",
    () => searched("spec/search-cifar10.json", [0, 1, 9], { dataset: "cifar10", protocol: "batch5" }),
  ],
  ["spec/search.md", "mnist", () => staged("spec/search-mnist-2.json", "mnist")],
  ["spec/search.md", "cifar10", () => staged("spec/search-cifar10-2.json", "cifar10")],
  ["spec/s5_2_topology.md", "hull-units", async () => hullByUnitsTable(await hullsByUnits())],
  ["spec/errata.md", "hull", async () => hullTable(await json("results/mnist/hull.json"))],
];

/** The files with generated passages: as they are, and as they should be. */
export async function renderAll(): Promise<Map<string, { is: string; shouldBe: string }>> {
  const files = new Map<string, { is: string; shouldBe: string }>();
  for (const [file, mark, render] of PASSAGES) {
    const is = files.get(file)?.is ?? await Deno.readTextFile(join(ROOT, file));
    const marked = new RegExp(`(<!-- ${mark}:begin -->\\n)[^]*?(<!-- ${mark}:end -->)`);
    if (!marked.test(is)) throw new RangeError(`Cannot write ${file}: the marks of "${mark}" are not in it`);
    const text = await render();
    const shouldBe = (files.get(file)?.shouldBe ?? is).replace(
      marked,
      (_all, begin, end) => `${begin}\n${text.trimEnd()}\n\n${end}`,
    );
    files.set(file, { is, shouldBe });
  }
  return files;
}
