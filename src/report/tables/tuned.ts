/**
 * Marks the rows whose hyper-parameters were chosen with the help of labelled anomalies, if not of test images.
 *
 * @module
 */

import type { DatasetName } from "../../data/dataset.ts";
import type { Method } from "../../experiments/method_names.ts";
import { REGISTRY } from "../../experiments/methods.ts";

/** Where a method's hyper-parameters were chosen. */
const chosenOn = (method: Method, dataset: DatasetName) => REGISTRY[method].chosenOn?.[dataset];

/**
 * The mark of a row.
 *
 * @param method Its method.
 * @param datasets The data sets of its cells.
 * @returns The mark; nothing if its hyper-parameters were chosen without any anomaly.
 */
export function tunedMark(method: Method, ...datasets: readonly DatasetName[]): string {
  return datasets.some((dataset) => chosenOn(method, dataset) !== undefined) ? " ‡" : "";
}

/**
 * What the mark means.
 *
 * @param specs The runs of a table.
 * @returns A sentence; empty if no row has the mark.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tunedNote([{ method: "kde", dataset: "mnist" }]), "");
 * assertEquals(
 *   tunedNote([{ method: "ocsvm", dataset: "mnist" }]),
 *   "‡: hyper-parameters chosen by AUROC on labelled anomalies among training images, the same for all classes: " +
 *     "ocsvm on MNIST's digits 3 and 8.",
 * );
 * ```
 */
export function tunedNote(specs: readonly { readonly method: Method; readonly dataset: DatasetName }[]): string {
  const named = [...Map.groupBy(specs, ({ method }) => method)].flatMap(([method, runs]) => {
    const on = [...new Set(runs.flatMap(({ dataset }) => chosenOn(method, dataset) ?? []))];
    return on.length === 0 ? [] : [`${method} on ${on.join(" and on ")}`];
  });
  if (named.length === 0) return "";
  return "‡: hyper-parameters chosen by AUROC on labelled anomalies among training images, the same for all classes: " +
    `${named.join("; ")}.`;
}
