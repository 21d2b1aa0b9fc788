/** Figure 4: what its picture shows. */

import { assert, assertEquals } from "@std/assert";
import { testWith } from "./needs.ts";

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
