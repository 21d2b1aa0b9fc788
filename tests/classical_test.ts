/** The classical rows: against scikit-learn on the same points, and against what their definitions say. */

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Images } from "../src/data/images.ts";
import type { Detector } from "../src/detectors/detector.ts";
import { createIforest, expectedDepth } from "../src/detectors/iforest.ts";
import { createKde, kernelDensity, likeliestBandwidth, logDensities } from "../src/detectors/kde.ts";
import { createOcsvm, supportVectorMachine } from "../src/detectors/ocsvm.ts";
import { solveOneClass } from "../src/detectors/classical/one_class_svm.ts";
import type { Rows } from "../src/detectors/classical/matrix.ts";
import { eachDistances, squaredDistance } from "../src/detectors/classical/matrix.ts";
import { coordinates, principalComponents } from "../src/detectors/classical/principal_components.ts";
import { leadingDirections } from "../src/detectors/classical/eigenvectors.ts";
import { IFOREST, KDE, OCSVM } from "../src/detectors/recipes/baselines.ts";
import { startBackend } from "../src/engine/backend.ts";
import { seededRng } from "../src/engine/random.ts";
import { auroc } from "../src/experiments/auroc.ts";
import { testWith } from "./needs.ts";
import oracle from "./oracle/classical.json" with { type: "json" };

type Row = Float64Array;

/** Points as methods take them. */
const rowsOf = (rows: readonly Row[]): Rows => ({
  count: rows.length,
  width: rows[0]!.length,
  values: Float32Array.from(rows.flatMap((row) => [...row])),
});

/** Of these `cpu` has no products of its own: it stands for any other backend, and for none. */
const NEEDS = { cpu: [], wasm: ["read"], native: ["native"] } as const;

/** The points of `tests/oracle/classical.py`. */
function points(count: number, width: number, offset: number): Row[] {
  const value = (i: number, j: number) => Math.sin(0.7 * i + 1.3 * j + offset) + 0.3 * Math.cos(0.11 * i * (j + 1));
  return Array.from({ length: count }, (_, i) => Float64Array.from({ length: width }, (_, j) => value(i, j)));
}

const [train, test] = [points(120, 5, 0), points(40, 5, 0.4)];
const distances = (x: Row) => Float64Array.from(train, (y) => squaredDistance(x, y));

/** Ranks of values that all differ. */
const ranks = (values: readonly number[]) =>
  values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!).reduce((rank, i, place) => {
    rank[i] = place;
    return rank;
  }, values.map(() => 0));

Deno.test("baseline-kde: densities are scikit-learn's at fixed bandwidths", () => {
  // The widest first, as they are taken; the kernels of the second and third are squared twice each.
  const all = oracle.kde.toReversed();
  test.forEach((x, i) => {
    const densities = logDensities(distances(x), all.map(({ bandwidth }) => bandwidth), 5);
    // Both are float64; scikit-learn's trees stop at a relative 10⁻⁸.
    all.forEach(({ scores }, k) => assertAlmostEquals(-densities[k]!, scores[i]!, 1e-6));
  });
});

/** α, ρ and the decisions on the points themselves, with γ = 1/2. */
function smallMachine(x: readonly number[], nu: number) {
  const K = x.map((a) => Float32Array.from(x, (b) => Math.exp(-0.5 * (a - b) ** 2)));
  const row = (i: number) => {
    assert(i in K, `row ${i} is asked for`);
    return K[i]!;
  };
  const solution = solveOneClass(x.length, row, nu);
  const decisions = K.map((row) => solution.rho - row.reduce((sum, k, i) => sum + solution.alpha[i]! * k, 0));
  return { ...solution, decisions };
}

Deno.test("baseline-ocsvm: decisions are scikit-learn's for one point, equal points, and ν that is tiny or nearly 1", () => {
  for (const { x, nu, scores } of oracle.ocsvm_small) {
    if (scores === null) continue;
    const { alpha, decisions } = smallMachine(x, nu);
    assertAlmostEquals(alpha.reduce((a, b) => a + b), nu * x.length, 1e-9);
    // Relative to Σ αᵢ, which a decision cannot exceed.
    decisions.forEach((d, i) =>
      assertAlmostEquals(d, scores[i]!, 2e-3 * Math.min(1, nu * x.length), `${x}, ν = ${nu}`)
    );
  }
});

Deno.test("baseline-ocsvm: at ν = 1, where libsvm's ρ is infinite, all α are 1 and the least optimal ρ is taken", () => {
  for (const { x } of oracle.ocsvm_small.filter(({ scores }) => scores === null)) {
    const { alpha, rho, decisions } = smallMachine(x, 1);
    assertEquals([...alpha], x.map(() => 1));
    assertEquals(Math.min(...decisions), 0, "no point is inside, one is on the boundary");
    const { rho: below } = smallMachine(x, 0.9999);
    assertAlmostEquals(rho, below, 2e-3, "it is the limit for ν → 1");
  }
});

Deno.test("api-errors: a one-class SVM wants points, ν in (0, 1] and a kernel of finite numbers", () => {
  const row = () => Float32Array.of(1);
  for (const nu of [0, -1, 1.01, NaN]) {
    assertThrows(() => solveOneClass(1, row, nu), RangeError, "nu must be in (0, 1]");
  }
  for (const n of [0, NaN, 1.5]) assertThrows(() => solveOneClass(n, row, 0.5), RangeError, "needs a point or more");
  for (const nu of [0.5, 1]) {
    const kernel = () => Float32Array.of(NaN, NaN);
    assertThrows(() => solveOneClass(2, kernel, nu), RangeError, "must be of finite numbers");
  }
});

Deno.test("baseline-ocsvm: decisions are scikit-learn's, that is libsvm's, at fixed ν and γ", () => {
  for (const { nu, gamma, rho, scores } of oracle.ocsvm) {
    const K = train.map((a) => Float32Array.from(train, (b) => Math.exp(-gamma * squaredDistance(a, b))));
    const solution = solveOneClass(train.length, (i) => K[i]!, nu);
    assertAlmostEquals(solution.alpha.reduce((a, b) => a + b), nu * train.length, 1e-9);
    assert(solution.alpha.every((a) => a >= 0 && a <= 1));
    const ours = test.map((x) =>
      solution.rho - distances(x).reduce((sum, d, i) => sum + solution.alpha[i]! * Math.exp(-gamma * d), 0)
    );
    // Either solution is within 10⁻³ of optimal, in decisions of the order of ρ = 5 to 30.
    ours.forEach((score, i) => assertAlmostEquals(score, scores[i]!, 5e-3));
    assertAlmostEquals(solution.rho, rho, 5e-3);
    const [a, b] = [ranks(ours), ranks(scores)];
    const squares = a.reduce((sum, rank, i) => sum + (rank - b[i]!) ** 2, 0);
    assert(1 - 6 * squares / (40 * (40 ** 2 - 1)) >= 0.999, "rank correlation");
  }
});

const close = (scores: Float32Array, wanted: readonly number[], tolerance: number) =>
  scores.forEach((score, i) => assertAlmostEquals(score, wanted[i]!, tolerance));

for (const only of ["cpu", "wasm", "native"] as const) {
  testWith(NEEDS[only], `baseline-kde: densities are scikit-learn's on ${only}`, async () => {
    await startBackend({ only });
    for (const { bandwidth, scores } of oracle.kde) {
      const [from, to] = [Math.log2(bandwidth), Math.log2(bandwidth)];
      const model = kernelDensity({ ...KDE.mnist, from, to });
      model.fit(rowsOf(train));
      // Points and products are float32's: 10⁻⁶ in a squared distance, over 2h² = 1/8.
      close(model.score(rowsOf(test)), scores, 1e-4);
    }
  });

  testWith(NEEDS[only], `baseline-ocsvm: decisions are scikit-learn's on ${only}`, async () => {
    await startBackend({ only });
    for (const { nu, gamma, scores } of oracle.ocsvm) {
      const model = supportVectorMachine(nu, () => gamma);
      model.fit(rowsOf(train));
      // As above.
      close(model.score(rowsOf(test)), scores, 5e-3);
    }
  });

  testWith(NEEDS[only], `classical-features: distances on ${only} are what they are by definition`, async () => {
    await startBackend({ only });
    // More rows than are taken at a time.
    const [a, b] = [points(300, 7, 0), points(50, 7, 0.4)];
    let seen = 0;
    eachDistances(rowsOf(a), rowsOf(b), (i, squared) => {
      assertEquals(i, seen++);
      // Norms are below 12, and float32 has a relative 10⁻⁷.
      b.forEach((y, k) => assertAlmostEquals(squared[k]!, squaredDistance(a[i]!, y), 1e-5));
    });
    assertEquals(seen, 300);
  });
}

Deno.test("baseline-iforest: the mean depth of a random tree is scikit-learn's", () => {
  for (const { n, c } of oracle.expected_depth) assertAlmostEquals(expectedDepth(n), c, 1e-9);
});

Deno.test("choice-kde: the bandwidth is the likeliest of left-out folds, not the narrowest or widest of the grid", () => {
  // Of two hundred standard normal numbers: Silverman's rule says 1.06·n^(−1/5) = 0.37.
  const normal = { count: 200, width: 1, values: seededRng(0, "normal").normals(200) };
  const chosen = likeliestBandwidth(normal, 5, [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2]);
  assert(chosen === 1 / 4 || chosen === 1 / 2, `${chosen}`);
});

Deno.test("choice-kde: a point a hundred bandwidths away has a finite score", () => {
  const model = kernelDensity({ ...KDE.mnist, from: -2, to: -2 });
  model.fit(rowsOf(train));
  const [score] = model.score(rowsOf([Float64Array.of(25, 25, 25, 25, 25)]));
  assert(Number.isFinite(score) && score! > 1e4, `${score}`);
});

/** Images of 4 × 4 whose brightness varies along one pattern, and others that are too bright: features hold nothing else. */
function images(count: number, name: string, normal: boolean): Images {
  const rng = seededRng(0, name);
  const pixels = Float32Array.from({ length: count * 16 }, () => 0.1 * rng.normal());
  for (let i = 0; i < count; i++) {
    const brightness = normal ? rng.normal() : 3 + rng.uniform();
    for (let j = 0; j < 16; j++) pixels[i * 16 + j]! += brightness * Math.sin(j);
  }
  return { count, height: 4, width: 4, channels: 1, pixels };
}

const ROWS: Readonly<Record<string, () => Detector>> = {
  "choice-iforest": () => createIforest({ ...IFOREST.mnist, sample: 64 }, 0),
  "choice-kde": () => createKde(KDE.mnist),
  "choice-ocsvm": () => createOcsvm(OCSVM.mnist),
};

for (const [clause, create] of Object.entries(ROWS)) {
  Deno.test(`${clause}: anomalies score higher, and what was saved scores the same`, async () => {
    const detector = create();
    await detector.fit({ role: "normal-train", images: images(200, "train", true) });
    const normal = await detector.score(images(100, "normal", true));
    const anomalous = await detector.score(images(100, "anomalous", false));
    const value = auroc([...normal, ...anomalous], [...normal.map(() => 0), ...anomalous.map(() => 1)]);
    // Three standard deviations and more from the mean.
    assert(value > 0.95, `${clause}: ${value}`);
    const again = create();
    again.load(await detector.save());
    const loaded = await again.score(images(100, "normal", true));
    // Saved in float32.
    loaded.forEach((score, i) => assertAlmostEquals(score, normal[i]!, 1e-3 * Math.max(1, Math.abs(normal[i]!))));
  });
}

Deno.test("choice-iforest: a forest is its seed's", async () => {
  const score = async (seed: number) => {
    const detector = createIforest({ ...IFOREST.mnist, trees: 10, sample: 32 }, seed);
    await detector.fit({ role: "normal-train", images: images(64, "train", true) });
    return [...await detector.score(images(8, "normal", true))];
  };
  assertEquals(await score(0), await score(0));
  assert(String(await score(0)) !== String(await score(1)));
});

testWith(
  ["native"],
  "classical-features: TensorFlow finds the components of large images, and where images lie",
  async () => {
    await startBackend({ only: "native" });
    // Two directions, each a third of the pixels alike.
    const [height, width, along, across] = [33, 31, [3, 3, -3, -3], [1, -1, -1, 1]];
    const size = height * width;
    const pixels = new Float32Array(4 * size).map((_, at) => {
      const [i, j] = [Math.floor(at / size), at % size];
      return (j % 3 === 0 ? along[i]! : j % 3 === 1 ? across[i]! : 0) + Math.sin(j);
    });
    const images: Images = { count: 4, height, width, channels: 1, pixels };
    const components = principalComponents(images, () => 2);
    const length = Math.sqrt(size / 3);
    const { values } = coordinates(components, images);
    for (let i = 0; i < 4; i++) {
      // Of the order of 60; float32 has a relative 10⁻⁷ a rounding, and sums of a thousand.
      assertAlmostEquals(Math.abs(values[2 * i]!), Math.abs(along[i]! * length), 1e-3);
      assertAlmostEquals(Math.abs(values[2 * i + 1]!), Math.abs(across[i]! * length), 1e-3);
    }
  },
);

/** Points of so many coordinates, the variance along each of which is less than along the one before. */
function cloud(count: number, width: number, shrink: number): Rows {
  const values = seededRng(0, "cloud").normals(count * width).map((value, at) => value * shrink ** (at % width));
  return { count, width, values };
}

testWith(["native"], "classical-features: a few directions are those that the solver of all finds", async () => {
  await startBackend({ only: "native" });
  // A falling spectrum, and one too flat for a few steps, where the other solver is asked.
  for (const shrink of [0.9, 1]) {
    const x = cloud(500, 100, shrink);
    const [few, all] = [leadingDirections(x, 5), leadingDirections(x, () => 5)];
    assertEquals([few.count, few.width], [5, 100]);
    // A residual of 5·10⁻⁶ over gaps of a fifth of the greatest eigenvalue and less.
    few.values.forEach((value, at) => assertAlmostEquals(value, all.values[at]!, 1e-3));
  }
});

for (const only of ["cpu", "native"] as const) {
  testWith(
    NEEDS[only],
    `classical-features: on ${only} fewer points than coordinates give orthonormal eigenvectors of their covariance`,
    async () => {
      await startBackend({ only });
      const x = cloud(20, 50, 0.9);
      const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, j) => sum + value * b[j]!, 0);
      const row = ({ values }: Rows, i: number) => values.subarray(50 * i, 50 * (i + 1));
      for (const count of [2, () => 20]) {
        const basis = leadingDirections(x, count);
        assertEquals(basis.count, typeof count === "number" ? count : 20);
        for (let k = 0; k < basis.count; k++) {
          const u = row(basis, k);
          for (let i = 0; i <= k; i++) assertAlmostEquals(dot(u, row(basis, i)), Number(i === k), 1e-5);
          // Cu = λu, with λ = uᵀCu; the greatest is about 3.
          const image = new Float32Array(50);
          for (let i = 0; i < 20; i++) {
            const weight = dot(row(x, i), u) / 20;
            row(x, i).forEach((value, j) => image[j]! += weight * value);
          }
          const variance = dot(image, u);
          image.forEach((value, j) => assertAlmostEquals(value, variance * u[j]!, 3e-5));
        }
      }
    },
  );
}

for (const only of ["cpu", "native"] as const) {
  testWith(
    NEEDS[only],
    `classical-features: on ${only} a direction's largest coordinate is positive`,
    async () => {
      await startBackend({ only });
      const { values } = leadingDirections(cloud(60, 12, 0.9), () => 12);
      for (let k = 0; k < 12; k++) {
        const row = values.subarray(12 * k, 12 * (k + 1));
        assertEquals(Math.max(...row), Math.max(...row.map(Math.abs)));
      }
    },
  );
}
