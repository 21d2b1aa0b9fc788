/** Budgets: what the laptop's shortens, by how much, and in which order runs are made. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { DatasetName } from "../src/data/dataset.ts";
import { planRuns } from "../src/experiments/budgets.ts";
import { METHODS, REGISTRY, TRIVIAL_BASELINES } from "../src/experiments/methods.ts";
import { comparisonSummary } from "../src/report/tables/comparison_text.ts";
import type { TableRun } from "../src/report/tables/comparison.ts";
import { DCAE, DSVDD } from "../src/detectors/recipes/baselines.ts";

/** η summed over a schedule's epochs, with a tenth of it after the drop. */
const travelled = (epochs: number, dropAfter: number, rate: number) => rate * (dropAfter + (epochs - dropAfter) / 10);

const laptop = (method: "dcae" | "dsvdd" | "adgan" | "alad", dataset: DatasetName = "mnist") =>
  REGISTRY[method].laptop[dataset] as Record<string, number>;

Deno.test("budget-laptop: a rate drops at the same share of MNIST's schedule, and rate times steps is about the recipe's", () => {
  const ofSvdd = (short: Record<string, number>) =>
    [
      [DSVDD.mnist.epochs, DSVDD.mnist.dropAfter, DSVDD.mnist.learningRate, short],
      [DSVDD.mnist.pretrainEpochs, DSVDD.mnist.pretrainDropAfter, DSVDD.mnist.learningRate, {
        ...short,
        epochs: short["pretrainEpochs"]!,
        dropAfter: short["pretrainDropAfter"]!,
      }],
    ] as const;
  const phases = [
    [DCAE.mnist.epochs, DCAE.mnist.dropAfter, DCAE.mnist.learningRate, laptop("dcae")],
    ...ofSvdd(laptop("dsvdd")),
    ...ofSvdd(laptop("dsvdd", "cifar10")),
  ] as const;
  for (const [epochs, dropAfter, rate, short] of phases) {
    const { epochs: few, dropAfter: drop, learningRate } = short as Record<string, number>;
    assert(few! < epochs / 2, `${few} epochs of ${epochs}`);
    // The drop falls on a whole epoch.
    assertAlmostEquals(drop! / few!, dropAfter / epochs, 1 / few!);
    const whole = travelled(epochs, dropAfter, rate);
    assertAlmostEquals(travelled(few!, drop!, learningRate!), whole, 0.05 * whole);
  }
});

Deno.test("budget-laptop: a GAN has a tenth or a fifth of its epochs", () => {
  const share = (method: "adgan" | "alad") =>
    laptop(method)["epochs"]! / (REGISTRY[method].recipes.mnist["epochs"] as number);
  assertEquals([share("adgan"), share("alad")], [1 / 5, 1 / 10]);
});

Deno.test("budget-laptop: on CIFAR-10 three methods have half the epochs that they have on MNIST, the others the same", () => {
  for (const method of METHODS) {
    const { mnist, cifar10 } = REGISTRY[method].laptop;
    const halved = ["dsvdd", "adgan", "alad"].includes(method) ? 1 / 2 : 1;
    const shortened = Object.entries(mnist).map(([name, value]) => {
      if (/[eE]pochs$|[dD]ropAfter$/.test(name)) return [name, Number(value) * halved];
      return [name, name === "learningRate" ? Number(value) / halved : value];
    });
    assertEquals(cifar10, Object.fromEntries(shortened), method);
  }
});

Deno.test("budget-laptop: the paper's budget changes no hyper-parameter of any method, and scores every image", () => {
  for (const dataset of ["mnist", "cifar10"] as const) {
    for (const { method, recipe, subset } of planRuns({ budget: "paper", dataset, classes: [0], seeds: [0] })) {
      assertEquals<unknown>([recipe, subset], [REGISTRY[method].recipes[dataset], undefined], method);
    }
  }
});

Deno.test("budget-laptop: every method under its own paper's preprocessing first, then under MEMGAN's", () => {
  const methods = METHODS.filter((method) => !TRIVIAL_BASELINES.includes(method));
  const runs = planRuns({ budget: "laptop", methods, classes: [3, 5] });
  const own = methods.map((method) => `${method} ${REGISTRY[method].preprocessing}`);
  const again = methods.filter((method) => REGISTRY[method].preprocessing !== "std").map((method) => `${method} std`);
  assertEquals([...new Set(runs.map(({ method, preprocessing }) => `${method} ${preprocessing}`))], [...own, ...again]);
});

Deno.test("budget-laptop: a table names every value that the budget changed", () => {
  for (const dataset of ["mnist", "cifar10"] as const) {
    const runs = planRuns({ budget: "laptop", dataset, methods: METHODS, classes: [0] }).map((spec): TableRun => ({
      spec,
      result: { ...spec, auroc: 0.5, seconds: 1, backend: "cpu", arithmetic: 1, run: "" },
    }));
    const paper = { columns: [], rows: {} };
    const text = comparisonSummary({ title: "Table", classes: [], runs, rows: [], paper, budget: "laptop" });
    for (const method of METHODS) {
      const { laptop, recipes } = REGISTRY[method];
      for (const [key, value] of Object.entries(laptop[dataset])) {
        assert(text.includes(`${key} ${value}, not ${recipes[dataset][key]}`), `${method}: ${key} in ${text}`);
      }
    }
  }
});
