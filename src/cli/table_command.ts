/**
 * What the commands of Tables 1 and 2 share: all but the data set.
 *
 * @module
 */

import { join } from "@std/path";
import { TABLES } from "../../figures/exhibits.ts";
import type { DatasetName } from "../data/dataset.ts";
import { ABOUT } from "../data/dataset.ts";
import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";

/** `deno task table1` and `table2`. */
export async function tableMain(dataset: DatasetName): Promise<never> {
  const { name, title } = TABLES[dataset];
  const { protocols } = ABOUT[dataset];
  const command: Command<"protocol"> = {
    task: name,
    about: `Writes ${title} (${name}.md, .csv, .json, .html; results.json) from the runs in a store; trains nothing.`,
    flags: { protocol: { value: protocols.join("|"), help: `the protocol of the runs (default: ${protocols[0]})` } },
  };
  return await runMain(command, async (given) => {
    const root = given.text("out") ?? "out";
    const protocol = given.choice("protocol", protocols) ?? protocols[0];
    console.error(`backend: none needed, ${title} is made of stored results`);
    const { absentFrom, listed, writeTable } = await load<typeof import("../../figures/tables.ts")>(
      import.meta.resolve("../../figures/tables.ts"),
    );
    // What the list names, so that runs of another budget do not mix in.
    const named = (await listed(root)).filter((each) => each.dataset === dataset && each.protocol === protocol);
    const runs = named.length === 0 ? undefined : new Set(named.map(({ run }) => run));
    for (const run of await absentFrom(root, named)) {
      console.error(`run ${run}, which "${join(root, "results.json")}" names, is not in "${join(root, "runs")}"`);
    }
    const text = await writeTable(
      root,
      { dataset, protocol, runs },
      runs === undefined ? "of every run in the store" : "as in results.json",
    );
    console.log(given.on("json") ? await Deno.readTextFile(join(root, `${name}.json`)) : text);
  });
}
