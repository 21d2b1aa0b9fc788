/**
 * `deno task ablate`: what the choices matter that no hyper-parameter expresses, each in a changed copy of this project.
 *
 * ```sh
 * deno task ablate --out results/mnist-ablation
 * ```
 *
 * The runs are those of `deno task search`: 2 epochs, digits 3 and 8, seeds 0 to 2, validation out of training images. They
 * go to `<out>/<clause>`, beside the change that made them.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import type { Command } from "../src/cli/flags.ts";
import { load, runMain } from "../src/cli/command.ts";
import { commitHash } from "../src/cli/environment.ts";
import type { VariantRow } from "../src/report/tables/variants.ts";
import type { Ablation } from "./ablations.ts";
import { ABLATIONS, CLASSES, SCHEDULE, SEEDS } from "./ablations.ts";
import { withCopy } from "./copy.ts";

const command: Command<"only"> = {
  task: "ablate",
  about: "Trains with one choice changed at a time, each in a copy of this project, and compares validation AUROC.",
  flags: { only: { value: "CLAUSE", help: "one choice alone (default: all)" } },
};

/** Does the runs of an ablation, as far as its folder lacks them. */
async function ablate({ what, clause, changes }: Ablation, out: string): Promise<VariantRow> {
  const folder = join(out, clause);
  await Deno.mkdir(folder, { recursive: true });
  const change = { what, clause, commit: await commitHash() ?? null, changes };
  const { writeWhole } = await load<typeof import("../src/platform/files.ts")>(
    import.meta.resolve("../src/platform/files.ts"),
  );
  await writeWhole(join(folder, "change.json"), JSON.stringify(change, undefined, 1) + "\n");
  return await withCopy(changes, async (copy) => {
    const variants = join(copy, "variants.json");
    await Deno.writeTextFile(variants, JSON.stringify(SCHEDULE));
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "search", "--variants", variants, "--classes", CLASSES.join(","), "--seeds"]
        .concat([SEEDS.join(","), "--out", folder, "--json"]),
      cwd: copy,
      stderr: "inherit",
    }).output();
    if (!success) throw new RangeError(`Cannot train with "${what}": see the lines above`);
    const [row]: VariantRow[] = JSON.parse(new TextDecoder().decode(stdout));
    return { ...row!, variant: what };
  });
}

await runMain(command, async (given) => {
  const only = given.choice("only", ABLATIONS.map(({ clause }) => clause));
  const out = resolve(given.text("out") ?? "out/ablation");
  const rows: VariantRow[] = [];
  for (const each of ABLATIONS) if (only === undefined || each.clause === only) rows.push(await ablate(each, out));
  const { variantTable } = await load<typeof import("../src/report/tables/variants.ts")>(
    import.meta.resolve("../src/report/tables/variants.ts"),
  );
  console.log(given.on("json") ? JSON.stringify(rows) : variantTable(rows, CLASSES));
});
