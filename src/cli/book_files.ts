/**
 * The book as files.
 *
 * @module
 */

import { basename, dirname, fromFileUrl, join } from "@std/path";
import { LIVE } from "../book/live.ts";
import { bookFiles, linkedModules } from "../book/site.ts";
import type { Conformance } from "../book/status.ts";
import type { Dataset } from "../data/dataset.ts";
import { runProgram } from "../platform/children.ts";
import { StoreError, writeWhole } from "../platform/files.ts";
import { asPng, exhibitsOf, keepable } from "./book_exhibits.ts";
import { liveModel } from "./book_live.ts";
import { bookResults, ROOT } from "./book_results.ts";
import { Steps } from "./steps.ts";

/** What a book is made of. */
export interface BookParts {
  /** The folder whose `book/` it is written into. */
  readonly folder: string;
  /** The store whose results it shows; the kept results if none is named. */
  readonly store: string | undefined;
  /** Makes the outcomes of the tests. */
  conformance(): Promise<Conformance>;
  /** Loads the data set of the store's trained MEMGAN, if it has one. */
  load(): Promise<Dataset>;
}

const STEPS = {
  results: "reading the results",
  tests: "running the tests",
  pages: "writing the pages",
  live: "bundling the interactive pages",
} as const;

/** The files of a trained MEMGAN's page. */
const MEMGAN_FILES = ["live_memgan.html", "assets/live_memgan.js", "assets/weights.js"];

/** Bundles a script of the book with the modules that it runs: no page that is opened from a folder may load modules. */
async function bundle(script: string, to: string): Promise<void> {
  const from = join(ROOT, "src", "book", script);
  const args = ["bundle", "--quiet", "--platform", "browser", "--format", "iife", "--minify", "--output", to, from];
  const { code, stderr } = await runProgram(Deno.execPath(), args, { cwd: ROOT });
  if (code !== 0) throw new StoreError(`Cannot bundle "${from}": ${stderr.trim()}`);
}

/** KaTeX's stylesheet and the fonts that it names. */
async function* katexFiles(): AsyncGenerator<readonly [string, Uint8Array]> {
  const dist = dirname(fromFileUrl(import.meta.resolve("katex")));
  yield ["assets/katex.min.css", await Deno.readFile(join(dist, "katex.min.css"))];
  for await (const { name } of Deno.readDir(join(dist, "fonts"))) {
    if (name.endsWith(".woff2")) yield [`assets/fonts/${name}`, await Deno.readFile(join(dist, "fonts", name))];
  }
}

/** The texts of files of the repository, by their path. */
async function textsOf(files: readonly string[]): Promise<Map<string, string>> {
  return new Map(
    await Promise.all(files.map(async (file) => [file, await Deno.readTextFile(join(ROOT, file))] as const)),
  );
}

/** The files of tests. */
async function testFiles(): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(join(ROOT, "tests")), ({ name }) => name);
  return names.filter((name) => name.endsWith("_test.ts")).sort().map((name) => `tests/${name}`);
}

/**
 * Writes the book.
 *
 * @param parts What it is made of.
 * @returns The path of the first page.
 */
export async function writeBook({ folder: root, store, conformance, load }: BookParts): Promise<string> {
  const steps = new Steps("book", Object.values(STEPS));
  const folder = join(root, "book");
  const write = async (file: string, content: string | Uint8Array) => {
    await Deno.mkdir(dirname(join(folder, file)), { recursive: true });
    await writeWhole(join(folder, file), content);
  };
  const { exhibits, files: pictures, model } = await steps.do(STEPS.results, async () => {
    const results = await bookResults(store);
    return { ...await exhibitsOf(results), model: await liveModel(results, load) };
  });
  const outcomes = await steps.do(STEPS.tests, conformance);
  const live = "why" in model ? LIVE : [...LIVE, model.page];
  await steps.do(STEPS.pages, async () => {
    const files = await bookFiles({
      sources: await textsOf(linkedModules()),
      tests: await textsOf(await testFiles()),
      conformance: outcomes,
      exhibits,
      live,
      ...("why" in model ? { noMemgan: model.why } : {}),
    });
    if ("weights" in model) files.set("assets/weights.js", model.weights);
    // What an earlier book showed of other results must not stay.
    const figures = keepable().flatMap(({ path }) => [path, asPng(path)]).map((path) => `figures/${basename(path)}`);
    const others = [...figures, ...MEMGAN_FILES];
    for (const file of others) await Deno.remove(join(folder, file)).catch(() => {});
    for (const [file, content] of [...files, ...pictures]) await write(file, content);
    for await (const [file, bytes] of katexFiles()) await write(file, bytes);
  });
  await steps.do(STEPS.live, async () => {
    for (const { script } of live) await bundle(script, join(folder, "assets", script));
  });
  await steps.keep();
  return join(folder, "index.html");
}
