/**
 * `deno task proofs`: runs the checks of Theorem 1, Theorem 2 and Proposition 1, and says what each does not say.
 *
 * @module
 */

import type { Command } from "./flags.ts";
import { runMain } from "./command.ts";

const command: Command<never> = {
  task: "proofs",
  about: "Checks Theorem 1, Theorem 2 and Proposition 1; exit 1 if a check finds a counter-example.",
  flags: {},
};

await runMain(command, async (given) => {
  const { STATEMENTS } = await import("../../proofs/statements.ts");
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
  return results.some(({ checks }) => checks.some(({ failure }) => failure !== undefined)) ? 1 : 0;
});
