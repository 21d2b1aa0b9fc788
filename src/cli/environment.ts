/**
 * What commands know of the machine and the checkout.
 *
 * @module
 */

import { dirname, fromFileUrl } from "@std/path";
import type { DatasetName, Protocol } from "../data/dataset.ts";
import { ABOUT, DATASETS, PROTOCOLS } from "../data/dataset.ts";
import type { Backend } from "../engine/backend.ts";
import { BACKENDS } from "../engine/backend_names.ts";
import type { Shard } from "../experiments/shards.ts";
import type { Flag, Given } from "./flags.ts";
import { load } from "./command.ts";
import { UsageError } from "./flags.ts";
import { endSetUp } from "../platform/permissions.ts";
import { sweepStore } from "../platform/leftovers.ts";
import { taskLine } from "../platform/task.ts";
import { userDataFolder } from "../platform/data_folder.ts";

/** Starts the backend that a command was asked for, setting it up where that is missing, and names it on standard error. */
export async function announceBackend(given: Pick<Given<never>, "choice">): Promise<Backend> {
  const only = given.choice("backend", BACKENDS);
  const { startBackend } = await load<typeof import("../engine/backend.ts")>(
    import.meta.resolve("../engine/backend.ts"),
  );
  const backend = await startBackend({ only, setUp: true, say: (line) => console.error(line) });
  await endSetUp();
  console.error(`backend: ${backend.name}, ${backend.reason}`);
  if (only === undefined && backend.name !== "native") {
    console.error(`\`${taskLine("doctor")}\` says how to get native`);
  }
  return backend;
}

/** The folder for results, found to be one that can be written before anything is loaded, started or trained. */
export async function outFolder(given: Pick<Given<never>, "text">, otherwise = "out"): Promise<string> {
  const root = given.text("out") ?? otherwise;
  const { tryFolder } = await load<typeof import("../platform/files.ts")>(import.meta.resolve("../platform/files.ts"));
  await tryFolder(root);
  await sweepStore(root);
  return root;
}

/** How many runs at a time, as a flag. */
export const JOBS_FLAG = { value: "N", help: "runs at a time (default: one per core, if memory has 2.5 GB for each)" };

/** A share of the runs, as a flag. */
export const SHARD_FLAG = {
  value: "I/N",
  help: "only the I-th of N shares of the runs, for N machines on one store (docs/cluster.md); nothing else is written",
};

/** The most shares. */
const SHARDS = 10_000;

/** Reads {@linkcode SHARD_FLAG}. */
export function readShard(given: Pick<Given<"shard">, "text">): Shard | undefined {
  const text = given.text("shard");
  if (text === undefined) return undefined;
  const [, index, count] = /^(\d{1,5})\/(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  if (!index || !count || index > count || count > SHARDS) {
    throw new UsageError(`--shard takes I/N with 1 ≤ I ≤ N ≤ ${SHARDS}, such as 3/16; it is "${text}"`);
  }
  return { index, count };
}

/** The flags of commands that read a data set. */
export const DATA_FLAGS = {
  dataset: { value: DATASETS.join("|"), help: "the data set (default: mnist)" },
  protocol: {
    value: PROTOCOLS.join("|"),
    help: "the split; batch5, for cifar10 only, tests on training batch 5 (default: official)",
  },
  classes: { value: "0,5", help: "the normal classes: 0,5 or 0..9" },
  data: { value: "DIR", help: "the folder with the official files (default: MEMGAN_DATA, else found or downloaded)" },
} as const satisfies Record<string, Flag>;

/** What those flags say. */
export interface DataChoice {
  /** The data set. */
  readonly dataset: DatasetName;
  /** The split. */
  readonly protocol: Protocol;
  /** The normal classes, `undefined` where none were given. */
  readonly classes: number[] | undefined;
  /** The folder of the files, if one was given. */
  readonly data: string | undefined;
}

/** Reads the flags in {@linkcode DATA_FLAGS}. */
export function readDataFlags(given: Given<keyof typeof DATA_FLAGS>): DataChoice {
  const dataset = given.choice("dataset", DATASETS) ?? "mnist";
  const { title, protocols, classNames } = ABOUT[dataset];
  const protocol = given.choice("protocol", protocols) ?? protocols[0];
  const classes = given.wholes("classes");
  const unknown = classes?.find((c) => c >= classNames.length);
  if (unknown !== undefined) {
    const last = classNames.length - 1;
    throw new UsageError(`--classes: ${title} has the classes 0 to ${last}, ${unknown} was asked for`);
  }
  return { dataset, protocol, classes, data: given.text("data") ?? userDataFolder() };
}

/**
 * The commit of this code, with `+` where files differ from it; `undefined` where git does not know: unpacked without its history,
 * whatever repository that folder may lie in.
 */
export async function commitHash(): Promise<string | undefined> {
  const git = async (...args: string[]) => {
    try {
      const cwd = dirname(fromFileUrl(import.meta.url));
      // Without the rest of the environment: a hook that runs this has GIT_DIR set, for a repository of its own.
      const env = Object.fromEntries(["PATH", "HOME", "SystemRoot"].flatMap((name) => {
        const value = Deno.env.get(name);
        return value === undefined ? [] : [[name, value]];
      }));
      const { success, stdout } = await new Deno.Command("git", { args, cwd, env, clearEnv: true, stderr: "null" })
        .output();
      return success ? new TextDecoder().decode(stdout).trim() : undefined;
    } catch {
      return undefined;
    }
  };
  // This project is a repository's whole tree, and this file is in it.
  const prefix = await git("rev-parse", "--show-prefix");
  if (prefix !== "src/cli/" || await git("ls-files", "--error-unmatch", "environment.ts") === undefined) {
    return undefined;
  }
  const hash = await git("rev-parse", "--short=12", "HEAD");
  return hash && hash + (await git("status", "--porcelain", "--untracked-files=no", "--", ":/") ? "+" : "");
}
