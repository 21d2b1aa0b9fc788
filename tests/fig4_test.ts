/** Figure 4: what its picture shows. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { loadMnist } from "../src/data/mnist.ts";
import { startBackend } from "../src/engine/backend.ts";
import { doRun } from "../src/experiments/run.ts";
import type { RunSpec } from "../src/experiments/run_spec.ts";
import { NEEDS } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallSpec } from "./small_run.ts";

testWith(
  ["read", "env", "sys"],
  "ablation-projection: a row without the loss above one with it, a panel a digit, every unit and code a mark",
  async () => {
    // The charts' library looks at the environment when it is loaded, which plain `deno test` may not.
    const { fig4Svg } = await import("../figures/fig4.ts");
    const kinds = ["memory unit", "normal code", "normal code"] as const;
    const points = kinds.map((kind, i) => ({ kind, x: i, y: -i }));
    const panels = [0, 5].flatMap((digit) =>
      ["all terms", "without l_proj"].map((variant) => ({ digit, variant, points, distances: [], inside: 0 }))
    );
    const svg = await fig4Svg(panels, "made by hand");
    const [without, whole] = ["without l_proj", "all terms"].map((name) => svg.indexOf(`>${name}<`));
    assert(0 < without! && without! < whole!, "the paper's upper picture is the one without");
    for (const digit of ["digit 0", "digit 5"]) assertEquals(svg.split(`>${digit}<`).length, 2);
    const marks = svg.match(/aria-roledescription="point"/g) ?? [];
    assertEquals(marks.length, panels.length * points.length);
  },
);

testWith(
  [...NEEDS, "native"],
  "ablation-projection: from a store's weights come the figure, its numbers and the ablation's table",
  async () => {
    const { drawFig4 } = await import("../figures/fig4.ts");
    await withFolder(async (root) => {
      const recipe = { ...smallSpec(1).recipe, batch: 64, k: 1 };
      const specs = [recipe, { ...recipe, without: "projection" }].map((each): RunSpec => ({
        ...smallSpec(1),
        recipe: each,
      }));
      const backend = await startBackend({ only: "native" });
      for (const spec of specs) {
        await doRun(spec, { root, load: () => loadMnist(), backend, commit: undefined, say: () => {} });
      }
      const { files, text } = await drawFig4({ root, specs, budget: "smoke", data: undefined });
      assertEquals(files.map((file) => file.slice(root.length + 1)), [
        ...["fig4/fig4.json", "fig4/ablation.json", "fig4/ablation.md", "fig4/fig4.svg", "fig4/fig4.png"],
      ]);
      const { panels, runs } = JSON.parse(await Deno.readTextFile(files[0]!));
      assertEquals(panels.map(({ variant }: { variant: string }) => variant), ["all terms", "without l_proj"]);
      for (const { points, distances } of panels) assertEquals([points.length, distances.length], [104, 100]);
      assertEquals(runs.length, 2);
      assertMatch(text, /\| all terms \| \d+\.\d \| – \|/);
      assertMatch(text, /\| without l_proj \| \d+\.\d \| [+−]\d+\.\d /);
    });
  },
);
