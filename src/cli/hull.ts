/**
 * `deno task hull`: measures Theorem 2 on trained models.
 *
 * @module
 */

import { join } from "@std/path";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { announceBackend } from "./environment.ts";

const command: Command<"units"> = {
  task: "hull",
  about: "Measures Theorem 2 on the trained runs in a store: where E(x) lies relative to the memory's convex hull.",
  flags: { units: { help: "of Table 3's runs, by their number of memory units, with a figure" } },
};

await runMain(command, async (given) => {
  const root = given.text("out") ?? "out";
  await announceBackend(given);
  const say = (line: string) => console.error(line);
  if (given.on("units")) {
    const { drawHullUnits } = await load<typeof import("../../figures/hull_units.ts")>(
      import.meta.resolve("../../figures/hull_units.ts"),
    );
    const { rows, text } = await drawHullUnits(root, say);
    console.log(given.on("json") ? JSON.stringify(rows) : text);
    return;
  }
  const { measureHulls } = await load<typeof import("../experiments/hull_of_memory.ts")>(
    import.meta.resolve("../experiments/hull_of_memory.ts"),
  );
  const { hullTable } = await load<typeof import("../report/tables/hull.ts")>(
    import.meta.resolve("../report/tables/hull.ts"),
  );
  const { writeWhole } = await load<typeof import("../platform/files.ts")>(
    import.meta.resolve("../platform/files.ts"),
  );
  const rows = await measureHulls(root, say);
  await writeWhole(join(root, "hull.json"), JSON.stringify(rows, undefined, 1) + "\n");
  console.log(given.on("json") ? JSON.stringify(rows) : hullTable(rows));
});
