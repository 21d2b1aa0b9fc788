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
import { REGISTRY } from "./methods.ts";
import type { RunSpec } from "./run_spec.ts";
import { hashOf } from "./run_spec.ts";

/** What a worker prints, a line each, on its standard output. */
export type Message = { progress: Progress } | { said: string } | { error: string } | { done: true };

/** The first line of a worker's standard input. */
export interface Order {
  /** What to run. */
  readonly spec: RunSpec;
  /** The store's folder. */
  readonly root: string;
  /** The backend. */
  readonly backend: BackendName;
  /** Where the data is, if not where its loader looks. */
  readonly data: string | undefined;
  /** The commit of the code. */
  readonly commit: string | undefined;
}

/** How a pool works. */
export interface PoolOptions extends Omit<Order, "spec"> {
  /** How many processes at a time. */
  readonly jobs: number;
  /** Receives lines for the user. */
  readonly say: (line: string) => void;
  /** Whether `say` writes to a terminal, where progress lines may be overwritten. */
  readonly live: boolean;
}

/** Runs were stopped by Ctrl-C. */
export class StoppedError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "StoppedError";
  }
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

/** A short name of a run for people. */
export function nameOf(spec: RunSpec): string {
  return `${spec.method} class ${spec.class} seed ${spec.seed} (${hashOf(spec)})`;
}

/** About how long a run takes on one core, in seconds; for estimates alone. */
export function estimate({ method, dataset, recipe }: RunSpec): number {
  const { seconds, recipes } = REGISTRY[method];
  const share = (name: string) => Number(recipe[name] ?? 1) / Number(recipes[dataset][name] ?? 1);
  return Math.max(6, seconds[dataset] * share("epochs") * share("k"));
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** The state of all runs, as lines for people. */
class Board {
  readonly #fraction = new Map<string, number>();
  readonly #start = performance.now();
  readonly specs: readonly RunSpec[];
  readonly options: PoolOptions;
  #atStart = 0;

  constructor(specs: readonly RunSpec[], options: PoolOptions) {
    this.specs = specs;
    this.options = options;
  }

  update(spec: RunSpec, fraction: number, text: string): void {
    const key = hashOf(spec);
    // What a resumed run brings along was not done in this call's time.
    if (!this.#fraction.has(key)) this.#atStart += Math.floor(fraction * estimate(spec));
    this.#fraction.set(key, fraction);
    const total = this.specs.reduce((sum, each) => sum + estimate(each), 0);
    const done = this.specs.reduce((sum, each) => sum + estimate(each) * (this.#fraction.get(hashOf(each)) ?? 0), 0);
    const elapsed = (performance.now() - this.#start) / 1000;
    const fresh = done - this.#atStart;
    const left = fresh > 10 ? `, about ${minutes(elapsed * (total - done) / fresh)} left` : "";
    this.options.say(`${nameOf(spec)}: ${text}; ${Math.floor(100 * done / total)} % of all${left}`);
  }
}

async function work(spec: RunSpec, board: Board, children: Set<Deno.ChildProcess>): Promise<string | undefined> {
  const { jobs: _jobs, say, live, ...order } = board.options;
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
  let lastEpoch = -1;
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const message: Message = JSON.parse(line);
      if ("error" in message) outcome = message.error;
      else if ("said" in message) say(`${nameOf(spec)}: ${message.said}`);
      else if ("done" in message) outcome = undefined;
      else {
        const { epochs, of } = message.progress;
        if (!live && Math.floor(epochs) === lastEpoch) continue;
        lastEpoch = Math.floor(epochs);
        board.update(spec, epochs / of, `epoch ${live ? epochs.toFixed(1) : lastEpoch} of ${of}`);
      }
    }
  }
  const { success, signal } = await child.status;
  children.delete(child);
  await writer.close().catch(() => {});
  if (outcome === undefined) board.update(spec, 1, "done");
  else if (!success) {
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
 * @returns What went wrong, a line a failed run; empty if all is well.
 * @throws {StoppedError} After Ctrl-C, when the workers are gone.
 */
export async function runAll(specs: readonly RunSpec[], options: PoolOptions): Promise<string[]> {
  const board = new Board(specs, options);
  const children = new Set<Deno.ChildProcess>();
  const failures: string[] = [];
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
        const failure = await work(spec, board, children);
        if (failure !== undefined && !stopped) {
          failures.push(`${nameOf(spec)}: ${failure}`);
          options.say(failures.at(-1)!);
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
