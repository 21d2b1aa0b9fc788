/**
 * Variants of a method's recipe, compared by validation AUROC.
 *
 * @module
 */

import { z } from "zod";
import type { DatasetName, Protocol } from "../../data/dataset.ts";
import { ABOUT } from "../../data/dataset.ts";
import { PREPROCESSINGS } from "../../data/preprocess.ts";
import { markOf } from "../../experiments/arithmetic.ts";
import { computedText } from "./computed.ts";
import { METHODS, REGISTRY } from "../../experiments/methods.ts";
import type { RunSpec } from "../../experiments/run_spec.ts";
import { hashOf, RUN_SPEC } from "../../experiments/run_spec.ts";
import { completedRuns } from "../../experiments/completed.ts";
import { markdownTable } from "./markdown.ts";
import { deviation, mean } from "../../experiments/statistics.ts";
import { withDeviation } from "./format.ts";

/** A variant: what it changes in the default recipe of its method, memgan unless it names another, and its preprocessing. */
const VARIANT = z.object({
  method: z.enum(METHODS).default("memgan"),
  preprocessing: z.enum(PREPROCESSINGS).optional(),
})
  .catchall(z.union([z.number(), z.string()]))
  .check(({ value: { method, preprocessing: _preprocessing, ...changes }, issues }) => {
    const { schema, recipes } = REGISTRY[method];
    for (const { message } of schema.safeParse({ ...recipes.mnist, ...changes }).error?.issues ?? []) {
      issues.push({ code: "custom", message, input: changes });
    }
  });

/** A file of variants, by name. */
export const VARIANTS = z.record(z.string(), VARIANT)
  .refine((variants) => Object.keys(variants).length > 0, "one variant or more is wanted");

/** Variants by name. */
export type Variants = z.infer<typeof VARIANTS>;

/** The data that variants are tried on. */
export interface Field {
  /** The data set. */
  readonly dataset: DatasetName;
  /** Its protocol. */
  readonly protocol: Protocol;
}

/** MNIST with the paper's split. */
export const MNIST: Field = { dataset: "mnist", protocol: "official" };

/** The results of a variant. */
export interface VariantRow {
  /** Its name. */
  variant: string;
  /** The validation AUROCs of each class, one per seed; those that are not in the store are missing. */
  aurocs: number[][];
  /** Likewise the share of decoded memory units that are read as the normal digit, where that was measured. */
  recognised: number[][];
  /** Likewise how far training moved the memory. */
  moved: number[][];
  /** The arithmetic of each of its runs. */
  arithmetics: number[];
  /** Where each was computed, as far as that is known. */
  devices?: (string | undefined)[];
}

/**
 * The runs of a variant, of each class and seed.
 *
 * @param variant What it changes.
 * @param classes The normal classes.
 * @param seeds The seeds.
 * @param field The data.
 * @returns Their specs, by class.
 */
export function variantSpecs(
  variant: Variants[string],
  classes: readonly number[],
  seeds: readonly number[],
  field: Field = MNIST,
): RunSpec[][] {
  const { method, preprocessing, ...changes } = variant;
  const registered = REGISTRY[method];
  return classes.map((c) =>
    seeds.map((seed) =>
      RUN_SPEC.parse({
        method,
        ...field,
        evaluate: "validation",
        class: c,
        seed,
        preprocessing: preprocessing ?? registered.preprocessing,
        recipe: { ...registered.recipes[field.dataset], ...changes },
      })
    )
  );
}

/**
 * The results of variants.
 *
 * @param place A store's folder, or a file of kept runs; or several, of which the last that has a run counts.
 * @param variants The variants.
 * @param classes The normal classes.
 * @param seeds The seeds.
 * @param field The data.
 * @param changed For an ablation's stored runs, the clause whose choice was changed in the code.
 * @returns One row per variant.
 */
export async function variantRows(
  place: string | readonly string[],
  variants: Variants,
  classes: readonly number[],
  seeds: readonly number[],
  field: Field = MNIST,
  changed?: string,
): Promise<VariantRow[]> {
  const completed = await Promise.all([place].flat().map((each) => completedRuns(each)));
  const runs = completed.flat().filter(({ change }) => change?.clause === changed);
  const found = new Map(runs.map((run) => [run.result.run, run]));
  return Object.entries(variants).map(([variant, changes]) => {
    const results = variantSpecs(changes, classes, seeds, field).map((specs) =>
      specs.flatMap((spec) => found.get(hashOf(spec)) ?? [])
    );
    return {
      variant,
      aurocs: results.map((each) => each.map(({ metrics }) => metrics.auroc)),
      recognised: results.map((each) => each.flatMap(({ metrics }) => metrics.recognised ?? [])),
      moved: results.map((each) => each.flatMap(({ metrics }) => metrics.moved ?? [])),
      arithmetics: results.flat().map(({ result }) => result.arithmetic),
      devices: results.flat().map(({ manifest }) => manifest.device),
    };
  });
}

/**
 * The comparison as Markdown.
 *
 * @param rows One row per variant.
 * @param classes The normal classes.
 * @param field The data.
 * @returns The table; AUROC in percent, with the standard deviation (n − 1) if there are several seeds. A note below gives the
 * arithmetic.
 */
export function variantTable(rows: readonly VariantRow[], classes: readonly number[], field: Field = MNIST): string {
  const { classNames } = ABOUT[field.dataset];
  const show = (values: readonly number[]) => {
    if (values.length === 0) return "–";
    const std = deviation(values);
    return withDeviation((100 * mean(values)).toFixed(2), std && 100 * std, 2);
  };
  const all = rows.flatMap(({ arithmetics }) => arithmetics);
  const table = markdownTable(
    ["variant", ...classes.map((c) => classNames[c]!), "mean"],
    rows.map(({ variant, aurocs, arithmetics }) => [
      variant + markOf(arithmetics, all),
      ...aurocs.map(show),
      aurocs.every(({ length }) => length > 0) ? (100 * mean(aurocs.map(mean))).toFixed(2) : "–",
    ]),
  );
  return `${table}\n\n${computedText(all, rows.flatMap(({ devices = [] }) => devices))}`;
}
