/**
 * Keeps a native library's messages off the user's terminal.
 *
 * @module
 */

const STDERR = 2;
const WRITE_ONLY = 1;

/**
 * Runs `load` with the process's standard error discarded. TensorFlow writes two lines there when it is loaded, before any of
 * its own log settings can take effect; but a command's first line should be the backend's name.
 *
 * @param load Loads the library.
 * @returns What `load` returns.
 */
export async function quietly<T>(load: () => Promise<T>): Promise<T> {
  // Node cannot call libc.
  if (typeof Deno === "undefined" || Deno.build.os !== "linux") return await load();
  const { symbols: libc } = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    dup: { parameters: ["i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const saved = libc.dup(STDERR);
  const nowhere = libc.open(new TextEncoder().encode("/dev/null\0"), WRITE_ONLY);
  libc.dup2(nowhere, STDERR);
  try {
    return await load();
  } finally {
    libc.dup2(saved, STDERR);
    libc.close(saved);
    libc.close(nowhere);
  }
}
