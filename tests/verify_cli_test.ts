/** `verify` as a user calls it, on the runs that are kept with this code. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { completedRuns } from "../src/experiments/completed.ts";
import type { Verified } from "../src/experiments/verification.ts";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";

testWith(NEEDS, "results-verified: an unknown hash, and neither runs nor a sample, are one line, exit 2", async () => {
  assertOneLine(await run("verify", "--runs", "0123456789abcdef"), 2, 'kept as "0123456789abcdef"');
  assertOneLine(await run("verify"), 2, "either --sample K or --runs HASH");
  await withFolder(async (root) => {
    await Deno.writeTextFile(join(root, "results.json"), "[]");
    assertOneLine(await run("verify", "--sample", "1", "--out", root), 2, "is a store with tables of its own");
  });
});

testWith(
  [...NEEDS, "native"],
  "results-verified: two kept runs, made again here, have the bytes that are kept, or say under what else they were made",
  async () => {
    const kept = (await completedRuns("results/mnist.jsonl")).filter(({ spec, scores_sha256 }) =>
      ["pixelmean", "pca"].includes(spec.method) && spec.preprocessing === "std" && spec.class === 0 &&
      scores_sha256 !== null
    );
    assertEquals(kept.length, 2, "they are kept with their digests");
    await withFolder(async (root) => {
      const hashes = kept.map(({ result }) => result.run);
      const { code, stdout, stderr } = await run("verify", "--runs", hashes.join(), "--out", root, "--json");
      assertEquals(code, 0, stderr);
      const found: Verified[] = JSON.parse(stdout);
      assertEquals(found.map((each) => each.run), hashes);
      for (const { outcome, because } of found) assert(outcome === "same" || because.length > 0, outcome);
    });
  },
);
