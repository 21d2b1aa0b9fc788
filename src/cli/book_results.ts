/**
 * Whose results a book shows: those kept with the sources, or those of one store; never some of either.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import type { ResultsNote } from "../book/exhibits.ts";
import { budgetOf, isSmoke } from "../experiments/budget_of.ts";
import type { CompletedRun } from "../experiments/completed.ts";
import { completedRuns } from "../experiments/completed.ts";
import { isOfStudyAlone } from "../experiments/studies.ts";
import { codeSpan } from "../report/tables/markdown.ts";

/** The repository. */
export const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** The results of a book. */
export interface BookResults {
  /** The store's folder; `undefined` for the kept results. */
  readonly store: string | undefined;
  /** The runs that count, on test parts. */
  readonly runs: readonly CompletedRun[];
  /** What tables call the budget. */
  readonly budget: string;
  /** Whether smoke runs are beside them in the store, which pictures may show. */
  readonly mixed: boolean;
  /** What pages say of them. */
  readonly note: ResultsNote;
}

const arithmeticsOf = (runs: readonly CompletedRun[]) =>
  [...new Set(runs.map(({ result }) => result.arithmetic))].sort((a, b) => a - b).join(" and ");

const ofTests = async (place: string) =>
  (await completedRuns(place)).filter(({ spec }) => spec.evaluate === "test" && !isOfStudyAlone(spec));

/** The results that are kept with the sources. */
async function keptResults(): Promise<BookResults> {
  const files = ["mnist", "cifar10"].map((name) => join(ROOT, "results", `${name}.jsonl`));
  const runs = (await Promise.all(files.map(ofTests))).flat();
  const head = `kept results of this repository, arithmetic ${arithmeticsOf(runs)}`;
  return { store: undefined, runs, budget: "laptop", mixed: false, note: { head } };
}

/** The results of a store. Its smoke runs count only where there are no others of methods that learn. */
async function storeResults(store: string): Promise<BookResults> {
  const all = await ofTests(store);
  const smoke = new Set(all.filter(({ spec }) => isSmoke(spec)));
  const others = all.filter((run) => !smoke.has(run));
  const learns = ({ spec: { method } }: CompletedRun) =>
    all.some((run) => smoke.has(run) && run.spec.method === method);
  const mixed = smoke.size > 0 && others.some(learns);
  const runs = mixed ? others : all;
  const name = codeSpan(store);
  const budget = budgetOf(runs.map(({ spec }) => spec));
  const which = mixed ? "its runs of " : "";
  const worth = budget === "smoke"
    ? "budget smoke, no result"
    : `${which}${budget === undefined ? "settings of their own" : `budget ${budget}`}, arithmetic ${
      arithmeticsOf(runs)
    }`;
  return {
    store,
    runs,
    budget: budget ?? "none",
    mixed,
    note: {
      head: `${name}, ${runs.length === 0 ? "which has no runs" : worth}`,
      apart: `Numbers in the text above are of the runs kept with the sources, not of ${name}.`,
    },
  };
}

/**
 * The results that a book shows.
 *
 * @param store The store that was named; the kept results if none was.
 * @returns The results.
 */
export async function bookResults(store: string | undefined): Promise<BookResults> {
  return store === undefined ? await keptResults() : await storeResults(store);
}
