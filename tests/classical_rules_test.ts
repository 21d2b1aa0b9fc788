/** The rules of the classical rows' recipes: on which features, in which folds, at which cuts. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Images } from "../src/data/images.ts";
import { squaredFromMean } from "../src/detectors/classical/principal_components.ts";
import { isolationForest } from "../src/detectors/iforest.ts";
import { createKde, kernelDensity, likeliestBandwidth } from "../src/detectors/kde.ts";
import { createPca } from "../src/detectors/pca.ts";
import { createPixelMean } from "../src/detectors/pixelmean.ts";
import { createOcsvm, scaleOf } from "../src/detectors/ocsvm.ts";
import { IFOREST, KDE, OCSVM } from "../src/detectors/recipes/baselines.ts";
import type { Rows } from "../src/detectors/classical/matrix.ts";
import { eachDistances, unpacked } from "../src/detectors/classical/matrix.ts";
import { startBackend } from "../src/engine/backend.ts";
import { seededRng } from "../src/engine/random.ts";
import { backendNeeds } from "./backend_needs.ts";
import { testWith } from "./needs.ts";

/** Points on a line. */
const line = (values: readonly number[]): Rows => ({
  count: values.length,
  width: 1,
  values: Float32Array.from(values),
});

/** Images of three pixels, each of which varies by another amount about another mean. */
function images(count: number): Images {
  const rng = seededRng(0, "images");
  const pixels = Float32Array.from({ length: 3 * count }, (_, i) => 0.3 * (i % 3) + (0.1 + i % 3) * rng.normal());
  return { count, height: 1, width: 3, channels: 1, pixels };
}

Deno.test("classical-features: they are centred, not whitened, and half as far apart as images in [−1, 1] are", async () => {
  const given = images(40);
  const detector = createKde({ ...KDE.mnist, variance: 1 });
  await detector.fit({ role: "normal-train", images: given });
  const features = unpacked((await detector.save())["points"]!);
  assertEquals([features.count, features.width], [40, 3]);
  for (let j = 0; j < 3; j++) {
    const sum = features.values.reduce((all, value, i) => i % 3 === j ? all + value : all, 0);
    // Forty values of the order of 1 in float32.
    assertAlmostEquals(sum, 0, 1e-4);
  }
  const pixels: Rows = { count: 40, width: 3, values: given.pixels.map((value) => value / 2) };
  const far: number[] = [];
  eachDistances(pixels, pixels, (_, squared) => void far.push(...squared));
  let at = 0;
  eachDistances(features, features, (_, squared) => squared.forEach((d) => assertAlmostEquals(d, far[at++]!, 1e-4)));
});

Deno.test("classical-features: as many components as hold 95 % of the variance, and not one more", async () => {
  // Variances of 100, 4 and 1 along the axes: the first holds 95.2 %, or 94.3 % once the third is 2.
  for (const [third, wanted] of [[1, 1], [2, 2]] as const) {
    const axes = [10, 2, Math.sqrt(third)];
    const pixels = Float32Array.from({ length: 18 }, (_, i) => {
      const [image, j] = [Math.floor(i / 3), i % 3];
      return image >> 1 === j ? (image % 2 === 0 ? 1 : -1) * axes[j]! : 0;
    });
    const detector = createKde(KDE.mnist);
    await detector.fit({ role: "normal-train", images: { count: 6, height: 1, width: 3, channels: 1, pixels } });
    assertEquals((await detector.save())["components"]!.shape[0], wanted);
  }
});

Deno.test("choice-ocsvm: γ is 10 over the number of features times the variance of all their values", async () => {
  // By hand: four values of the variance 5, two features.
  assertAlmostEquals(scaleOf({ count: 2, width: 2, values: Float32Array.of(1, 3, 5, 7) }), 1 / (2 * 5), 1e-12);
  const given = images(40);
  const detector = createOcsvm({ ...OCSVM.mnist, variance: 1 });
  await detector.fit({ role: "normal-train", images: given });
  const { gamma_rho, mean } = await detector.save();
  // Features are half of coordinates about the mean, and turning them changes no sum of squares.
  const squares = squaredFromMean(given, mean!.values).reduce((a, b) => a + b) / 4;
  const variance = squares / given.pixels.length;
  assertAlmostEquals(gamma_rho!.values[0]!, 10 / (3 * variance), 1e-4 * 10 / (3 * variance));
});

Deno.test("choice-kde: a fold is a fifth of the points as they follow each other", () => {
  assertEquals(KDE.mnist.folds, 5);
  // Every second point is its neighbour's twin. In their order twins are left out together, and a narrow kernel finds nobody near;
  // a fold that took every fifth point, or any five, would leave twins behind, and the narrow kernel would win.
  const twins = line(Array.from({ length: 10 }, (_, i) => Math.floor(i / 2) + 0.001 * (i % 2)));
  assertEquals(likeliestBandwidth(twins, 5, [0.001, 1]), 1);
  // The same points in another order, no twin in its twin's fold.
  const apart = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9].map((i) => twins.values[i]!);
  assertEquals(likeliestBandwidth(line(apart), 5, [0.001, 1]), 0.001);
});

Deno.test("choice-kde: the bandwidths are 2^−4.5, 2^−4, …, 2^5, and no others", () => {
  const normals = [...seededRng(0, "normal").normals(20)];
  const chosen = new Set<number>();
  for (let exponent = -8; exponent <= 8; exponent += 1 / 8) {
    const model = kernelDensity(KDE.mnist);
    model.fit(line(normals.map((value) => value * 2 ** exponent)));
    chosen.add(Math.log2(model.save()["bandwidth"]!.values[0]!));
  }
  const wanted = Array.from({ length: 20 }, (_, i) => -4.5 + i / 2);
  // As saved, in float32.
  assertEquals([...chosen].map((exponent) => Math.round(exponent * 1e4) / 1e4).sort((a, b) => a - b), wanted);
});

/** The leaves and the cuts of a saved forest, [feature, threshold, points] a node, a node after its children. */
function nodes(values: Float32Array) {
  const [leaves, cuts]: [{ points: number; depth: number }[], number[]] = [[], []];
  let [at, trees] = [values.length / 3 - 1, 0];
  const walk = (depth: number) => {
    const [feature, , points] = values.subarray(3 * at, 3 * at + 3);
    at--;
    if (feature! < 0) return void leaves.push({ points: points!, depth });
    cuts.push(feature!);
    // Backwards, what is above the cut comes before what is below.
    walk(depth + 1);
    walk(depth + 1);
  };
  for (; at >= 0; trees++) walk(0);
  return { leaves, cuts, trees };
}

Deno.test("choice-iforest: cuts are at features that are not constant in the node, as long as there is one", () => {
  // Of eight features only the fourth and the last vary, and each is constant where the other one is not.
  const values = new Float32Array(16 * 8).fill(5);
  for (let i = 0; i < 16; i++) values[8 * i + (i < 8 ? 3 : 7)] = 6 + i;
  const forest = isolationForest({ ...IFOREST.mnist, trees: 50, sample: 16 }, 0);
  forest.fit({ count: 16, width: 8, values });
  const { leaves, cuts, trees } = nodes(forest.save()["forest"]!.values);
  assertEquals(trees, 50);
  assertEquals(new Set(cuts), new Set([3, 7]));
  for (const { points, depth } of leaves) {
    assert(points >= 1, "a cut at a constant feature leaves nothing on one side");
    assert(points === 1 || depth === 4, `${points} points that differ are not cut apart at the depth ${depth}`);
  }
});

Deno.test("choice-iforest: points that are equal in every feature stay in one leaf", () => {
  const forest = isolationForest({ ...IFOREST.mnist, trees: 3, sample: 4 }, 0);
  forest.fit({ count: 4, width: 2, values: new Float32Array(8).fill(1) });
  assertEquals(nodes(forest.save()["forest"]!.values).leaves, Array(3).fill({ points: 4, depth: 0 }));
});

Deno.test("choice-iforest: 100 trees of 256 points, none deeper than a balanced tree of 256", () => {
  const forest = isolationForest(IFOREST.mnist, 0);
  // So uneven that most trees would go deeper.
  forest.fit({ count: 400, width: 1, values: Float32Array.from({ length: 400 }, (_, i) => 1.05 ** i) });
  const { leaves, trees } = nodes(forest.save()["forest"]!.values);
  assertEquals(trees, 100);
  assertEquals(leaves.reduce((sum, { points }) => sum + points, 0), 100 * 256);
  assertEquals(Math.max(...leaves.map(({ depth }) => depth)), 8);
});

/** Four patterns of 2 × 2 pixels at right angles, of the length 1. */
const PATTERNS = [[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]].map((row) => row.map((v) => v / 2));

/** Images of so much of each pattern beside a ground of 1, 2, 3 and 4. */
const patterned = (...amounts: readonly (readonly number[])[]): Images => ({
  count: amounts.length,
  height: 2,
  width: 2,
  channels: 1,
  pixels: Float32Array.from(
    amounts.flatMap((of) => [0, 1, 2, 3].map((j) => of.reduce((sum, a, k) => sum + a * PATTERNS[k]![j]!, 1 + j))),
  ),
});

for (const only of ["cpu", "native"] as const) {
  testWith(
    backendNeeds(only),
    `detector-trivial: their scores are distances that can be told by hand, on ${only}`,
    async () => {
      await startBackend({ only });
      // Most varies along the first pattern, then along the second, little along the third, nothing along the last.
      const amounts = [[9, 0, 0, 0], [-9, 0, 0, 0], [0, 5, 0, 0], [0, -5, 0, 0], [0, 0, 1, 0], [0, 0, -1, 0]];
      const train = { role: "normal-train", images: patterned(...amounts) } as const;
      const judged = patterned([0, 0, 0, 0], [7, -8, 3, 4], [100, 0, 0, 12], [0, 0, -5, 0]);
      const rows = [[createPca(2), [0, 5, 12, 5]], [createPca(1), [0, Math.hypot(8, 5), 12, 5]], [createPixelMean(), [
        0,
        Math.hypot(7, 8, 3, 4),
        Math.hypot(100, 12),
        5,
      ]]] as const;
      for (const [detector, wanted] of rows) {
        await detector.fit(train);
        const scores = await detector.score(judged);
        // A difference of squares of up to 10⁴ in float32, and its root: 3·10⁻² near 0.
        scores.forEach((score, i) => assertAlmostEquals(score, wanted[i]!, 5e-3, `${detector.method}, image ${i}`));
      }
    },
  );
}
