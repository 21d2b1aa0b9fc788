/**
 * Ways to open the doors of the book: to what comes from a store, and to who asks its server.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

const TESTS = ["tests/book_doors_test.ts"];

/** Breaks of the book. */
export const OF_THE_BOOK: readonly Mutation[] = [
  ...mutations("src/report/html.ts", [
    ["a store's HTML is HTML", "page-safe", "html: ({ text }) => escapeHtml(", "html: ({ text }) => String("],
  ], TESTS),
  ...mutations("src/report/page.ts", [
    ["a page has no policy", "page-safe", "${policyElement(false)}\n", ""],
  ], TESTS),
  ...mutations("src/report/formulas.ts", [
    [
      "a formula becomes an element within an attribute",
      "page-safe",
      '/<\\w(?:[^>"]|"[^"]*")*>|\\uE000(\\d+)\\uE000/g',
      "/\\uE000(\\d+)\\uE000/g",
    ],
  ], TESTS),
  ...mutations("src/cli/book_server.ts", [
    ["a page is served under a stranger's name", "book-serve", "if (!isOwnHost(", "if (false && !isOwnHost("],
  ], TESTS),
];
