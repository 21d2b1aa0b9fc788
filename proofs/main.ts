/**
 * `deno task proofs`: runs the checks of Theorem 1, Theorem 2 and Proposition 1, and says what each does not say.
 *
 * @module
 */

import { type Command, runMain } from "../src/cli/command.ts";
import type { Statement } from "./check.ts";
import { PROPOSITION_1 } from "./proposition_1.ts";
import { THEOREM_1 } from "./theorem_1.ts";
import { THEOREM_2 } from "./theorem_2.ts";

/** What is proved, in the paper's order. */
export const STATEMENTS: readonly Statement[] = [THEOREM_1, THEOREM_2, PROPOSITION_1];

const command: Command<never> = {
  task: "proofs",
  about: "Checks Theorem 1, Theorem 2 and Proposition 1; exit 1 if a check finds a counter-example.",
  flags: {},
};

if (import.meta.main) {
  await runMain(command, (given) => {
    const results = STATEMENTS.map(({ name, says, limits, checks }) => ({
      name,
      says,
      checks: checks.map((check) => ({ id: check.id, claim: check.claim, ...check.run() })),
      limits,
    }));
    const lines = results.flatMap(({ name, says, checks, limits }) => [
      `${name}: ${says}`,
      ...checks.map(({ id, claim, cases, failure }) =>
        `  ${failure === undefined ? "ok  " : "FAIL"} ${id}: ${claim} (${cases} cases)` +
        (failure === undefined ? "" : `\n       ${failure}`)
      ),
      `  limits: ${limits}`,
      "",
    ]);
    console.log(given.on("json") ? JSON.stringify(results) : lines.join("\n").trimEnd());
    return Promise.resolve(results.some(({ checks }) => checks.some(({ failure }) => failure !== undefined)) ? 1 : 0);
  });
}
