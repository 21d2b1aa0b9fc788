/**
 * The README's results, generated from `results/`.
 *
 * ```sh
 * deno task readme
 * ```
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { table1, tableRuns } from "../figures/table1.ts";
import { writeWhole } from "../src/experiments/store.ts";

const README = fromFileUrl(import.meta.resolve("../README.md"));
const RESULTS = fromFileUrl(import.meta.resolve("../results/mnist"));

/** The README with the tables that `results/` gives. */
export async function renderReadme(): Promise<{ is: string; shouldBe: string }> {
  const is = await Deno.readTextFile(README);
  const table = table1(await tableRuns(RESULTS), "budget laptop");
  const marked = /(<!-- table1:begin -->\n)[^]*?(<!-- table1:end -->)/;
  return { is, shouldBe: is.replace(marked, (_all, begin, end) => `${begin}\n${table}\n${end}`) };
}

if (import.meta.main) await writeWhole(README, (await renderReadme()).shouldBe);
