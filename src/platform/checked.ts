/**
 * Checks what a caller passes against a schema, and says in this project's words what is wrong with it.
 *
 * @module
 */

import type { z } from "zod";

/** A value as a message shows it. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}

/** What a schema wants where an issue was found. */
function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int"
        ? "a whole number"
        : `${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
    case "too_small":
      return `${issue.inclusive ? "at least" : "greater than"} ${issue.minimum}`;
    case "too_big":
      return `${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_value":
      return issue.values.map((value) => shown(value)).join(" or ");
    case "invalid_union":
      return issue.errors.map(([first]) => wanted(first!)).join(" or ");
    default:
      return issue.message;
  }
}

/**
 * What a caller passed, if a schema holds for it.
 *
 * @param schema The schema.
 * @param value What was passed.
 * @param doing What is being done, for the message: `create memgan`.
 * @param name What the value is called, for the message: `recipe`.
 * @returns A copy of it.
 * @throws {RangeError} If a number or a name is not one of those allowed.
 * @throws {TypeError} If something is missing, unknown or of another type.
 *
 * @example The message names the value
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { z } from "zod";
 *
 * const schema = z.strictObject({ batch: z.int().min(2) });
 * const message = "Cannot create memgan: recipe.batch must be at least 2, it is 1";
 * assertThrows(() => checked(schema, { batch: 1 }, "create memgan", "recipe"), RangeError, message);
 * ```
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown, doing: string, name: string): T {
  const { data, error } = schema.safeParse(value);
  const issue = error?.issues[0];
  if (issue === undefined) return data as T;
  const at = [name, ...issue.path].join(".");
  if (issue.code === "unrecognized_keys") {
    throw new TypeError(`Cannot ${doing}: ${at} must not have ${issue.keys.map((key) => shown(key)).join(", ")}`);
  }
  const found = issue.path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown>)[key], value);
  const message = `Cannot ${doing}: ${at} must be ${wanted(issue)}, it is ${shown(found)}`;
  const ofItsType = typeof found === "number" || (typeof found === "string" && issue.code === "invalid_value");
  throw ofItsType ? new RangeError(message) : new TypeError(message);
}
