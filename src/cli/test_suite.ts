/**
 * The specification's tests as a subprocess, for commands that report what came of them.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import type { RanTest } from "../report/conformance.ts";
import { parseJunit } from "../report/conformance.ts";
import { withTemporaryFolder } from "../platform/leftovers.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** The tests could not be run. */
export class SuiteError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "SuiteError";
  }
}

/**
 * Runs the tests, and the examples in `spec/`.
 *
 * @param permissions What they may do, `ffi` for instance; tests that want more are passed over.
 * @param root The folder that `spec` and `tests` are in.
 * @returns What ran.
 * @throws {SuiteError} If they could not be run to their end.
 */
export async function runSuite(permissions: readonly string[], root: string = ROOT): Promise<RanTest[]> {
  return await withTemporaryFolder("suite", async (folder) => {
    const report = join(folder, "junit.xml");
    // Types are `deno check`'s matter; here they would only take time.
    const args = ["test", "--quiet", "--no-prompt", "--no-check", "--doc", "--parallel", `--junit-path=${report}`]
      .concat(permissions.map((name) => `--allow-${name}`), ["spec", "tests"]);
    const env = { NO_COLOR: "1" };
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root, env }).output();
    const ran = parseJunit(await Deno.readTextFile(report).catch(() => ""));
    // A module that fails while it is loaded is in no report, and nobody would miss its tests.
    const unloaded = new TextDecoder().decode(stdout).match(/^Uncaught error from \S+/gm);
    if (ran.length === 0 || unloaded !== null) {
      const why = unloaded?.join("; ") ?? new TextDecoder().decode(stderr).trim();
      throw new SuiteError(`Cannot run the tests in "${root}": ${why}`);
    }
    return ran;
  });
}
