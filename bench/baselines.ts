/**
 * A step of each deep baseline beside its twin in PyTorch, `torch_baselines.py`, at the recipe's batch on one thread.
 *
 * @module
 */

import { DATASETS } from "../src/data/dataset.ts";
import { REGISTRY } from "../src/experiments/methods.ts";
import type { Options, Section } from "./section.ts";
import { checkEqual, median, ours, ratio, rival } from "./paired.ts";

/** The deep rows of Tables 1 and 2 but MEMGAN. */
const METHODS = ["memae", "dcae", "dsvdd", "adgan", "alad", "dsebm", "dagmm"] as const;

/** Measures it. */
export async function baselines({ backend, python, rounds, steps, say }: Options): Promise<Section> {
  const rows: Record<string, string | number>[] = [];
  let [cpu, torch]: [string, string | undefined] = ["", undefined];
  for (const dataset of DATASETS) {
    for (const method of METHODS) {
      say(`${method}, ${dataset}`);
      const batch = Number(REGISTRY[method].recipes[dataset]["batch"]);
      // A step of ALAD on CIFAR-10 takes more than a second.
      const few = Math.max(3, Math.round(steps / (dataset === "mnist" ? 3 : 8)));
      const [a, b]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        const measured = await ours({ kind: "step", method, dataset, backend, threads: 1, steps: few });
        cpu = measured.cpu;
        a.push(measured.ms_per_step!);
        if (python === undefined) continue;
        const flags = { method, dataset, batch, threads: 1, steps: few };
        const theirs = await rival<{ ms_per_step: number; parameters: number; torch: string }>(
          python,
          "torch_baselines.py",
          flags,
        );
        checkEqual(`${method} on ${dataset}`, measured, theirs);
        torch = theirs.torch;
        b.push(theirs.ms_per_step);
      }
      rows.push({
        "data set": dataset,
        method,
        batch,
        "ms a step": median(a).toFixed(1),
        ...(b.length === 0 ? {} : { "PyTorch, ms": median(b).toFixed(1), ratio: ratio(a, b).toFixed(2) }),
      });
    }
  }
  return { cpu, rival: torch && `PyTorch ${torch}`, rows };
}
