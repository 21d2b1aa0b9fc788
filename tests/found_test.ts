/** The README's list of findings: its verdicts turn with the numbers. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import tables from "../spec/tables.json" with { type: "json" };
import { planRuns } from "../src/experiments/budgets.ts";
import { parseSpec } from "../src/report/spec.ts";
import { found } from "../src/report/found.ts";
import type { Method } from "../src/experiments/method_names.ts";
import type { Comparison, PaperTable } from "../src/report/tables/comparison.ts";
import { compare } from "../src/report/tables/comparison.ts";

/** A comparison of methods whose AUROC is the same on every class, in percent. */
function compared(paper: PaperTable, aurocs: Partial<Record<Method, number>>): Comparison {
  const methods = Object.keys(aurocs) as Method[];
  const runs = planRuns({ budget: "laptop", methods }).map((spec) => ({
    spec,
    result: { ...spec, auroc: aurocs[spec.method]! / 100, seconds: 1, backend: "cpu", arithmetic: 1, run: "" },
  }));
  const classes = Object.keys(paper.rows);
  return { title: "", classes, runs, rows: compare(runs, paper, classes), paper, budget: "laptop" };
}

const NOTHING = { claims: [], ablation: [], hulls: [], hullsByUnits: [] };
const mnist = (aurocs: Partial<Record<Method, number>>) => compared(tables.table1, aurocs);
const cifar10 = (aurocs: Partial<Record<Method, number>>) => compared(tables.table2, aurocs);

Deno.test("readme-true: what is found turns with the numbers: above, below, ahead, not ahead", () => {
  const one = found({ mnist: mnist({ memgan: 99, kde: 99.5 }), cifar10: cifar10({ memgan: 40, pca: 41 }), ...NOTHING });
  assertEquals(one.split("\n").slice(0, 2), [
    "1. MEMGAN's mean AUROC is above the paper's on MNIST (99.0 against 96.3, [+1.0 to +4.2]) and below the paper's on CIFAR-10 " +
    "(40.0 against 64.7, [−30.7 to −18.4], on other test images).",
    "2. Its lead over the other methods is not reproduced. On the same images, without test labels, others have a higher mean: " +
    "`kde` by 0.5 [+0.5 to +0.5] on MNIST; `pca` by 1.0 [+1.0 to +1.0] on CIFAR-10.",
  ]);
  const same = found({ mnist: mnist({ memgan: 96 }), cifar10: cifar10({}), ...NOTHING });
  assertStringIncludes(same, "not shown to differ from the paper's on MNIST (96.0 against 96.3, ");
  const other = found({ mnist: mnist({ memgan: 99, kde: 98 }), cifar10: cifar10({ memgan: 99 }), ...NOTHING });
  assertStringIncludes(other, "the other methods is reproduced: ");
});

Deno.test("readme-true: where no interval of a lead is above 0 that is said", () => {
  const even = mnist({ memgan: 99, kde: 99.5 });
  const rows = even.rows.map((row) => ({
    ...row,
    cells: row.cells.map((cell, c) => row.method === "kde" ? { ...cell, mean: cell.mean + (c % 2 ? 10 : -10) } : cell),
  }));
  const text = found({ mnist: { ...even, rows }, cifar10: cifar10({}), ...NOTHING });
  assertMatch(text, /`kde` by 0\.5 \[−\d\.\d to \+\d\.\d\] on MNIST, though each interval holds 0\./);
});

Deno.test("readme-true: a method that sees test labels is not ahead, nor is one under another preprocessing", () => {
  const rows = mnist({ memgan: 98, "ocsvm-oracle": 99 });
  assertMatch(found({ mnist: rows, cifar10: cifar10({}), ...NOTHING }), /is reproduced: /);
  const elsewhere = mnist({ memgan: 98, ocsvm: 99 });
  const own = elsewhere.rows.filter(({ method, preprocessing }) => method === "memgan" || preprocessing !== "std");
  assertMatch(found({ mnist: { ...elsewhere, rows: own }, cifar10: cifar10({}), ...NOTHING }), /is reproduced: /);
});

Deno.test("readme-true: losses, hulls and the memory are told as they were measured, of hulls those with an interior", () => {
  const where = { digit: 0, seed: 0, inside: 0, distance: 0.01, reach: 0.1, unitToCode: 0.5 };
  const how = { epochs: 7, codes: 100, arithmetic: 1 };
  const ablation = [
    { ...where, ...how, auroc: 0.97, moved: 0.052 },
    { ...where, ...how, auroc: 0.8, moved: 0.3, without: "cycle" as const },
  ];
  const quartiles: [number, number, number] = [0, 0, 0];
  const placement = {
    count: 9,
    distance: quartiles,
    overNorm: quartiles,
    overDiameter: quartiles,
    unitsUsed: quartiles,
  };
  const hull = {
    ...{ run: "", class: 0, seed: 0, units: 50, width: 64, diameter: 1, reach: 1, sampledReach: 1 },
    ...{ unitToCode: quartiles, aurocOfDistance: 0.5, aurocOfScore: 0.5 },
    normal: { ...placement, inside: 0 },
    anomaly: { ...placement, inside: 0 },
  };
  const inside = { train: 0.9, normal: 0.5, anomaly: 0.02, random: 0.25 };
  const byUnits = { ...hull, arithmetic: 1, images: 9, inside, distance: inside, moved: 0, epochs: 7 };
  const hullsByUnits = [100, 200, 200, 25].map((units, seed) => ({
    ...byUnits,
    ...{ units, seed, inside: { ...inside, normal: 0.4 + 0.1 * seed } },
  }));
  const text = found({ claims: [], mnist: mnist({}), cifar10: cifar10({}), ablation, hulls: [hull], hullsByUnits });
  assertEquals(text.split("\n").slice(0, 3), [
    "1. Left out one at a time, the losses that the paper adds change AUROC on the digits 0 by these points: cycle loss −17.0. " +
    "The memory itself moves in training by 5.2 % of the norm of its random start.",
    "2. According to the paper the codes of normal images lie inside the convex hull of the memory units. With 50 units in 64 dimensions that " +
    "hull has no interior, and 0 % of them are inside; with 100 units it has 40 % of normal codes, 2.0 % of those of anomalies and 25 % of points at random as far " +
    "from its middle, with 200 it has 55 %, 2.0 % and 25 %.",
    "",
  ]);
});

Deno.test("readme-true: the paper's claims are counted by what was found of them", () => {
  const claims = ["in part", "in part", "contradicted"].flatMap((finding, i) =>
    parseSpec(`## \`id-${i}\`\n\n**PAPER** · §1\n\n> words\n\n**Found: ${finding}.** Why.\n`, "a.md")
  );
  assertStringIncludes(
    found({ ...NOTHING, claims, mnist: mnist({}), cifar10: cifar10({}) }),
    "Of 3 claims that the paper makes about its results we found 0 reproduced, 2 in part, 0 not shown, 1 contradicted: ",
  );
});
