/**
 * Runs in separate processes, a few at a time: two of one thread beat one of two.
 *
 * A worker reads its spec from the first line of its standard input and stays as long as that is open, so that it ends with
 * its parent however that ends. Results do not depend on how many workers there are.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import type { BackendName } from "../engine/backend.ts";
import type { Progress } from "./run.ts";
import type { RunSpec } from "./run_spec.ts";
import { StoppedError } from "../platform/errors.ts";

/** What a worker prints, a line each, on its standard output. */
export type Message = { progress: Progress } | { said: string } | { error: string } | { auroc: number };

/** The first line of a worker's standard input. */
export interface Order {
  /** What to run. */
  readonly spec: RunSpec;
  /** The store's folder. */
  readonly root: string;
  /** The backend. */
  readonly backend: BackendName;
  /** Why it was chosen, as a manifest says it: the worker is told which, and does not know why. */
  readonly reason?: string;
  /** Where the data is, if not where its loader looks. */
  readonly data: string | undefined;
  /** The commit of the code. */
  readonly commit: string | undefined;
}

/** How a pool works. */
export interface PoolOptions extends Omit<Order, "spec"> {
  /** How many processes at a time. */
  readonly jobs: number;
  /** Is told what goes on. */
  readonly watch: Watch;
}

/** Whoever is told of the runs of a pool. */
export interface Watch {
  /** A run starts. */
  begun(spec: RunSpec): void;
  /** It goes on. */
  progress(spec: RunSpec, progress: Progress): void;
  /** It has something to say. */
  said(spec: RunSpec, line: string): void;
  /** It is done, with this AUROC, a fraction of 1. */
  done(spec: RunSpec, auroc: number): void;
  /** It failed. */
  failed(spec: RunSpec, why: string): void;
}

/** Some runs failed; the others are in the store. */
export class UnfinishedError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "UnfinishedError";
  }
}

/** What a worker may do: no network. */
const PERMISSIONS = ["read", "write", "env", "sys", "ffi", "run"].map((name) => `--allow-${name}`);

/** Has a worker do a run; returns why it failed, or nothing. */
async function work(
  spec: RunSpec,
  { jobs: _jobs, watch, ...order }: PoolOptions,
  children: Set<Deno.ChildProcess>,
): Promise<string | undefined> {
  watch.begun(spec);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...PERMISSIONS, "--no-prompt", fromFileUrl(import.meta.resolve("./worker.ts"))],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  children.add(child);
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify({ spec, ...order } satisfies Order) + "\n"));
  const complaints = new Response(child.stderr).text();
  let outcome: string | undefined = "the worker ended without a word";
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const message: Message = JSON.parse(line);
      if ("error" in message) outcome = message.error;
      else if ("said" in message) watch.said(spec, message.said);
      else if ("progress" in message) watch.progress(spec, message.progress);
      else {
        outcome = undefined;
        watch.done(spec, message.auroc);
      }
    }
  }
  const { success, signal } = await child.status;
  children.delete(child);
  await writer.close().catch(() => {});
  if (outcome !== undefined && !success) {
    const last = (await complaints).trim().split("\n").pop();
    if (outcome.startsWith("the worker")) outcome += signal ? ` (${signal})` : last ? `: ${last}` : "";
  }
  return outcome;
}

/**
 * Does runs in worker processes; ends when all have ended.
 *
 * @param specs The runs; those that are done already take a moment each, so leave them out.
 * @param options How.
 * @returns How many failed.
 * @throws {StoppedError} After Ctrl-C, when the workers are gone.
 */
export async function runAll(specs: readonly RunSpec[], options: PoolOptions): Promise<number> {
  const children = new Set<Deno.ChildProcess>();
  let failures = 0;
  let stopped = false;
  const stop = () => {
    stopped = true;
    for (const child of children) child.kill("SIGKILL");
  };
  Deno.addSignalListener("SIGINT", stop);
  try {
    const queue = [...specs];
    const lane = async () => {
      for (let spec = queue.shift(); spec !== undefined && !stopped; spec = queue.shift()) {
        const failure = await work(spec, options, children);
        if (failure !== undefined && !stopped) {
          failures++;
          options.watch.failed(spec, failure);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(options.jobs, specs.length) }, lane));
  } finally {
    Deno.removeSignalListener("SIGINT", stop);
  }
  if (stopped) throw new StoppedError("Stopped; the same command goes on from the last epoch of each run");
  return failures;
}
