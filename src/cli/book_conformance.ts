/**
 * The outcomes of the tests, for the book: of a store's conformance report, or of a run of those that need no permission.
 *
 * @module
 */

import { join } from "@std/path";
import { z } from "zod";
import type { Conformance } from "../book/status.ts";
import { readAs } from "../platform/files.ts";
import { taskLine } from "../platform/task.ts";
import { STATUSES, statusOf } from "../report/conformance.ts";
import { allClauses } from "../report/spec.ts";
import { codeSpan } from "../report/tables/markdown.ts";
import { ROOT } from "./book_results.ts";
import { runSuite } from "./test_suite.ts";

/** What is read of the report; the rest is the specification's. */
const REPORT = z.object({
  clauses: z.array(z.object({
    id: z.string(),
    status: z.enum(STATUSES),
    tests: z.array(z.object({
      name: z.string(),
      outcome: z.enum(["passed", "failed", "ignored"]),
      suite: z.string().optional(),
    })),
  })),
});

/** When the newest file in a folder was written, in milliseconds. */
async function newestIn(folder: string): Promise<number> {
  let newest = 0;
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) newest = Math.max(newest, await newestIn(path));
    else if (isFile) newest = Math.max(newest, (await Deno.stat(path)).mtime?.getTime() ?? 0);
  }
  return newest;
}

/** The report of a folder; `undefined` where there is none, or the code has changed since. */
async function reported(file: string): Promise<Conformance | undefined> {
  const read = await readAs(REPORT, file);
  if (read === undefined) return undefined;
  const written = (await Deno.stat(file)).mtime!;
  const sources = await Promise.all(["spec", "src", "tests"].map((folder) => newestIn(join(ROOT, folder))));
  if (written.getTime() < Math.max(...sources)) return undefined;
  const how = `The tests were run by ${codeSpan(taskLine("conformance"))}: ${codeSpan(file)}, of ${
    written.toISOString().slice(0, 10)
  }.`;
  return { statuses: new Map(read.clauses.map((each) => [each.id, each])), how, whole: true };
}

/**
 * The outcomes of the tests.
 *
 * @param folder Where a conformance report may be.
 * @returns Those of the report, unless the code is newer; else of the tests that need no permission, run now.
 * @throws {StoreError} If the report is none.
 */
export async function conformanceOf(folder: string): Promise<Conformance> {
  const found = await reported(join(folder, "conformance.json"));
  if (found !== undefined) return found;
  const ran = await runSuite([]);
  const how = "The tests that need no permission were run when this book was made. " +
    `${
      codeSpan(taskLine("conformance", "--out", folder))
    } runs all of the paper's clauses, and the next book takes their outcome.`;
  return { statuses: new Map(allClauses().map((clause) => [clause.id, statusOf(clause, ran)])), how, whole: false };
}
