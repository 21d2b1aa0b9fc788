/**
 * MEMGAN's step and score beside PyTorch's, on both data sets.
 *
 * The rival is `torch_memgan.py`: the same networks, batch, dropout and Adam; once with one forward and one backward pass, once,
 * `--plain`, as public code does it.
 *
 * @module
 */

import { DATASETS } from "../src/data/dataset.ts";
import type { Options, Section } from "./section.ts";
import { checkEqual, median, ours, ratio, rival } from "./paired.ts";

/** Images a step. */
const BATCHES = [32, 64];

/** Measures it. */
export async function memgan({ backend, python, threads: counts, rounds, steps, say }: Options): Promise<Section> {
  const rows: Record<string, string | number>[] = [];
  let [cpu, torch]: [string, string | undefined] = ["", undefined];
  for (const dataset of DATASETS) {
    for (const threads of counts) {
      for (const batch of BATCHES) {
        say(`memgan, ${dataset}, batch ${batch}, ${threads} threads`);
        const [a, written, shared, plain]: [number[], number[], number[], number[]] = [[], [], [], []];
        const shares: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const work = { method: "memgan", dataset, backend, threads, steps, batch } as const;
          const measured = await ours({ kind: "step", ...work });
          const ms = measured.ms_per_step!;
          cpu = measured.cpu;
          a.push(ms);
          written.push((await ours({ kind: "written", ...work })).ms_per_step!);
          shares.push(2 * measured.products! / ms / 1e6 / measured.sgemm_gflops!);
          if (python === undefined) continue;
          const step = (extra: Readonly<Record<string, true>>) =>
            rival<{ ms_per_step: number; parameters: number; torch: string }>(python, "torch_memgan.py", {
              dataset,
              batch,
              threads,
              steps,
              ...extra,
            });
          const theirs = await step({});
          checkEqual(`memgan on ${dataset}`, measured, theirs);
          torch = theirs.torch;
          shared.push(theirs.ms_per_step);
          plain.push((await step({ plain: true })).ms_per_step);
        }
        rows.push({
          "data set": dataset,
          batch,
          threads,
          "ms a step": median(a).toFixed(1),
          "as written, ms": median(written).toFixed(1),
          ...(shared.length === 0 ? {} : {
            "PyTorch, ms": median(shared).toFixed(1),
            ratio: ratio(a, shared).toFixed(2),
            "PyTorch --plain, ms": median(plain).toFixed(1),
            "ratio to --plain": ratio(a, plain).toFixed(2),
          }),
          "share of the float32 product rate": median(shares).toFixed(2),
        });
      }
    }
  }
  return { cpu, rival: torch && `PyTorch ${torch}`, rows };
}

/** Measures how many images are scored a second. */
export async function scoring({ backend, python, threads: counts, rounds, say }: Options): Promise<Section> {
  const rows: Record<string, string | number>[] = [];
  let [cpu, torch]: [string, string | undefined] = ["", undefined];
  for (const dataset of DATASETS) {
    for (const threads of counts) {
      say(`scoring, ${dataset}, ${threads} threads`);
      const [a, b]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round++) {
        const measured = await ours({ kind: "score", method: "memgan", dataset, backend, threads, steps: 0 });
        cpu = measured.cpu;
        a.push(measured.images_per_second!);
        if (python === undefined) continue;
        const theirs = await rival<{ images_per_second: number; torch: string }>(python, "torch_memgan.py", {
          dataset,
          threads,
          score: true,
        });
        torch = theirs.torch;
        b.push(theirs.images_per_second);
      }
      rows.push({
        "data set": dataset,
        threads,
        "images a second": Math.round(median(a)),
        ...(b.length === 0 ? {} : {
          "PyTorch, images a second": Math.round(median(b)),
          "ratio of times": ratio(b, a).toFixed(2),
        }),
      });
    }
  }
  return { cpu, rival: torch && `PyTorch ${torch}`, rows };
}
