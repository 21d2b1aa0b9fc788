/** Where a trained memgan puts things. */

import { assert, assertEquals } from "@std/assert";
import { SMALL_DATA, smallSpec } from "./small_run.ts";
import { testWith, withFolder } from "./needs.ts";

testWith(
  ["read", "write", "env"],
  "choice-initialisation: how far training moved M is 0 before it, and within what Adam's rates allow after",
  async () => {
    const { doRun } = await import("../src/experiments/run.ts");
    const { startBackend } = await import("../src/engine/backend.ts");
    const { latentOf } = await import("../src/experiments/latent.ts");
    const { trainedRuns } = await import("../src/experiments/trained.ts");
    const backend = await startBackend({ only: "cpu" });
    const load = () => Promise.resolve(SMALL_DATA);
    const moved: number[] = [];
    for (const epochs of [0, 1]) {
      await withFolder(async (root) => {
        await doRun(smallSpec(epochs), { root, load, backend, commit: undefined });
        const [run] = await trainedRuns(root);
        moved.push((await latentOf(run!, SMALL_DATA, 5)).moved);
      });
    }
    assertEquals(moved[0], 0);
    // Four steps at 10⁻³, each a rate or little more a coordinate, of coordinates whose root mean square is about 1.
    assert(moved[1]! > 1e-4 && moved[1]! < 1e-2, String(moved[1]));
  },
);
