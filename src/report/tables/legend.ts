/**
 * Explains the names that occur in a table.
 *
 * @module
 */

import type { Protocol } from "../../data/dataset.ts";
import type { Preprocessing } from "../../data/preprocess.ts";
import type { Method } from "../../experiments/methods.ts";
import type { RunSpec } from "../../experiments/run_spec.ts";

type Named = Protocol | Preprocessing | Method;

/** Names that the paper does not have. */
const MEANINGS: Readonly<Partial<Record<Named, string>>> = {
  batch5: "trained on CIFAR-10's training batches 1 to 4, tested on batch 5, so not on the paper's test images",
  std: "each image minus its mean, divided by its standard deviation",
  none: "unchanged pixels",
  "gcn-l1": "each image minus its mean, divided by its mean absolute deviation",
  "ocsvm-oracle": "an OC-SVM whose kernel width is chosen by test labels, as in published tables",
  untrained: "MEMGAN's networks at their random start",
  pixelmean: "the distance to the mean training image",
  pca: "the reconstruction error of principal component analysis",
};

/**
 * The names in runs that the paper does not have, and what they mean.
 *
 * @param specs The runs' descriptions.
 * @returns A sentence; empty if there is no such name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const runs = [{ protocol: "official", preprocessing: "none", method: "memae" }] as const;
 * assertEquals(legend(runs), "`none`: unchanged pixels.");
 * ```
 */
export function legend(specs: readonly Pick<RunSpec, "protocol" | "preprocessing" | "method">[]): string {
  const names = new Set<Named>(
    specs.flatMap(({ protocol, preprocessing, method }) => [protocol, preprocessing, method]),
  );
  const meant = (Object.keys(MEANINGS) as Named[]).filter((name) => names.has(name));
  return meant.map((name) => `\`${name}\`: ${MEANINGS[name]}`).join("; ") + (meant.length === 0 ? "" : ".");
}
