/**
 * Tables 1 and 2 in one, with one row per method.
 *
 * @module
 */

import { ARITHMETIC } from "../../experiments/arithmetic.ts";
import type { Method } from "../../experiments/method_names.ts";
import { REGISTRY } from "../../experiments/methods.ts";
import { mean } from "../../experiments/statistics.ts";
import type { ComparedRow, Comparison } from "./comparison.ts";
import { bestMean, paperBest } from "./comparison.ts";
import { bold, distinct } from "./format.ts";
import { markdownTable } from "./markdown.ts";
import { seedsText } from "./seeds.ts";
import { tunedMark, tunedNote } from "./tuned.ts";

/** A method's three columns in a table: under MEMGAN's preprocessing, under its own, and the paper's. */
function columnsOf({ rows, paper }: Comparison): (method: Method) => string[] {
  const whole = rows.filter((row) => row.mean !== undefined);
  const best = bestMean(whole);
  const bestOfPaper = paperBest(paper).mean;
  const shown = (row: ComparedRow) =>
    bold(row.mean!.toFixed(1), row.mean === best) + (row.cells.some(({ subset }) => subset !== undefined) ? " §" : "");
  return (method) => {
    const mine = whole.filter((row) => row.method === method);
    const under = (preprocessing: string) => mine.find((row) => row.preprocessing === preprocessing);
    const { preprocessing, column = method } = REGISTRY[method];
    const [same, own] = [under("std"), preprocessing === "std" ? undefined : under(preprocessing)];
    const cells = Object.values(paper.rows).flatMap((row) => row[column]?.mean ?? []);
    return [
      same === undefined ? "" : shown(same),
      own === undefined ? "" : `${shown(own)} \`${own.preprocessing}\``,
      cells.length === 0 ? "" : bold(mean(cells).toFixed(1), mean(cells) === bestOfPaper),
    ];
  };
}

/**
 * The mean AUROC of every method on both data sets, ours and the paper's.
 *
 * @param mnist Table 1.
 * @param cifar10 Table 2.
 * @returns Markdown: the table and its legend.
 */
export function methodSummary(mnist: Comparison, cifar10: Comparison): string {
  const [first, second] = [columnsOf(mnist), columnsOf(cifar10)];
  const methods = [...new Set([...mnist.rows, ...cifar10.rows].map(({ method }) => method))];
  const head = ["method", "MNIST, `std`", "own", "paper", "CIFAR-10, `std`", "own", "paper"];
  const lines = methods.map((
    method,
  ) => [method + tunedMark(method, "mnist", "cifar10"), ...first(method), ...second(method)]);
  const runs = [...mnist.runs, ...cifar10.runs];
  const earlier = runs.filter(({ result }) => result.arithmetic !== ARITHMETIC).length;
  return [
    markdownTable(head, lines),
    "",
    "Mean AUROC over the ten classes, in percent; the best means, ours and the paper's, are bold. An empty cell was not run on all ten, or is not in " +
    "the paper. §: scored on some of the test images. `std`: with MEMGAN's preprocessing; own: with that of the paper or the code that the recipe comes from, where it is another one. " +
    `${
      tunedNote(runs.map(({ spec }) => spec))
    } \`untrained\`, \`pixelmean\` and \`pca\` are trivial baselines; \`ocsvm-oracle\` is tuned on test labels. On MNIST ${
      seedsText(mnist.runs.map(({ spec }) => spec))
    }; on CIFAR-10 ${seedsText(cifar10.runs.map(({ spec }) => spec))}. CIFAR-10 uses the protocol ${
      distinct(cifar10.runs.map(({ spec }) => spec.protocol)).join(", ")
    }, whose test images are not the paper's.` +
    (earlier === 0
      ? ""
      : ` ${earlier} of ${runs.length} runs were made by an earlier arithmetic of this code (\`run-arithmetic\`), so that ` +
        "a rerun is another draw, and need not give the same digits."),
  ].join("\n");
}
