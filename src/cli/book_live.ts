/**
 * The trained MEMGAN of a book, or why it has none.
 *
 * @module
 */

import type { LivePage } from "../book/live.ts";
import { memganPage } from "../book/live.ts";
import { weightsScript } from "../book/weights.ts";
import type { Dataset } from "../data/dataset.ts";
import { isSmoke } from "../experiments/budget_of.ts";
import { decodeSafetensors } from "../experiments/safetensors.ts";
import { RunFolder } from "../experiments/store.ts";
import type { Trained } from "../experiments/trained.ts";
import { firstSeeds, trainedRuns } from "../experiments/trained.ts";
import { StoreError } from "../platform/files.ts";
import { taskLine } from "../platform/task.ts";
import { codeSpan } from "../report/tables/markdown.ts";
import type { BookResults } from "./book_results.ts";

/** A page and its weights as a script, or why there is none, in Markdown. */
export type LiveModel = { readonly page: LivePage; readonly weights: string } | { readonly why: string };

/** The runs with weights among those that the book shows, the first seed of each digit; none where there are none. */
async function withWeights(root: string, { runs }: BookResults): Promise<Trained[]> {
  const shown = new Set(runs.map(({ result }) => result.run));
  try {
    return firstSeeds((await trainedRuns(root)).filter(({ result }) => shown.has(result.run)));
  } catch (error) {
    if (error instanceof StoreError) return [];
    throw error;
  }
}

/**
 * The first trained MEMGAN of a store.
 *
 * @param results Whose results the book shows.
 * @param load Loads the data set that it was trained on.
 * @returns It, or why there is none.
 */
export async function liveModel(results: BookResults, load: () => Promise<Dataset>): Promise<LiveModel> {
  const { store } = results;
  const none = "No interactive page of a trained MEMGAN:";
  if (store === undefined) {
    const shows = [taskLine("reproduce"), taskLine("read", "--out", "out")].map(codeSpan);
    return { why: `${none} no weights are kept with the sources. ${shows[0]} trains it, ${shows[1]} then shows it.` };
  }
  const found = await withWeights(store, results);
  const trained = found.find(({ recipe }) => recipe.epochs > 0);
  if (trained === undefined) {
    const why = found.length > 0
      ? `all in ${codeSpan(store)} are untrained, of 0 epochs.`
      : `${codeSpan(store)} has no weights of MEMGAN trained on MNIST.`;
    return { why: `${none} ${why}` };
  }
  const { spec, result, recipe } = trained;
  const folder = new RunFolder(store, spec);
  const file = folder.file("weights.safetensors");
  const { arrays } = decodeSafetensors(file, await Deno.readFile(file));
  const [scores, data] = [await folder.readScores(), await load()];
  if (scores.length !== data.test.classes.length) {
    const counts = `${scores.length} scores for ${data.test.classes.length} test images`;
    return { why: `${none} its run ${codeSpan(result.run)} in ${codeSpan(store)} has ${counts}.` };
  }
  const page = memganPage({
    digit: spec.class,
    epochs: recipe.epochs,
    k: recipe.k,
    auroc: result.auroc,
    run: result.run,
    smoke: isSmoke(spec),
  });
  return { page, weights: weightsScript({ spec, arrays, scores }, data) };
}
