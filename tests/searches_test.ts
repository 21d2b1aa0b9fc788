/** What the searches and the breaks of this code work on: runs that are kept in `results/`, and texts that are there. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import searchCifar10 from "../spec/search-cifar10.json" with { type: "json" };
import searchMnist from "../spec/search-mnist.json" with { type: "json" };
import { CIFAR10_RECIPE, MNIST_RECIPE, PREPROCESSING } from "../src/detectors/recipes/memgan.ts";
import { mean } from "../src/experiments/statistics.ts";
import type { Field } from "../src/report/tables/variants.ts";
import { MNIST, variantRows, VARIANTS } from "../src/report/tables/variants.ts";
import { ABLATIONS } from "../tools/ablations.ts";
import { MUTATIONS } from "../tools/mutations.ts";
import { testWith } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

const SEARCHES: readonly [clause: string, file: unknown, field: Field, classes: number[], recipe: object][] = [
  ["choice-rule", searchMnist, MNIST, [3, 8], { ...MNIST_RECIPE, preprocessing: PREPROCESSING }],
  ["choice-cifar-recipe", searchCifar10, { dataset: "cifar10", protocol: "batch5" }, [0, 1, 9], CIFAR10_RECIPE],
];

for (const [clause, file, field, classes, recipe] of SEARCHES) {
  testWith(["read"], `${clause}: the recipe is the variant with the greatest validation AUROC`, async () => {
    const variants = VARIANTS.parse(file);
    const rows = (await variantRows(join(ROOT, `results/${field.dataset}-search.jsonl`), variants, classes, [0], field))
      .filter(({ variant }) => variants[variant]!.method === "memgan");
    assert(rows.every(({ aurocs }) => aurocs.every((each) => each.length === 1)), "every variant was tried");
    const score = ({ aurocs }: typeof rows[number]) => mean(aurocs.flat());
    const { method: _method, ...best } = variants[rows.reduce((a, b) => score(b) > score(a) ? b : a).variant]!;
    assertEquals({ ...recipe, ...best }, recipe, "what the best variant sets, the recipe has");
  });
}

testWith(["read"], "choice-effects: the text that an ablation or a break changes stands in its file once", async () => {
  for (const { what, ...change } of [...ABLATIONS, ...MUTATIONS]) {
    for (const { file, from } of "changes" in change ? change.changes : [change]) {
      const times = (await Deno.readTextFile(join(ROOT, file))).split(from).length - 1;
      assertEquals(times, 1, `${what}: "${from}" in ${file}`);
    }
  }
});
