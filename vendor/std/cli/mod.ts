/** Stand-in for `jsr:@std/cli`: only what this project uses, with the original's rules. @module */

/** Which flags there are, and what for. */
export interface ParseOptions {
  /** Flags without a value. */
  boolean?: readonly string[];
  /** Flags with a value; with `_` among them, numbers in the rest stay texts. */
  string?: readonly string[];
  /** Called for each argument that was not declared, flag or not; return false to drop it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Parses command-line arguments into an object of flags and `_`, the rest, where numbers are numbers. No flag here is a single letter. */
export function parseArgs(
  args: string[],
  { boolean = [], string = [], unknown }: ParseOptions = {},
): Record<string, unknown> & { _: (string | number)[] } {
  const out: Record<string, unknown> & { _: (string | number)[] } = { _: [] };
  for (const name of boolean) out[name] = false;
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  for (let i = 0; i < end; i++) {
    const arg = args[i]!;
    const [, key, inline] = /^--?(.+?)(?:=(.+))?$/s.exec(arg) ?? [];
    if (key === undefined) {
      const isText = string.includes("_") || arg.trim() === "" || Number.isNaN(Number(arg));
      if (unknown?.(arg) !== false) out._.push(isText ? arg : Number(arg));
      continue;
    }
    const next = i + 1 < end ? args[i + 1]! : "";
    const isBoolean = boolean.includes(key);
    let value: unknown = inline;
    if (inline !== undefined) value = isBoolean ? inline === "true" : inline;
    else if (next !== "" && !isBoolean && !next.startsWith("-")) value = args[++i];
    else if (next === "true" || next === "false") value = args[++i] === "true";
    else value = string.includes(key) ? "" : true;
    if (!isBoolean && !string.includes(key) && unknown?.(arg, key, value) === false) continue;
    out[key] = value;
  }
  out._.push(...args.slice(end + 1));
  return out;
}
