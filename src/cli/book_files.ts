/**
 * The book as files, and as a server of them.
 *
 * @module
 */

import { dirname, fromFileUrl, join } from "@std/path";
import { z } from "zod";
import type { LivePage } from "../book/live.ts";
import { LIVE, memganPage } from "../book/live.ts";
import { bookFiles, linkedModules } from "../book/site.ts";
import type { Conformance } from "../book/status.ts";
import { weightsScript } from "../book/weights.ts";
import type { Dataset } from "../data/dataset.ts";
import { decodeSafetensors } from "../experiments/safetensors.ts";
import { RunFolder } from "../experiments/store.ts";
import { readAs, readIfThere, StoreError, writeWhole } from "../platform/files.ts";
import { runProgram } from "../platform/children.ts";
import { taskLine } from "../platform/task.ts";
import type { ClauseStatus } from "../report/conformance.ts";
import { statusOf } from "../report/conformance.ts";
import { allClauses } from "../report/spec.ts";
import { exhibitsOf, trainedIn } from "./book_exhibits.ts";
import { runSuite } from "./test_suite.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** The schema of `conformance.json`, as far as the book reads it. */
const CONFORMANCE_REPORT = z.object({
  clauses: z.array(z.object({
    id: z.string(),
    status: z.custom<ClauseStatus["status"]>((status) => typeof status === "string" && /^[a-z ]{1,20}$/.test(status)),
    tests: z.array(z.object({ name: z.string(), outcome: z.enum(["passed", "failed", "ignored"]) })),
  })),
});

/** The outcomes of the tests: of the store's conformance report, or of a run of those that need no permission. */
export async function conformanceOf(root: string): Promise<Conformance> {
  const file = join(root, "conformance.json");
  const stored = await readAs(CONFORMANCE_REPORT, file).catch((error: Error) => {
    console.error(`${error.message}; it is left out`);
  });
  if (stored !== undefined) {
    const { clauses } = stored;
    const day = (await Deno.stat(file)).mtime?.toISOString().slice(0, 10);
    const how = `All tests were run by \`${taskLine("conformance")}\`: \`${file}\`, of ${day}.`;
    return { statuses: new Map(clauses.map((each) => [each.id, each])), how, whole: true };
  }
  console.error("running the tests that need no permission: half a minute");
  const ran = await runSuite([]);
  const how = "The tests that need no permission were run when this book was made. " +
    `\`${taskLine("conformance", "--out", root)}\` runs all, and the next book takes their outcome.`;
  return { statuses: new Map(allClauses().map((clause) => [clause.id, statusOf(clause, ran)])), how, whole: false };
}

/** The first trained MEMGAN of a store whose weights are there, as the pages of the book want it. */
async function trainedPage(
  root: string,
  load: () => Promise<Dataset>,
): Promise<{ page: LivePage; weights: string } | undefined> {
  const [first] = await trainedIn(root);
  if (first === undefined) return undefined;
  const { spec, result } = first;
  const folder = new RunFolder(root, spec);
  const file = folder.file("weights.safetensors");
  const { arrays } = decodeSafetensors(file, await Deno.readFile(file));
  const scores = await folder.readScores();
  return { page: memganPage(spec.class, result.run), weights: weightsScript({ spec, arrays, scores }, await load()) };
}

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

/**
 * Writes the book into `book/` of a store.
 *
 * @param root The store's folder: its figures and tables go in, where they are.
 * @param conformance The outcomes of the tests.
 * @param load Loads the data set of the store's trained MEMGAN, if it has one.
 * @returns The path of the first page.
 */
export async function writeBook(root: string, conformance: Conformance, load: () => Promise<Dataset>): Promise<string> {
  const folder = join(root, "book");
  const write = async (file: string, content: string | Uint8Array) => {
    await Deno.mkdir(dirname(join(folder, file)), { recursive: true });
    await writeWhole(join(folder, file), content);
  };
  const { exhibits, files: pictures } = await exhibitsOf(root);
  const sources = new Map<string, string>();
  for (const file of linkedModules()) sources.set(file, await Deno.readTextFile(join(ROOT, file)));
  const trained = await trainedPage(root, load);
  const live = trained === undefined ? LIVE : [...LIVE, trained.page];
  const files = await bookFiles({ sources, conformance, exhibits, live });
  if (trained !== undefined) files.set("assets/weights.js", trained.weights);
  for (const [file, content] of [...files, ...pictures]) await write(file, content);
  for await (const [file, bytes] of katexFiles()) await write(file, bytes);
  for (const { script } of live) await bundle(script, join(folder, "assets", script));
  return join(folder, "index.html");
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};

/** Serves a folder to this machine alone, until it is stopped. */
export async function serve(folder: string, port: number): Promise<void> {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}/index.html`),
  }, async (request) => {
    const path = new URL(request.url).pathname.slice(1) || "index.html";
    // A name that would need decoding is no name of the book's; an encoded slash could lead out of it.
    const bytes = /[%\\]|\.\./.test(path) ? undefined : await readIfThere(join(folder, path)).catch(() => undefined);
    if (bytes === undefined) return new Response("There is no such page.", { status: 404 });
    const type = TYPES[path.split(".").pop()!] ?? "application/octet-stream";
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { "content-type": type } });
  });
  await server.finished;
}
