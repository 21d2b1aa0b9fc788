/**
 * The report that `reproduce` ends with: one self-contained page, and the same text as Markdown.
 *
 * @module
 */

import { join } from "@std/path";
import { ABOUT } from "../src/data/dataset.ts";
import { conditionsKey } from "../src/experiments/provenance.ts";
import { writeWhole } from "../src/platform/files.ts";
import { htmlPage } from "../src/report/page.ts";
import type { RecordedRun, ReportPicture } from "../src/report/report.ts";
import { reportMarkdown } from "../src/report/report.ts";
import { allClauses } from "../src/report/spec.ts";
import { NUMBERS, PICTURES } from "./exhibits.ts";
import type { Wanted } from "./tables.ts";
import { comparisonOf, keptRuns, tableRuns } from "./tables.ts";

/**
 * Writes `report/index.html` and `report/report.md` into a store.
 *
 * @param root The store's folder; its tables and figures already exist.
 * @param wanted Selects the runs.
 * @param budget The options that selected them.
 * @param command The command that makes all of it.
 * @param files The files of figures and tables that it wrote; other files in the store may belong to other runs.
 * @returns The page's path.
 */
export async function writeReport(
  root: string,
  wanted: Wanted,
  budget: string,
  command: string,
  files: readonly string[],
): Promise<string> {
  const written = new Set(files);
  const { dataset, protocol } = wanted;
  const runs = (await tableRuns(root, wanted)).map((run): RecordedRun => ({
    ...run,
    made: conditionsKey(run.manifest),
  }));
  const folder = join(root, "report");
  const pictures: ReportPicture[] = [];
  const inline = new Map<string, string>();
  for (const { path, alt, caption } of PICTURES.filter(({ path }) => written.has(join(root, path)))) {
    const type = path.endsWith(".svg") ? "svg+xml" : "png";
    const file = `../${path}`;
    pictures.push({ file, alt, caption });
    inline.set(file, `data:image/${type};base64,${(await Deno.readFile(join(root, path))).toBase64()}`);
  }
  const tables: { heading: string; text: string }[] = [];
  for (const { heading, path } of NUMBERS.filter(({ path }) => written.has(join(root, path)))) {
    tables.push({ heading, text: await Deno.readTextFile(join(root, path)) });
  }
  const differences = allClauses().filter(({ level }) => level === "DEVIATION" || level === "ERRATUM");
  const text = reportMarkdown({
    comparison: comparisonOf(dataset, runs, budget),
    runs,
    kept: (await keptRuns(dataset)).map(({ result, manifest }) => ({ ...result, made: conditionsKey(manifest) })),
    command,
    tables,
    pictures,
    differences,
  });
  const title = `MEMGAN, reproduced: ${ABOUT[dataset].title}, ${protocol}`;
  // The page must contain its pictures, so that it can be sent to others.
  const page = htmlPage(title, text).replace(/(?<=<img src=")[^"]+/g, (file) => inline.get(file) ?? file);
  await Deno.mkdir(folder, { recursive: true });
  await writeWhole(join(folder, "report.md"), `# ${title}\n\n${text}`);
  await writeWhole(join(folder, "index.html"), page);
  return join(folder, "index.html");
}
