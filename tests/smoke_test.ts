/** Every row of Table 1 end to end, as small as it goes: the smoke budget, as a user would run it. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { METHODS } from "../src/experiments/methods.ts";
import type { Result } from "../src/experiments/store.ts";
import { testWith, withFolder } from "./needs.ts";

/**
 * What chance does not reach: AUROC of noise on 10,000 images, about a thousand of them normal, has a standard error of
 * 0.01; on the 2,000 that AnoGAN scores, 0.02.
 */
const BEYOND_CHANCE = 0.55;

testWith(
  ["read", "write", "env", "run", "native"],
  "budget-smoke: every method trains and scores, and what learns beats chance on the digits 0 and 8",
  async () => {
    await withFolder(async (folder) => {
      const script = fromFileUrl(import.meta.resolve("../src/cli/reproduce.ts"));
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "-A", script, "--budget", "smoke", "--backend", "native", "--out", folder, "--json"],
        stdout: "piped",
        stderr: "piped",
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const results: Result[] = JSON.parse(new TextDecoder().decode(stdout));
      for (const digit of [0, 8]) {
        const of = results.filter((each) => each.class === digit);
        assertEquals(new Set(of.map(({ method }) => method)), new Set(METHODS));
        // Random networks may rank by ink, either way round.
        for (const { method, preprocessing, auroc } of of.filter((each) => each.method !== "untrained")) {
          assert(auroc > BEYOND_CHANCE, `${method} under ${preprocessing} on digit ${digit}: ${auroc}`);
        }
      }
    });
  },
);
