/** The results that are kept with the sources. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { completedRuns, RunFolder } from "../src/experiments/store.ts";
import { testWith } from "./needs.ts";

testWith(
  ["read"],
  "run-deterministic: what one arithmetic made on two days, on two processors, has one AUROC, to the last bit",
  async () => {
    const once = new Map((await completedRuns("results/mnist")).map(({ result }) => [result.run, result]));
    const twice = (await completedRuns("results/mnist-studies")).filter(({ result }) =>
      once.get(result.run)?.arithmetic === result.arithmetic
    );
    assert(twice.length >= 3, "MEMGAN as it is, of three digits, is in Table 1 and in the studies");
    for (const { result: { run, auroc, seconds } } of twice) {
      assertEquals(auroc, once.get(run)!.auroc, run);
      assertNotEquals(seconds, once.get(run)!.seconds, "it is a copy");
    }
  },
);

testWith(
  ["read"],
  "choice-ocsvm-hindsight: on MNIST the greatest γ of the grid wins in all twenty kept runs",
  async () => {
    const runs = (await completedRuns("results/mnist")).filter(({ result }) => result.method === "ocsvm-hindsight");
    assertEquals(runs.length, 20);
    for (const { spec, result } of runs) {
      const { chosen } = JSON.parse((await new RunFolder("results/mnist", spec).readText("metrics.json"))!);
      assertEquals(chosen, { gamma: 1 / 2 }, result.run);
    }
  },
);
