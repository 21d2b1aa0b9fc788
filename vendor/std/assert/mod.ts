/** Stand-in for `jsr:@std/assert`, over `node:assert` and `node:util`: only what this project uses. @module */

import { deepStrictEqual, notDeepStrictEqual } from "node:assert/strict";

/** What a failed assertion throws. */
export class AssertionError extends Error {
  /** Names the failure. */
  constructor(message: string) {
    super(message);
    this.name = "AssertionError";
  }
}

function fail(what: string, msg?: string): never {
  throw new AssertionError(msg === undefined ? what : `${what}: ${msg}`);
}

/** Asserts that `expr` is truthy. */
export function assert(expr: unknown, msg?: string): asserts expr {
  if (!expr) fail("Expected a truthy value", msg);
}

/** Asserts deep equality; unlike the original it tells 0 from −0 and compares prototypes, so that what passes here passes there. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    fail((error as Error).message, msg);
  }
}

/** Asserts that two values differ. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  try {
    notDeepStrictEqual(actual, expected);
  } catch (error) {
    fail((error as Error).message, msg);
  }
}

/** Asserts that two numbers differ by at most `tolerance` (default 1e-7, relative to `expected`, as in the original). */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const delta = Math.abs(expected - actual);
  if (!(delta <= allowed)) fail(`Expected ${actual} to be within ${allowed} of ${expected}, it is ${delta} away`, msg);
}

/** Asserts `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) fail(`Expected ${actual} to be less than ${expected}`, msg);
}

/** Asserts `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) fail(`Expected ${actual} to be at most ${expected}`, msg);
}

/** Asserts `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) fail(`Expected ${actual} to be greater than ${expected}`, msg);
}

/** Asserts `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) fail(`Expected ${actual} to be at least ${expected}`, msg);
}

/** Asserts that `actual` is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) fail(`Expected a value, got ${actual}`, msg);
}

/** Asserts that `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) {
    fail(`Expected ${JSON.stringify(actual)} to include ${JSON.stringify(expected)}`, msg);
  }
}

/** Asserts that `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) fail(`Expected ${JSON.stringify(actual)} to match ${expected}`, msg);
}

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

function checkError<E extends Error>(
  error: unknown,
  ErrorClass?: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E {
  if (ErrorClass !== undefined && !(error instanceof ErrorClass)) {
    fail(`Expected error to be of class ${ErrorClass.name}, it is ${error}`, msg);
  }
  if (msgIncludes !== undefined) assertStringIncludes(String((error as Error)?.message), msgIncludes, msg);
  return error as E;
}

/** Asserts that `fn` throws. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass?: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checkError(error, ErrorClass, msgIncludes, msg);
  }
  fail("Expected function to throw", msg);
}

/** Asserts that `fn` rejects. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E> {
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch {
    fail("Function throws when expected to reject", msg);
  }
  try {
    await promise;
  } catch (error) {
    return checkError(error, ErrorClass, msgIncludes, msg);
  }
  fail("Expected function to reject", msg);
}
