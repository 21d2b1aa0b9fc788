/**
 * `deno task spec:lint`: the specification, the code and the tests name each other, and nothing is left out.
 *
 * A clause that states what is to be held, PAPER, CHOICE or DEVIATION, has a test that bears its id, an example of its own, or a
 * figure or proof that shows it; else it stands in `spec/waivers.json` with a reason. A waiver that is no longer needed is an error, so that the list can only shrink.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import type { Command } from "../src/cli/flags.ts";
import { runMain } from "../src/cli/command.ts";
import { shownBy, TO_BE_HELD, WAIVERS } from "../src/report/conformance.ts";
import type { Clause } from "../src/report/spec.ts";
import { allClauses, SPEC_TEXTS } from "../src/report/spec.ts";
import { declaredTests } from "../src/report/tests.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** The most words that may be quoted at once. */
const QUOTED_WORDS = 25;

/** What the tests' names say: `clause: statement`, by file. */
export async function testIds(): Promise<{ file: string; id: string }[]> {
  const found: { file: string; id: string }[] = [];
  for await (const { name } of Deno.readDir(join(ROOT, "tests"))) {
    if (!name.endsWith("_test.ts")) continue;
    const text = await Deno.readTextFile(join(ROOT, "tests", name));
    for (const { id } of declaredTests(text)) found.push({ file: `tests/${name}`, id });
  }
  return found;
}

async function symbolProblem(file: string, symbol: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(join(ROOT, file));
  } catch {
    return `${file} does not exist`;
  }
  const exported = new RegExp(`^export (?:async )?(?:function\\*?|const|class|interface|type) ${symbol}\\b`, "m");
  return symbol === file || exported.test(text) ? undefined : `${file} exports no ${symbol}`;
}

/** Whether a test bears a clause's id, its own text has an example or an expression, or a figure or proof shows it. */
export function isHeld(clause: Clause, tested: ReadonlySet<string>): boolean {
  return tested.has(clause.id) || clause.fences.length > 0 || clause.expression !== undefined ||
    shownBy(clause).length > 0;
}

/**
 * Checks the specification.
 *
 * @returns A line a problem; none where all is well.
 */
export async function lintSpec(): Promise<string[]> {
  const problems: string[] = [];
  const clauses = allClauses();
  const at = ({ file, line, id }: Clause) => `spec/${file}:${line} ${id}`;
  const ids = new Set<string>();
  for (const clause of clauses) {
    if (ids.has(clause.id)) problems.push(`${at(clause)}: the id stands twice`);
    ids.add(clause.id);
    const ours = clause.file === "product.md" || clause.file === "images.md";
    if (clause.locator === "" && !ours) problems.push(`${at(clause)}: it has no locator`);
    for (const words of clause.quotations) {
      const count = words.split(/\s+/).length;
      if (count > QUOTED_WORDS) problems.push(`${at(clause)}: it quotes ${count} words, ${QUOTED_WORDS} are allowed`);
    }
    for (const { file, symbol } of clause.links) {
      const problem = await symbolProblem(file, symbol);
      if (problem !== undefined) problems.push(`${at(clause)}: ${problem}`);
    }
  }
  const tests = await testIds();
  for (const { file, id } of tests) {
    // A name that is computed takes its clause from data that is held to it.
    if (!id.startsWith("$") && !ids.has(id)) problems.push(`${file}: "${id}" is no clause`);
  }
  const tested = new Set(tests.map(({ id }) => id));
  for (const clause of clauses) {
    const held = isHeld(clause, tested);
    const waived = clause.id in WAIVERS;
    if (TO_BE_HELD.includes(clause.level) && !held && !waived) {
      problems.push(`${at(clause)}: no test bears its id, no example holds it and nothing shows it`);
    }
    if (held && waived) problems.push(`${at(clause)}: it is held now; take it out of spec/waivers.json`);
  }
  for (const id of Object.keys(WAIVERS)) if (!ids.has(id)) problems.push(`spec/waivers.json: "${id}" is no clause`);
  for await (const { name } of Deno.readDir(join(ROOT, "spec"))) {
    if (name.endsWith(".md") && name !== "README.md" && !(name in SPEC_TEXTS)) {
      problems.push(`spec/${name} is not listed in src/report/spec.ts`);
    }
  }
  return [...problems, ...await grownWaivers()];
}

/** Waivers that the last commit did not have. */
async function grownWaivers(): Promise<string[]> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["show", "HEAD:spec/waivers.json"],
      cwd: ROOT,
      stderr: "null",
    }).output();
    if (!success) return [];
    const before = JSON.parse(new TextDecoder().decode(stdout));
    return Object.keys(WAIVERS).filter((id) => !(id in before)).map((id) =>
      `spec/waivers.json: "${id}" is new; the list may only shrink`
    );
  } catch {
    // No git, no history to compare with.
    return [];
  }
}

const command: Command<never> = {
  task: "spec:lint",
  about: "Checks that the specification, the code and the tests name each other; exit 1 where something is left out.",
  flags: {},
};

if (import.meta.main) {
  await runMain(command, async (given) => {
    const problems = await lintSpec();
    for (const problem of problems) console.error(problem);
    const [clauses, waived] = [allClauses().length, Object.keys(WAIVERS).length];
    console.log(
      given.on("json")
        ? JSON.stringify({ clauses, waived, problems })
        : `spec lint: ${clauses} clauses, ${waived} waived, ${problems.length} problems`,
    );
    return problems.length === 0 ? 0 : 1;
  });
}
