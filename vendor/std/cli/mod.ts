/** Stand-in for `jsr:@std/cli`, over `node:util`: only what this project uses. @module */

import { parseArgs as nodeParseArgs } from "node:util";

/** Which flags there are, and what for. */
export interface ParseOptions {
  /** Flags without a value. */
  boolean?: readonly string[];
  /** Flags with a value. */
  string?: readonly string[];
  /** Values of absent flags. */
  default?: Record<string, unknown>;
  /** Other names of flags. */
  alias?: Record<string, string>;
  /** Called for each argument that was not declared; return false to drop it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Parses command-line arguments into an object of flags and `_`, the rest. */
export function parseArgs(args: string[], options: ParseOptions = {}): Record<string, unknown> & { _: string[] } {
  const names = [...(options.boolean ?? []), ...(options.string ?? [])];
  const aliasOf = new Map(Object.entries(options.alias ?? {}).map(([name, alias]) => [alias, name]));
  const { tokens } = nodeParseArgs({
    args,
    strict: false,
    tokens: true,
    options: Object.fromEntries([
      ...names.map((name) => [name, { type: options.boolean?.includes(name) ? "boolean" : "string" }]),
      ...[...aliasOf].map(([alias, name]) => [alias, {
        type: options.boolean?.includes(name) ? "boolean" : "string",
        ...(alias.length === 1 ? { short: alias } : {}),
      }]),
    ]),
  });
  const out: Record<string, unknown> & { _: string[] } = { _: [], ...options.default };
  for (const name of options.boolean ?? []) out[name] ??= false;
  for (const token of tokens ?? []) {
    if (token.kind === "positional") out._.push(token.value);
    if (token.kind !== "option") continue;
    const name = aliasOf.get(token.name) ?? token.name;
    if (!names.includes(name)) {
      if (options.unknown?.(token.rawName, token.name, token.value) === false) continue;
    }
    out[name] = options.boolean?.includes(name) ? true : token.value ?? "";
  }
  return out;
}
