/**
 * A command's flags: what it takes, the help that lists them, and values that are checked.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { BACKENDS } from "../engine/backend_names.ts";
import { taskLine } from "../platform/task.ts";

/** The command was used wrongly: exit 2. */
export class UsageError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** A flag of a command. */
export interface Flag {
  /** How its value is written in the help, `0,5` for instance; absent for a flag without a value. */
  readonly value?: string;
  /** What it does, in a line. */
  readonly help: string;
}

/** A command, as its help shows it. */
export interface Command<Name extends string> {
  /** Its task's name, as in `deno task NAME`. */
  readonly task: string;
  /** What it does, in a sentence or a few. */
  readonly about: string;
  /** What it takes besides flags, files for instance; most commands take nothing. */
  readonly takes?: {
    /** How that is written in the help: `MODEL PATH…`. */
    readonly usage: string;
    /** How many it needs. */
    readonly least: number;
    /** How many it takes, if there is a limit. */
    readonly most?: number;
  };
  /** Its own flags; those in {@linkcode COMMON} every command has, unless it says otherwise of them here. */
  readonly flags: Readonly<Record<Name, Flag>>;
}

/** The flags that every command takes. */
export const COMMON = {
  backend: { value: BACKENDS.join("|"), help: "the only backend to try (default: the first that works)" },
  out: { value: "DIR", help: "the folder for results (default: out)" },
  json: { help: "print the result as JSON" },
  help: { help: "print this help and exit; so does -h" },
} as const satisfies Record<string, Flag>;

/** The flags that a command was given. */
export interface Given<Name extends string> {
  /** What it was given besides flags. */
  readonly rest: readonly string[];
  /** A flag's value, `undefined` where it was not given. */
  text(name: Name | keyof typeof COMMON): string | undefined;
  /** True where a flag without a value was given. */
  on(name: Name | keyof typeof COMMON): boolean;
  /** A flag's value as one of `choices`. */
  choice<C extends string>(name: Name | keyof typeof COMMON, choices: readonly C[]): C | undefined;
  /** A flag's value as several of `choices`, separated by commas. */
  several<C extends string>(name: Name, choices: readonly C[]): C[] | undefined;
  /** A flag's value as a whole number, `least` or more. */
  whole(name: Name, least: number): number | undefined;
  /** A flag's value as a number between 0 and 1, both excluded. */
  share(name: Name): number | undefined;
  /** A flag's value as a list of whole numbers: `0,5`, `0..9` or both. */
  wholes(name: Name): number[] | undefined;
}

/** A command's flags, its own first. */
function flagsOf(command: Command<string>): Readonly<Record<string, Flag>> {
  return { ...command.flags, ...COMMON, ...command.flags };
}

/**
 * The help text of a command.
 *
 * @param command The command.
 * @returns Several lines, without the last newline.
 */
export function helpText(command: Command<string>): string {
  const all = flagsOf(command);
  const flags = Object.entries(all).map(([name, { value, help }]) =>
    [`  --${name}${value === undefined ? "" : ` ${value}`}`, help] as const
  );
  const column = Math.min(32, Math.max(...flags.map(([left]) => left.length)) + 2);
  const lines = flags.map(([left, help]) =>
    left.length + 2 > column ? `${left}\n${" ".repeat(column)}${help}` : left.padEnd(column) + help
  );
  return `${command.about}\n\nUsage: ${taskLine(command.task)}${
    command.takes ? ` ${command.takes.usage}` : ""
  } [flags]\n\n${lines.join("\n")}`;
}

/**
 * A list of whole numbers as flags write it.
 *
 * @param text `0,5`, `0..9`, or both: `0..3,7`.
 * @param flag The flag's name, for the message.
 * @returns The numbers, each once, in the order given.
 * @throws {UsageError} If it is not such a list.
 *
 * @example A range and a single number
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseWholes("0..3,7", "classes"), [0, 1, 2, 3, 7]);
 * ```
 */
export function parseWholes(text: string, flag: string): number[] {
  const numbers = text.split(",").flatMap((part) => {
    const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(part.trim());
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (!match || to < from || to - from >= 10_000) {
      throw new UsageError(`--${flag} takes whole numbers such as 0,5 or 0..9; it is "${text}"`);
    }
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(numbers)];
}

/**
 * Reads a command's flags.
 *
 * @param command The command.
 * @param args What it was given.
 * @returns Its flags.
 * @throws {UsageError} If there is an argument it does not know, or a value is missing.
 */
export function readFlags<Name extends string>(command: Command<Name>, args: readonly string[]): Given<Name> {
  const flags = flagsOf(command);
  const known = Object.keys(flags);
  const parsed: Record<string, unknown> = parseArgs([...args], {
    // A folder may be called 2024.
    string: ["_", ...known.filter((name) => flags[name]!.value !== undefined)],
    boolean: known.filter((name) => flags[name]!.value === undefined),
    unknown: (arg) => {
      if (!arg.startsWith("-")) return;
      throw new UsageError(`"${arg}" is not a flag of ${command.task}; it has ${known.map((n) => `--${n}`).join(" ")}`);
    },
  });
  const rest = parsed["_"] as string[];
  const { usage, least, most = Infinity } = command.takes ?? { usage: "", least: 0, most: 0 };
  if (rest.length > most) throw new UsageError(`${command.task} does not take "${rest[most]}"`);
  if (rest.length < least) throw new UsageError(`${command.task} wants ${usage}: ${taskLine(command.task)} --help`);
  const text = (name: string): string | undefined => {
    const value = parsed[name];
    // A flag that follows is taken for no value, whichever way the parser sees it.
    if (value === "" || (typeof value === "string" && value.startsWith("--"))) {
      throw new UsageError(`--${name} needs a value: ${flags[name]!.value}`);
    }
    return typeof value === "string" ? value : undefined;
  };
  known.filter((name) => flags[name]!.value !== undefined).forEach(text);
  const oneOf = <C extends string>(name: string, value: string, choices: readonly C[]): C => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new UsageError(`--${name} is one of ${choices.join(", ")}; it is "${value}"`);
    return found;
  };
  // The one value that every command takes is wrong before any of them works.
  const backend = text("backend");
  if (backend !== undefined) oneOf("backend", backend, BACKENDS);
  return {
    rest,
    text,
    on: (name) => parsed[name] === true,
    choice(name, choices) {
      const value = text(name);
      return value === undefined ? undefined : oneOf(name, value, choices);
    },
    several: (name, choices) => text(name)?.split(",").map((value) => oneOf(name, value.trim(), choices)),
    whole(name, least) {
      const value = text(name);
      if (value !== undefined && (!/^\d{1,15}$/.test(value) || Number(value) < least)) {
        throw new UsageError(`--${name} takes a whole number, ${least} or more; it is "${value}"`);
      }
      return value === undefined ? undefined : Number(value);
    },
    share(name) {
      const value = text(name);
      if (value !== undefined && !(/^[\d.e-]+$/.test(value) && Number(value) > 0 && Number(value) < 1)) {
        throw new UsageError(`--${name} wants a number between 0 and 1; it is "${value}"`);
      }
      return value === undefined ? undefined : Number(value);
    },
    wholes(name) {
      const value = text(name);
      return value === undefined ? undefined : parseWholes(value, name);
    },
  };
}
