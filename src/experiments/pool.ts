/**
 * Runs in separate processes, a few at a time: two of one thread beat one of two.
 *
 * A worker reads its spec from the first line of its standard input, and ends with its parent however that ends. A run that
 * another process is at waits until the others are done. Results do not depend on how many workers there are.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { z } from "zod";
import type { BackendName } from "../engine/backend.ts";
import type { Progress } from "./run.ts";
import type { RunSpec } from "./run_spec.ts";
import { kill, startScript } from "../platform/children.ts";
import { StoppedError } from "../platform/errors.ts";
import { RunFolder } from "./store.ts";

const MESSAGE = z.union([
  z.strictObject({ progress: z.strictObject({ epochs: z.number(), of: z.number() }) }),
  z.strictObject({ checkpoint: z.number() }),
  z.strictObject({ said: z.string() }),
  z.strictObject({ error: z.string() }),
  z.strictObject({ busy: z.literal(true) }),
  z.strictObject({ auroc: z.number() }),
]);

/** What a worker prints, a line each, on its standard output. */
export type Message = z.infer<typeof MESSAGE>;

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
  /** Another process is at it; it is looked at again after the others. */
  waits(spec: RunSpec): void;
  /** Its checkpoint of this epoch is in its folder. */
  kept?(spec: RunSpec, epoch: number): void;
  /** It has something to say. */
  said(spec: RunSpec, line: string): void;
  /** It is done, with this AUROC, a fraction of 1. */
  done(spec: RunSpec, auroc: number): void;
  /** It failed. */
  failed(spec: RunSpec, why: string): void;
}

/** What is told of a run under way. */
export type Watching = Pick<Watch, "progress" | "kept" | "said">;

/** Some runs failed; the others are in the store. */
export class UnfinishedError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "UnfinishedError";
  }
}

/** Milliseconds between two looks at a run that another process is at. */
export const LOOK_AGAIN = 1000;

/** Milliseconds in which a Ctrl-C that ended a worker has reached this process too. */
const SAME_SIGNAL = 500;

const sleep = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds));

/** A line of a worker's standard output; what is none of its messages, a library's words for instance, is something said. */
export function messageOf(line: string): Message {
  try {
    return MESSAGE.parse(JSON.parse(line));
  } catch {
    return { said: line };
  }
}

/** How a worker ended: with an AUROC, before another process's lock, or without a result. */
export type End = { readonly auroc: number } | { readonly busy: true } | { readonly why: string };

/**
 * Has a process of its own do a run.
 *
 * @param order The run, and what it is done with.
 * @param watch Is told how it goes on.
 * @param children Holds the process for as long as it is there: whoever wants the run to end kills it.
 * @returns How it ended.
 */
export async function work(order: Order, watch: Watching, children: Set<Deno.ChildProcess>): Promise<End> {
  const { spec } = order;
  const child = startScript(fromFileUrl(import.meta.resolve("./worker.ts")));
  children.add(child);
  const complaints = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  // Of a worker that has ended already its status tells.
  await writer.write(new TextEncoder().encode(JSON.stringify(order) + "\n")).catch(
    () => {},
  );
  let end: End | undefined;
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const message = messageOf(line);
      if ("error" in message) end = { why: message.error };
      else if ("said" in message) watch.said(spec, message.said);
      else if ("progress" in message) watch.progress(spec, message.progress);
      else if ("checkpoint" in message) watch.kept?.(spec, message.checkpoint);
      else end = message;
    }
  }
  const { signal } = await child.status;
  children.delete(child);
  await writer.close().catch(() => {});
  if (signal === "SIGINT") await sleep(SAME_SIGNAL);
  if (end !== undefined) return end;
  const last = (await complaints).trim().split("\n").pop();
  return { why: `the worker ended without a word${signal ? ` (${signal})` : last ? `: ${last}` : ""}` };
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
  const { jobs, watch, ...rest } = options;
  const children = new Set<Deno.ChildProcess>();
  let failures = 0;
  let stopped = false;
  const stop = () => {
    stopped = true;
    for (const child of children) kill(child);
  };
  Deno.addSignalListener("SIGINT", stop);
  try {
    const queue = [...specs];
    const busy = new Set<RunSpec>();
    const wait = async (spec: RunSpec) => {
      if (!busy.has(spec)) watch.waits(spec);
      busy.add(spec);
      queue.push(spec);
      if (queue.every((each) => busy.has(each))) await sleep(LOOK_AGAIN);
    };
    const lane = async () => {
      for (let spec = queue.shift(); spec !== undefined && !stopped; spec = queue.shift()) {
        const folder = new RunFolder(rest.root, spec);
        if (await folder.isBusy()) {
          await wait(spec);
          continue;
        }
        busy.delete(spec);
        // Whoever was at it may have completed it.
        const isDone = await folder.isDone();
        if (!isDone) watch.begun(spec);
        const end = isDone ? { auroc: await folder.auroc() } : await work({ spec, ...rest }, watch, children);
        if (stopped) return;
        if ("busy" in end) await wait(spec);
        else if ("auroc" in end) watch.done(spec, end.auroc);
        else {
          failures++;
          watch.failed(spec, end.why);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(jobs, specs.length) }, lane));
  } finally {
    Deno.removeSignalListener("SIGINT", stop);
  }
  if (stopped) throw new StoppedError("Stopped; the same command goes on from the last epoch of each run");
  return failures;
}
