/**
 * `deno task memgan`: every command as one program, which can be installed and compiled.
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };
import { printable } from "../platform/errors.ts";
import { calledAs } from "../platform/task.ts";
import { callWith, load } from "./command.ts";

type Task = keyof typeof config.tasks;

/** The commands, by what one wants. */
export const GROUPS: Readonly<Record<string, readonly Task[]>> = {
  "Use it on images of your own": ["fit", "score", "evaluate", "serve"],
  "Reproduce the paper": [
    "reproduce",
    "table1",
    "table2",
    "table3",
    "fig1",
    "fig2",
    "fig3",
    "fig4",
    "gallery",
    "hull",
    "search",
    "worker",
    "queue",
  ],
  "Read it": ["read", "book"],
  "Check it": ["doctor", "setup", "proofs", "conformance", "verify"],
};

/** A compiled program is alone: it has no files beside it, and no Deno to start others with. */
const ALONE: readonly Task[] = ["fit", "score", "evaluate", "serve", "proofs", "fig2"];

const shown = (task: Task) => !Deno.build.standalone || ALONE.includes(task);

/** The help: a line a command. */
export function overview(): string {
  const groups = Object.entries(GROUPS).map(([title, tasks]) => {
    const lines = tasks.filter(shown).map((task) => `  ${task.padEnd(13)}${config.tasks[task].description}`);
    return lines.length === 0 ? [] : [`${title}\n${lines.join("\n")}`];
  });
  return [
    "MEMGAN (arXiv 2002.02669) and the methods that it is compared with: reproduced, and for images of your own.",
    "Usage: memgan COMMAND [flags]",
    ...groups.flat(),
    "memgan COMMAND --help says what a command takes.",
  ].join("\n\n");
}

async function main(): Promise<void> {
  const [name, ...rest] = Deno.args;
  if (name === undefined || name === "--help" || name === "-h") {
    console.log(overview());
    return;
  }
  const task = Object.values(GROUPS).flat().find((each) => each === name);
  if (task === undefined || !shown(task)) {
    console.error(`memgan has no command "${printable(name)}"; memgan --help lists them`);
    Deno.exit(2);
  }
  // Tasks set this; whoever installed or compiled the program has no tasks.
  if (Deno.build.standalone || Deno.env.get("INIT_CWD") === undefined) calledAs("memgan");
  callWith(rest);
  const file = task === "conformance" ? "../../tools/conformance/conformance.ts" : `./${task}.ts`;
  await load(import.meta.resolve(file));
}

if (import.meta.main) await main();
