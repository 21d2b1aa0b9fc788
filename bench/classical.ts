/**
 * Fit and score of a classical method on one MNIST class as in Table 1 beside scikit-learn's, on the same rows and one thread.
 *
 * The rows are the principal components that the methods get in a run, `pca`'s the images themselves; KDE's fit has its search for a
 * bandwidth in it, in five folds, on both sides. "From images" has the principal components in it: ours as a run's detector does
 * them, scikit-learn's by its PCA. `tsne` places as many points as a panel of Figure 3 has, in as many steps.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { withTemporaryFolder } from "../src/platform/leftovers.ts";
import type { Options, Section } from "./section.ts";
import type { ClassicalMeasured, ClassicalWork } from "./classical_work.ts";
import { json, median, ratio, rival } from "./paired.ts";

/** The digit. */
const DIGIT = 8;

/** Its methods; scikit-learn's KDE takes minutes. */
const METHODS = ["pca", "iforest", "ocsvm", "tsne", "kde"] as const;

/** Seconds of scikit-learn. */
interface Theirs {
  readonly fit: number;
  readonly score: number;
  readonly reduce: number;
}

/** Columns of the whole of a row, from the images on. */
function fromImages(a: readonly ClassicalMeasured[], b: readonly Theirs[]): Record<string, string> {
  const ours = a.map(({ fit, score, whole }) => whole ?? fit + score);
  const theirs = b.map(({ fit, score, reduce }) => reduce + fit + score);
  return {
    "from images, s": median(ours).toFixed(2),
    "scikit-learn, from images, s": median(theirs).toFixed(2),
    "ratio from images": ratio(ours, theirs).toFixed(2),
  };
}

/** Measures it. */
export async function classical({ backend, python, rounds, say }: Options): Promise<Section> {
  const rows: Record<string, string | number>[] = [];
  let [cpu, version]: [string, string | undefined] = ["", undefined];
  await withTemporaryFolder("bench", async (folder) => {
    for (const method of METHODS) {
      say(`${method}, digit ${DIGIT}`);
      const [a, b]: [ClassicalMeasured[], Theirs[]] = [[], []];
      for (let round = 0; round < (method === "kde" ? 1 : rounds); round++) {
        const work: ClassicalWork = { method, digit: DIGIT, backend, folder };
        const file = fromFileUrl(import.meta.resolve("./classical_work.ts"));
        const measured = await json<ClassicalMeasured>(Deno.execPath(), ["run", "-A", file, JSON.stringify(work)], 1);
        cpu = measured.cpu;
        a.push(measured);
        if (python === undefined) continue;
        const theirs = await rival<Theirs & { sklearn: string }>(python, "sklearn_classical.py", {
          method,
          train: join(folder, "train.bin"),
          test: join(folder, "test.bin"),
          width: measured.width,
          gamma: measured.gamma,
          components: measured.components,
          ...(measured.whole === undefined ? {} : { images: 784 }),
          threads: 1,
        });
        version = theirs.sklearn;
        b.push(theirs);
      }
      const total = (all: readonly { fit: number; score: number }[]) => all.map(({ fit, score }) => fit + score);
      const of = (all: readonly { fit: number; score: number }[], what: "fit" | "score") =>
        median(all.map((each) => each[what])).toFixed(2);
      rows.push({
        method,
        "fit, s": of(a, "fit"),
        "score, s": of(a, "score"),
        ...(b.length === 0 ? {} : {
          "scikit-learn, fit, s": of(b, "fit"),
          "scikit-learn, score, s": of(b, "score"),
          ratio: ratio(total(a), total(b)).toFixed(2),
          ...fromImages(a, b),
        }),
      });
    }
  });
  return { cpu, rival: version && `scikit-learn ${version}`, rows };
}
