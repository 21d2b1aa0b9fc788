/**
 * The first sentence of a report: what was run, what that says, and what it cannot say.
 *
 * @module
 */

import { ABOUT } from "../data/dataset.ts";
import { REGISTRY } from "../experiments/methods.ts";
import { epochsOf } from "../experiments/run_files.ts";
import type { Comparison } from "./tables/comparison.ts";
import { isPartial } from "./tables/comparison.ts";

/** What a reader of a smoke run must know before anything else. */
export const SMOKE = "This is a smoke run: it shows that everything works. Its numbers are not results.";

const listed = (items: readonly string[]) =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} or ${items.at(-1)}`;

const count = (many: number, one: string, more: string) => `${many} ${many === 1 ? one : more}`;

/**
 * The first sentence of a report.
 *
 * @param comparison What the report is of; one run or more.
 * @returns The sentence, as Markdown; before that of a smoke run stands what it was.
 */
export function openingText(comparison: Comparison): string {
  const { runs, classes, budget } = comparison;
  const specs = runs.map(({ spec }) => spec);
  const [methods, ran] = [new Set(specs.map(({ method }) => method)), new Set(specs.map((spec) => spec.class))];
  const seeds = [...new Set(specs.map(({ seed }) => seed))].sort((a, b) => a - b);
  const { dataset, protocol } = specs[0]!;
  const { title, protocols } = ABOUT[dataset];
  const shortened = specs.some((spec) =>
    epochsOf(spec) < epochsOf({ ...spec, recipe: REGISTRY[spec.method].recipes[dataset] })
  );
  const unsaid = [
    ...(isPartial(comparison) ? ["the mean over all classes (which the paper's claims are about)"] : []),
    ...(protocol === protocols[0] ? [] : ["results on the paper's own test images"]),
    ...(seeds.length === 1 ? ["how much results vary between seeds"] : []),
    ...(shortened ? ["what full schedules would reach"] : []),
  ];
  const on = ran.size === classes.length ? `all ${ran.size} classes` : `${ran.size} of the ${classes.length} classes`;
  const sentence =
    `${count(methods.size, "method was", "methods were")} run on ${on} of ${title} (budget ${budget}, ${
      seeds.length === 1 ? "seed" : "seeds"
    } ${seeds.join(", ")}): the tables show how well each separates anomalous from normal test images, beside the ` +
    `paper's numbers; they cannot show ${listed(unsaid.length === 0 ? ["how it does on other images"] : unsaid)}.`;
  return budget === "smoke" ? `**${SMOKE}**\n\n${sentence}` : sentence;
}
