/**
 * `iforest`: isolation forests (Liu, Ting and Zhou, ICDM 2008). An anomaly is cut off from the rest by few random cuts.
 *
 * A tree cuts a random sample at a random feature and a random threshold, until a point is alone or the tree is as deep as a
 * balanced one. A short path from the root marks an anomaly:
 *
 * ```text
 * A(x) = 2^(−E h(x)/c(ψ)),   h = depth of x's leaf + c(points in the leaf),   c(n) = 2 H(n − 1) − 2 (n − 1)/n
 * ```
 *
 * | symbol | name | shape |
 * | --- | --- | --- |
 * | ψ, points a tree | `sample` | – |
 * | h(x) | `pathLength` | – |
 * | H(n) ≈ ln n + 0.5772 | in `expectedDepth` | – |
 *
 * Traps: a feature that is constant in a node must be passed over, not made a leaf; and it is the principal components, not
 * the pixels, that give the numbers of Ruff et al. (2018), whose column the paper prints.
 *
 * @module
 */

import { stream } from "../engine/random.ts";
import type { Stream } from "../engine/random.ts";
import type { RowModel } from "./classical.ts";
import { onFeatures } from "./classical.ts";
import type { Detector } from "./detector.ts";
import type { Row } from "./rows.ts";

/** Hyper-parameters of an isolation forest. */
export interface IforestRecipe {
  /** The share of the variance that the features hold. */
  variance: number;
  /** Trees. */
  trees: number;
  /** ψ, points a tree, drawn without replacement. */
  sample: number;
}

/** Below this range a feature counts as constant. */
const CONSTANT = 1e-7;

/** A node: the cut and its two sides, or how many points ended there and how much deeper a tree of them would be. */
type Node = { feature: number; threshold: number; below: Node; above: Node } | { points: number; beyond: number };

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

/** 0 … `count` − 1 in random order, drawn as far as they are asked for. */
function* inRandomOrder(count: number, draws: Stream): Generator<number> {
  const order = Uint16Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(draws.uniform() * (count - i));
    yield order[j]!;
    order[j] = order[i]!;
  }
}

function grow(rows: readonly Row[], depth: number, draws: Stream): Node {
  const leaf = { points: rows.length, beyond: expectedDepth(rows.length) };
  if (rows.length <= 1 || depth === 0) return leaf;
  // Features in random order, until one is not constant here.
  for (const feature of inRandomOrder(rows[0]!.length, draws)) {
    let [low, high] = [Infinity, -Infinity];
    for (const row of rows) {
      const value = row[feature]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high - low <= CONSTANT) continue;
    const threshold = low + draws.uniform() * (high - low);
    const side = (below: boolean) => rows.filter((row) => row[feature]! <= threshold === below);
    return {
      feature,
      threshold,
      below: grow(side(true), depth - 1, draws),
      above: grow(side(false), depth - 1, draws),
    };
  }
  return leaf;
}

/** h(x). */
function pathLength(x: Row, root: Node): number {
  let node = root;
  let depth = 0;
  while ("feature" in node) {
    node = x[node.feature]! <= node.threshold ? node.below : node.above;
    depth++;
  }
  return depth + node.beyond;
}

/** A node after its children, as [feature, threshold, points]; −1 for the feature of a leaf. */
function flatten(node: Node): number[] {
  return "feature" in node
    ? [...flatten(node.below), ...flatten(node.above), node.feature, node.threshold, 0]
    : [-1, 0, node.points];
}

function unflatten(values: ArrayLike<number>): Node[] {
  const stack: Node[] = [];
  for (let i = 0; i < values.length; i += 3) {
    const [feature, threshold, points] = [values[i]!, values[i + 1]!, values[i + 2]!];
    if (feature < 0) stack.push({ points, beyond: expectedDepth(points) });
    else {
      const [above, below] = [stack.pop()!, stack.pop()!];
      stack.push({ feature, threshold, below, above });
    }
  }
  return stack;
}

/**
 * An isolation forest on points.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @returns The method.
 *
 * @example A point far from a square's corners is cut off sooner than its middle
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const forest = isolationForest({ variance: 1, trees: 100, sample: 4 }, 0);
 * forest.fit([[0, 0], [0, 1], [1, 0], [1, 1]].map((row) => Float64Array.from(row)));
 * const [middle, far] = forest.score([Float64Array.of(0.5, 0.5), Float64Array.of(3, 3)]);
 * assert(far! >= middle!);
 * ```
 */
export function isolationForest({ trees, sample }: IforestRecipe, seed: number): RowModel {
  let forest: Node[] = [];
  let size = sample;
  return {
    fit(rows) {
      const draws = stream(seed, "forest");
      size = Math.min(sample, rows.length);
      const depth = Math.ceil(Math.log2(size));
      forest = Array.from({ length: trees }, () => {
        const drawn = draws.permutation(rows.length).subarray(0, size);
        return grow(Array.from(drawn, (i) => rows[i]!), depth, draws);
      });
    },
    score: (rows) =>
      Float32Array.from(rows, (row) => {
        let sum = 0;
        for (const tree of forest) sum += pathLength(row, tree);
        return 2 ** (-sum / forest.length / expectedDepth(size));
      }),
    save() {
      const values = Float32Array.from(forest.flatMap(flatten));
      return { forest: { shape: [values.length / 3, 3], values }, size: { shape: [1], values: Float32Array.of(size) } };
    },
    load(arrays) {
      forest = unflatten(arrays["forest"]!.values);
      size = arrays["size"]!.values[0]!;
    },
  };
}

/**
 * The isolation forest as a detector, on principal components.
 *
 * @param recipe Its hyper-parameters.
 * @param seed The run's seed.
 * @returns The detector.
 */
export function createIforest(recipe: IforestRecipe, seed: number): Detector {
  return onFeatures("iforest", recipe.variance, isolationForest(recipe, seed));
}
