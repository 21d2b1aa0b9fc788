/**
 * `deno task conformance`: clause by clause, where it is implemented, what holds it, and how far the code is from its text.
 *
 * @module
 */

import { join } from "@std/path";
import type { Command } from "../../src/cli/flags.ts";
import { load, runMain } from "../../src/cli/command.ts";
import { announceBackend } from "../../src/cli/environment.ts";

const command: Command<never> = {
  task: "conformance",
  about:
    "Runs the tests and examples of the clauses about the paper, in a minute or two, and reports clause by clause. What\n" +
    "the software promises besides is left out, and named. Exit 1 where a clause fails or is held by nothing. With\n" +
    "--out DIR it also writes conformance.md and conformance.json there.",
  flags: {},
};

await runMain(command, async (given) => {
  const backend = await announceBackend(given);
  const { reportAll, reportMarkdown } = await load<typeof import("./report.ts")>(
    import.meta.resolve("./report.ts"),
  );
  const reports = await reportAll();
  const json = JSON.stringify({ backend, clauses: reports }, undefined, 1);
  const text = reportMarkdown(reports, backend);
  console.log(given.on("json") ? json : text);
  const out = given.text("out");
  if (out !== undefined) {
    const { writeWhole } = await load<typeof import("../../src/platform/files.ts")>(
      import.meta.resolve("../../src/platform/files.ts"),
    );
    await Deno.mkdir(out, { recursive: true });
    await writeWhole(join(out, "conformance.md"), text + "\n");
    await writeWhole(join(out, "conformance.json"), json + "\n");
  }
  const bad = reports.filter(({ status, level }) =>
    ["failing", "untested"].includes(status) || (level === "PAPER" && status === "unrun")
  );
  for (const { id, status, tests } of bad) {
    const failed = tests.filter(({ outcome }) => outcome === "failed").map(({ name }) => name);
    console.error([`${id} is ${status}`, ...failed].join("; "));
  }
  return bad.length > 0 ? 1 : 0;
});
