/**
 * The one reader of JSON that comes from outside this process.
 *
 * `JSON.parse` takes `1e999` for infinity, of two equal keys the last, `__proto__` for a key like any other, and no mark of the
 * byte order at the head of a file, which editors under Windows write.
 *
 * @module
 */

import type { z } from "zod";

/** A text is not what was wanted. */
export class FormatError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "FormatError";
  }
}

/** Strings, and what opens, closes and divides; numbers and words lie between. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** The first key that stands twice in one object of a text that is JSON. */
function twice(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{" || token === "[") open.push(token === "{" ? new Set() : undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const key: string = JSON.parse(last);
      if (open.at(-1)!.has(key)) return key;
      open.at(-1)!.add(key);
    }
    last = token;
  }
  return undefined;
}

function textOf(content: string | Uint8Array): string {
  if (typeof content === "string") return content.replace(/^\uFEFF/, "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw new FormatError("it is no text in UTF-8");
  }
}

/**
 * The value of a JSON text.
 *
 * @param content The text, or its bytes; a byte order mark at its head is passed over.
 * @returns The value.
 * @throws {FormatError} If it is not JSON, or an object has a key twice or the key `__proto__`, or a number is too large for a double.
 *
 * @example A number that no double can hold
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseJson('\uFEFF{"auroc": 0.5}'), { auroc: 0.5 });
 * assertThrows(() => parseJson('{"auroc": 1e999}'), FormatError, '"auroc" is a number beyond 1.8e308');
 * ```
 */
export function parseJson(content: string | Uint8Array): unknown {
  const text = textOf(content);
  let value: unknown;
  try {
    value = JSON.parse(text, (key, value) => {
      if (key === "__proto__") throw new FormatError('the key "__proto__" is not allowed');
      if (value === Infinity || value === -Infinity) {
        throw new FormatError(`${key === "" ? "it" : JSON.stringify(key)} is a number beyond 1.8e308`);
      }
      return value;
    });
  } catch (error) {
    if (error instanceof FormatError) throw error;
    if (text.trim() === "") throw new FormatError("it is empty");
    // The engine's message quotes the text, and a terminal should not be sent what a damaged file holds.
    throw new FormatError(`it is not JSON (${(error as Error).message.replaceAll(/\p{Cc}+/gu, "�")})`);
  }
  const key = twice(text);
  if (key !== undefined) throw new FormatError(`the key ${JSON.stringify(key)} stands twice in one object`);
  return value;
}

/**
 * The value of a JSON text, as a schema wants it.
 *
 * @param schema The schema.
 * @param content The text, or its bytes.
 * @returns What the schema makes of it.
 * @throws {FormatError} If it is not JSON, or not what the schema wants: with the first place that differs and what is there.
 */
export function parseAs<T>(schema: z.ZodType<T>, content: string | Uint8Array): T {
  return fitted(schema, parseJson(content));
}

/**
 * A value, as a schema wants it.
 *
 * @param schema The schema.
 * @param value The value.
 * @returns What the schema makes of it.
 * @throws {FormatError} If it is not what the schema wants.
 */
export function fitted<T>(schema: z.ZodType<T>, value: unknown): T {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0]!;
  const found = path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
  const shown = JSON.stringify(found)?.slice(0, 60) ?? "missing";
  throw new FormatError(`${path.length === 0 ? "it" : path.join(".")} is ${shown} (${message})`);
}
