/**
 * Keeps a native library's messages off the user's terminal.
 *
 * @module
 */

const STDERR = 2;
const WRITE_ONLY = 1;
const READ_ONLY = 0;
const EXCLUSIVE = 2;

/** How many calls are under way, and what restores standard error when the last of them ends. */
let depth = 0;
let restore = () => {};

/** Discards the process's standard error; returns what restores it. */
function discard(): () => void {
  const { symbols: libc } = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    dup: { parameters: ["i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
    flock: { parameters: ["i32", "i32"], result: "i32" },
  });
  const open = (path: string, how: number) => libc.open(new TextEncoder().encode(`${path}\0`), how);
  // Deno's threads share standard error and no variable: one that came in between would save the other's /dev/null. This file is
  // the process's own, and closing it unlocks it.
  const turn = open("/proc/self/stat", READ_ONLY);
  libc.flock(turn, EXCLUSIVE);
  const saved = libc.dup(STDERR);
  const nowhere = open("/dev/null", WRITE_ONLY);
  libc.dup2(nowhere, STDERR);
  libc.close(nowhere);
  return () => {
    libc.dup2(saved, STDERR);
    libc.close(saved);
    libc.close(turn);
  };
}

/**
 * Runs `load` with the process's standard error discarded. TensorFlow writes two lines there when it is loaded, before any of
 * its own log settings can take effect; but a command's first line should be the backend's name. Calls may overlap.
 *
 * @param load Loads the library.
 * @returns What `load` returns.
 */
export async function quietly<T>(load: () => Promise<T>): Promise<T> {
  // Node cannot call libc.
  if (typeof Deno === "undefined" || Deno.build.os !== "linux") return await load();
  if (depth === 0) restore = discard();
  depth++;
  try {
    return await load();
  } finally {
    depth--;
    if (depth === 0) restore();
  }
}
