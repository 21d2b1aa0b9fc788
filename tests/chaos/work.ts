/**
 * A process that does on a few drawn images what `reproduce` does on MNIST: four runs, the table and the report. ROOT [list | NUMBER]:
 * lists the moments at which it could be killed, or kills itself at one of them.
 *
 * @module
 */

import { writeReport } from "../../figures/report.ts";
import { writeTable } from "../../figures/tables.ts";
import { outFolder } from "../../src/cli/environment.ts";
import { IFOREST, PCA } from "../../src/detectors/recipes/baselines.ts";
import { startBackend } from "../../src/engine/backend.ts";
import { isNativeReady } from "../../src/engine/native_addon.ts";
import { doRun } from "../../src/experiments/run.ts";
import type { RunSpec } from "../../src/experiments/run_spec.ts";
import { oneLine } from "../../src/platform/errors.ts";
import { SMALL_DATA, smallSpec } from "../small_run.ts";
import { watchFiles } from "./moments.ts";

const SPECS: readonly RunSpec[] = [
  { ...smallSpec(1), method: "pixelmean", recipe: {} },
  { ...smallSpec(1), method: "pca", recipe: { ...PCA.mnist, components: 4 } },
  { ...smallSpec(1), method: "iforest", recipe: { ...IFOREST.mnist } },
  smallSpec(3),
];

const [folder, moment] = Deno.args as [string, string | undefined];
let count = 0;
if (moment !== undefined) {
  watchFiles((what, path) => {
    if (moment === "list") console.log(JSON.stringify({ what, path }));
    else if (count === Number(moment)) Deno.kill(Deno.pid, "SIGKILL");
    count++;
  });
}
try {
  const root = await outFolder({ text: () => folder });
  const backend = await startBackend({ only: isNativeReady() ? "native" : "cpu" });
  const load = () => Promise.resolve(SMALL_DATA);
  for (const spec of SPECS) {
    await doRun(spec, { root, load, backend, commit: undefined, say: (line) => console.error(line) });
  }
  const wanted = { dataset: "mnist", protocol: "official" } as const;
  await writeTable(root, wanted, "chaos");
  await writeReport(root, wanted, "chaos", "chaos", []);
  Deno.exit(0);
} catch (error) {
  console.error(oneLine(error) ?? error);
  Deno.exit(1);
}
