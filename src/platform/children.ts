/**
 * Child processes that end with this one, however it ends: a process that nobody waits for would hold its run's lock and a core.
 *
 * A program is watched by a shell at the other end of a pipe, which closes with this process. A script of this project asks the
 * kernel for the same, and watches the pipe where it cannot.
 *
 * @module
 */

import { spawn } from "node:child_process";
import process from "node:process";

/** What came of a program. */
export interface Outcome {
  /** Its exit code; 127 where there is no such program, which `stderr` says too; `null` where a signal ended it. */
  readonly code: number | null;
  /** What ended it, if a signal did. */
  readonly signal: string | null;
  /** What it printed on standard output. */
  readonly stdout: string;
  /** What it printed on standard error. */
  readonly stderr: string;
}

/** How a program is run. */
export interface ProgramOptions {
  /** Its folder; default: this process's. */
  readonly cwd?: string | undefined;
  /** Variables besides this process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed; default: none. */
  readonly patience?: number | undefined;
  /** Receives what it prints on standard output, as it comes. */
  readonly onText?: (text: string) => void;
}

/** Names the program to the shell: where Deno sees itself among the arguments of Node's `spawn`, it adds all permissions. */
const PROGRAM = "MEMGAN_PROGRAM";

// The program replaces the shell, so that its exit and signals are its own. What it has started itself is of its process group.
const WATCHED = `program=$${PROGRAM}; unset ${PROGRAM}; exec 3<&0; ` +
  'command -v "$program" >/dev/null || { echo "$program is not on this machine" >&2; exit 127; }; ' +
  '{ cat; kill -s KILL -- -$$; } <&3 3<&- >/dev/null 2>&1 & exec "$program" "$@" </dev/null 3<&-';

/** Milliseconds in which what is killed usually ends. */
const GRACE = 1000;

/** Whether a shell can be had to watch. */
function hasShell(): boolean {
  if (process.platform === "win32") return false;
  return typeof Deno === "undefined" || Deno.permissions.querySync({ name: "run", command: "sh" }).state === "granted";
}

/**
 * Runs a program to its end, with nothing on its standard input. Where this process is killed, so are the program and its children,
 * if there is a shell.
 *
 * @param program Its name.
 * @param args Its arguments.
 * @param options How.
 * @returns What came of it.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, patience, onText }: ProgramOptions = {},
): Promise<Outcome> {
  const watched = hasShell();
  const [name, all] = watched ? ["sh", ["-c", WATCHED, "sh", ...args]] : [program, [...args]];
  return new Promise((resolve, reject) => {
    const variables = { ...process.env, ...env, ...(watched ? { [PROGRAM]: program } : {}) };
    // A process group of its own: the watcher kills all of it.
    const child = spawn(name, all, { cwd, env: variables, detached: watched, windowsHide: true });
    const printed = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        printed[stream] += text;
        if (stream === "stdout") onText?.(text);
      });
    }
    child.stdin.on("error", () => {});
    child.on("error", (error: Error & { code?: string }) => {
      if (error.code !== "ENOENT") return reject(error);
      resolve({ code: 127, signal: null, stdout: "", stderr: `${program} is not on this machine` });
    });
    const end = () => {
      if (watched) child.stdin.destroy();
      else child.kill("SIGKILL");
      // What waits within a driver cannot be killed, nor what has left the process group: it is waited for no longer.
      setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
        child.unref();
        resolve({ code: null, signal: "SIGKILL", ...printed });
      }, GRACE).unref();
    };
    const late = patience === undefined ? undefined : setTimeout(end, patience);
    child.on("exit", () => {
      clearTimeout(late);
      // The watcher ends too, and with it whatever the program has left behind.
      child.stdin.destroy();
    });
    child.on("close", (code, signal) => resolve({ code, signal, ...printed }));
  });
}

/** Kills a process, whether it has ended already or not. */
export function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // Deno has seen its end.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** What a script may do: no network. */
const PERMISSIONS = ["read", "write", "env", "sys", "ffi", "run"].map((name) => `--allow-${name}`);

/** Names the process that a script is to end with. */
const PARENT = "MEMGAN_PARENT";

/**
 * Starts a script of this project, which has to call {@linkcode endWithParent}.
 *
 * @param script Its file.
 * @param args Its arguments.
 * @returns The process; its standard input has to stay open until it ends.
 */
export function startScript(script: string, args: readonly string[] = []): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...PERMISSIONS, script, ...args],
    env: { [PARENT]: String(Deno.pid) },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** Has the kernel kill this process when its parent ends; returns whether it will. */
function byKernel(): boolean {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return false;
  try {
    const { symbols } = Deno.dlopen("libc.so.6", { prctl: { parameters: ["i32", "u64"], result: "i32" } });
    return symbols.prctl(PR_SET_PDEATHSIG, BigInt(SIGKILL)) === 0;
  } catch {
    return false;
  }
}

/**
 * Ends this process with the one that started it by {@linkcode startScript}, even in the middle of a computation. Nothing else may read
 * standard input from here on.
 */
export function endWithParent(): void {
  const parent = Number(Deno.env.get(PARENT));
  // Called by hand.
  if (!parent) return;
  // A thread of its own, as this one computes and hears of nothing.
  if (!byKernel()) new Worker(import.meta.resolve("./parent_watch.ts"), { type: "module" });
  // Before anybody watched.
  if (Deno.ppid !== parent) Deno.exit(1);
}
