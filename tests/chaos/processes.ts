/** Processes on a store, what they leave behind, and what became of the store. */

import { fromFileUrl, join } from "@std/path";
import type { Outcome } from "./outcomes.ts";

/** What came of a process; `code` is `undefined` where it had to be ended. */
export interface Ended {
  /** Its exit code; 137 after a kill. */
  readonly code: number | undefined;
  /** What it printed on standard output. */
  readonly stdout: string;
  /** What it printed on standard error. */
  readonly stderr: string;
}

/** A process under way. */
export interface Running {
  /** Its id. */
  readonly pid: number;
  /** What its environment and that of all it starts holds, and no other's. */
  readonly mark: string;
  /** What comes of it. */
  readonly ended: Promise<Ended>;
}

/** How one is started. */
export interface How {
  /** Its folder. */
  readonly cwd?: string;
  /** Variables besides this process's; those that are `undefined` are taken away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What starts it, in place of a shell's `exec "$@"`. */
  readonly shell?: string;
}

/** Milliseconds until a process counts as stuck. */
const PATIENCE = 300_000;

/** The variable that tells the processes of one call from those of others. */
const MARK = "MEMGAN_CHAOS";

const decoder = new TextDecoder();

/** Starts a script of this project. */
export function start(script: string, args: readonly string[], { cwd, env = {}, shell }: How = {}): Running {
  const file = fromFileUrl(new URL(`../../${script}`, import.meta.url));
  const deno = [Deno.execPath(), "run", "--quiet", "--no-prompt", "-A", file, ...args];
  const variables: Record<string, string | undefined> = { ...Deno.env.toObject(), ...env };
  const set = Object.entries(variables).flatMap(([name, value]) => value === undefined ? [] : [[name, value] as const]);
  const id = crypto.randomUUID();
  const mark = `${MARK}=${id}`;
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", shell ?? 'exec "$@"', "sh", ...deno],
    env: { ...Object.fromEntries(set), [MARK]: id },
    clearEnv: true,
    ...(cwd === undefined ? {} : { cwd }),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    for (const pid of [child.pid, ...markedProcesses(mark)]) kill(pid);
  }, PATIENCE);
  const ended = child.output().then(({ code, stdout, stderr }) => {
    clearTimeout(late);
    return { code: isLate ? undefined : code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  });
  return { pid: child.pid, mark, ended };
}

/** Kills a process by -9, if it still is one. */
export function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** The processes that one call of {@linkcode start} has started, and all that those have, but for corpses. */
export function markedProcesses(mark: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    try {
      return pid > 0 && decoder.decode(Deno.readFileSync(`/proc/${pid}/environ`)).split("\0").includes(mark);
    } catch {
      return false;
    }
  });
}

/** Whether no process is left: a worker that is still being loaded notices when it is. */
export async function allEnded(mark: string): Promise<boolean> {
  for (const late = performance.now() + 20_000; performance.now() < late;) {
    if (markedProcesses(mark).length === 0) return true;
    await sleep(50);
  }
  return false;
}

/** Waits. */
export const sleep = (milliseconds: number) => new Promise<void>((wake) => setTimeout(wake, milliseconds));

/** The files below a folder. */
export function filesIn(folder: string, at = ""): string[] {
  return [...Deno.readDirSync(join(folder, at))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(folder, join(at, name)) : [join(at, name)]
  ).sort();
}

/** Makes all files of a folder older than those that another call may be at. */
export async function age(folder: string): Promise<void> {
  const past = new Date(Date.now() - 10_000);
  for (const name of filesIn(folder)) await Deno.utime(join(folder, name), past, past);
  for (const { name } of Deno.readDirSync(folder)) await Deno.utime(join(folder, name), past, past);
}

/** What differs from call to call: how long it took, and in a report the commit of code that somebody is at. */
const TIMES = /"seconds": [\d.e-]+|\d+(?: \| |<\/td>\s*<td[^>]*>)(?:unknown|[0-9a-f]{12}\+?)(?= \||<)/g;

/** The results in a folder: each file's text without what differs from call to call. */
export function resultsIn(folder: string): Map<string, string> {
  return new Map(
    filesIn(folder).map((name) => {
      // It says when, how long and under which variables: all but the result.
      if (name.endsWith("manifest.json")) return [name, "there"];
      const bytes = Deno.readFileSync(join(folder, name));
      const isText = /\.(json|md|html)$/.test(name) && !name.endsWith("metrics.json");
      return [name, isText ? decoder.decode(bytes).replaceAll(TIMES, "") : bytes.toBase64()];
    }),
  );
}

/** What is wrong with a folder of results; nothing where it is as another. */
export function differenceOf(whole: ReadonlyMap<string, string>, folder: string): [Outcome, string] | undefined {
  const found = resultsIn(folder);
  for (const [name, text] of whole) {
    if (!found.has(name)) return ["stuck", `${name} is missing`];
    if (found.get(name) !== text) return ["silently wrong", `${name} is another`];
  }
  const more = [...found.keys()].filter((name) => !whole.has(name) && !name.startsWith("set-aside"));
  return more.length === 0 ? undefined : ["failed", `left behind: ${more.join(", ")}`];
}

/** Whether a process refused: exit 1 or 2, a message, no stack trace, and no result on standard output. */
export function isRefusal({ code, stdout, stderr }: Ended): boolean {
  return (code === 1 || code === 2) && stdout === "" && !/^\s+at |error: Uncaught|panicked/m.test(stderr) &&
    stderr.trim() !== "";
}
