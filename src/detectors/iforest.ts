/**
 * `iforest`: isolation forests (Liu, Ting and Zhou, ICDM 2008). A few random cuts isolate an anomaly from the rest.
 *
 * A tree splits a random sample at a random feature and a random threshold, until a point is alone or the tree is as deep as a
 * balanced one. A short path from the root marks an anomaly:
 *
 * ```text
 * A(x) = 2^(−E h(x)/c(ψ)),   h = depth of x's leaf + c(points in the leaf),   c(n) = 2 H(n − 1) − 2 (n − 1)/n
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | ψ, points a tree | `sample` | – |
 * | h(x) | `pathLengths` | – |
 * | H(n) ≈ ln n + 0.5772 | in `expectedDepth` | – |
 *
 * Pitfalls: a feature that is constant in a node must be skipped, not made a leaf. The numbers of Ruff et al. (2018), whose
 * column the paper prints, come from principal components, not pixels.
 *
 * @module
 */

import type { ImageShape } from "../data/images.ts";
import { seededRng } from "../engine/random.ts";
import type { Rng } from "../engine/random.ts";
import type { RowModel } from "./classical/features.ts";
import { onFeatures } from "./classical/features.ts";
import type { Detector } from "./detector.ts";
import type { Rows } from "./classical/matrix.ts";
import { saved } from "./classical/matrix.ts";
import { IFOREST_SCHEMA } from "./recipes/baselines.ts";

/** Hyper-parameters of an isolation forest. */
export interface IforestRecipe {
  /** The share of the variance that the features hold. */
  variance: number;
  /** Trees. */
  trees: number;
  /** ψ, points per tree, drawn without replacement. */
  sample: number;
}

/** Below this range a feature counts as constant. */
const CONSTANT = 1e-7;

/**
 * c(n): the mean depth of a point in a random tree of n points.
 *
 * @param n Points, 1 or more.
 * @returns 0 for one point, 1 for two.
 *
 * @example Of 256 points
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertEquals([expectedDepth(1), expectedDepth(2)], [0, 1]);
 * assertAlmostEquals(expectedDepth(256), 10.2448, 1e-4);
 * ```
 */
export function expectedDepth(n: number): number {
  if (n <= 2) return n - 1;
  return 2 * (Math.log(n - 1) + 0.5772156649015329) - 2 * (n - 1) / n;
}

/**
 * Trees as a list of nodes. A node comes after its children, so the last node of a tree is its root, and the node before an
 * inner node is the child above its cut.
 */
interface Forest {
  /** The feature that is cut; −1 for a leaf. */
  readonly feature: number[];
  /** x ≤ threshold is below the cut. */
  readonly threshold: number[];
  /** How many points ended in a leaf. */
  readonly points: number[];
  /** The child below the cut. */
  readonly below: number[];
  /** The root of each tree. */
  readonly roots: number[];
}

const planted = (): Forest => ({ feature: [], threshold: [], points: [], below: [], roots: [] });

/** Adds a node whose children are already in the list; returns its index. */
function add(forest: Forest, feature: number, threshold: number, points: number, below: number): number {
  forest.threshold.push(threshold);
  forest.points.push(points);
  forest.below.push(below);
  return forest.feature.push(feature) - 1;
}

/** A function that grows a tree of limited depth on some points, rearranging them; it returns the root's index. */
function grower({ width, values }: Rows, forest: Forest, rng: Rng) {
  const features = Uint32Array.from({ length: width }, (_, i) => i);
  return function grow(some: Uint32Array, depth: number): number {
    const leaf = () => add(forest, -1, 0, some.length, 0);
    if (some.length <= 1 || depth === 0) return leaf();
    // Features in random order, until one is not constant here.
    for (let tried = 0; tried < width; tried++) {
      const drawn = tried + Math.floor(rng.uniform() * (width - tried));
      const feature = features[drawn]!;
      features[drawn] = features[tried]!;
      features[tried] = feature;
      let [low, high] = [Infinity, -Infinity];
      for (let i = 0; i < some.length; i++) {
        const value = values[some[i]! * width + feature]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high - low <= CONSTANT) continue;
      // In float32, as it is saved, and never so near the highest point that nothing is above.
      const cut = Math.fround(low + rng.uniform() * (high - low));
      const threshold = cut < high ? cut : low;
      let below = 0;
      for (let i = 0; i < some.length; i++) {
        const row = some[i]!;
        if (values[row * width + feature]! > threshold) continue;
        some[i] = some[below]!;
        some[below++] = row;
      }
      const left = grow(some.subarray(0, below), depth - 1);
      grow(some.subarray(below), depth - 1);
      return add(forest, feature, threshold, 0, left);
    }
    return leaf();
  };
}

/** A forest from its saved nodes, [feature, threshold, points] each. */
function regrown(values: Float32Array): Forest {
  const forest = planted();
  const open: number[] = [];
  for (let i = 0; i < values.length; i += 3) {
    const [feature, threshold, points] = [values[i]!, values[i + 1]!, values[i + 2]!];
    const below = feature < 0 ? 0 : open.splice(-2)[0]!;
    open.push(add(forest, feature, threshold, points, below));
  }
  for (const root of open) forest.roots.push(root);
  return forest;
}

/** Σ h(x) over the trees of a forest, for each point. */
function pathLengths({ count, width, values }: Rows, forest: Forest): Float64Array {
  const feature = Int32Array.from(forest.feature);
  const below = Int32Array.from(forest.below);
  // The threshold of an inner node; the remaining path length of a leaf.
  const value = Float32Array.from(
    forest.threshold,
    (cut, node) => feature[node]! < 0 ? expectedDepth(forest.points[node]!) : cut,
  );
  const sums = new Float64Array(count);
  for (const root of forest.roots) {
    for (let i = 0; i < count; i++) {
      let [node, depth] = [root, 0];
      while (feature[node]! >= 0) {
        node = values[i * width + feature[node]!]! <= value[node]! ? below[node]! : node - 1;
        depth++;
      }
      sums[i]! += depth + value[node]!;
    }
  }
  return sums;
}

/**
 * An isolation forest on points.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @returns The method.
 *
 * @example A point far from a square's corners is isolated sooner than its middle
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const forest = isolationForest({ variance: 1, trees: 100, sample: 4 }, 0);
 * forest.fit({ count: 4, width: 2, values: new Float32Array([0, 0, 0, 1, 1, 0, 1, 1]) });
 * const [middle, far] = forest.score({ count: 2, width: 2, values: new Float32Array([0.5, 0.5, 3, 3]) });
 * assert(far! >= middle!);
 * ```
 */
export function isolationForest({ trees, sample }: IforestRecipe, seed: number): RowModel {
  let forest = planted();
  let size = sample;
  return {
    fit(rows) {
      const rng = seededRng(seed, "forest");
      size = Math.min(sample, rows.count);
      const depth = Math.ceil(Math.log2(size));
      forest = planted();
      const grow = grower(rows, forest, rng);
      for (let tree = 0; tree < trees; tree++) {
        forest.roots.push(grow(rng.permutation(rows.count).subarray(0, size), depth));
      }
    },
    score(rows) {
      // One point alone is nowhere isolated sooner than elsewhere: scikit-learn's score is then ½, the mean image's.
      if (size === 1) return new Float32Array(rows.count).fill(0.5);
      const scale = -1 / (forest.roots.length * expectedDepth(size));
      return Float32Array.from(pathLengths(rows, forest), (sum) => 2 ** (scale * sum));
    },
    save() {
      const values = Float32Array.from(
        forest.feature.flatMap((feature, i) => [feature, forest.threshold[i]!, forest.points[i]!]),
      );
      return { forest: { shape: [values.length / 3, 3], values }, size: { shape: [1], values: Float32Array.of(size) } };
    },
    load(arrays) {
      forest = regrown(saved("iforest", arrays, "forest").values);
      size = saved("iforest", arrays, "size").values[0]!;
    },
  };
}

/**
 * The isolation forest as a detector, on principal components.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @param shape The size of its images; any if it is left out, and then the images that it is fitted on decide.
 * @returns The detector.
 */
export function createIforest(recipe: IforestRecipe, seed: number, shape?: ImageShape): Detector {
  const ingredients = { schema: IFOREST_SCHEMA, recipe, seed, shape };
  return onFeatures("iforest", ingredients, (checked) => isolationForest(checked, seed));
}
