/** Figure 3: what its two charts are made of. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { seededRng } from "../src/engine/random.ts";
import { testWith } from "./needs.ts";

const rng = seededRng(0, "fig3");
const cloud = (count: number, at: number) =>
  Array.from({ length: count }, () => Array.from({ length: 8 }, (_, k) => (k === 0 ? at : 0) + 0.1 * rng.normal()));

testWith(
  ["read", "env"],
  "fig-3-tsne: three clouds far apart stay apart in the plane, the same each time",
  async () => {
    // The charts' library looks at the environment when it is loaded, which plain `deno test` may not.
    const { fig3Panel } = await import("../figures/fig3.ts");
    const latent = { memory: cloud(20, 0), normal: cloud(40, 10), anomaly: cloud(40, 20) };
    const { points, distances } = fig3Panel(3, latent);
    assertEquals(fig3Panel(3, latent).points, points);
    assertEquals(points.length, 100);
    const centre = (kind: string) => {
      const of = points.filter((point) => point.kind === kind);
      return [
        of.reduce((sum, { x }) => sum + x, 0) / of.length,
        of.reduce((sum, { y }) => sum + y, 0) / of.length,
      ] as const;
    };
    const kinds = ["abnormal code", "normal code", "memory unit"];
    for (const { kind, x, y } of points) {
      const far = (each: string) => Math.hypot(x - centre(each)[0], y - centre(each)[1]);
      assertEquals(kinds.toSorted((a, b) => far(a) - far(b))[0], kind);
    }
    // The clouds of codes are 10 and 20 from that of the units, whose diameter is below 2.
    const least = (kind: string) =>
      Math.min(...distances.filter((each) => each.kind === kind).map((each) => each.distance));
    assertLess(4, least("normal code"));
    assert(least("abnormal code") > least("normal code"));
  },
);

testWith(["read", "env"], "fig-3-tsne: a code that is a combination of units has the distance 0", async () => {
  const { fig3Panel } = await import("../figures/fig3.ts");
  const memory = cloud(12, 0);
  const inside = memory.map((unit, i) => unit.map((value, k) => 0.5 * value + 0.5 * memory[(i + 1) % 12]![k]!));
  const { distances } = fig3Panel(0, { memory, normal: inside, anomaly: cloud(12, 5) });
  for (const { distance } of distances.filter(({ kind }) => kind === "normal code")) assertLess(distance, 1e-9);
});
