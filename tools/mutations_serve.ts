/**
 * Ways to break a server of a model.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** Those of its limits, its doors and its queue. */
export const OF_SERVE: readonly Mutation[] = [
  ...mutations("src/images/server/batcher.ts", [
    ["each image alone", "images-serve-batches", "    await new Promise((resolve) => setTimeout(resolve));\n", ""],
    ["batches without end", "images-serve-batches", "batch.length < most && filled < full;", "batch.length < most;"],
    ["work for who has gone", "images-serve-batches", "      signal.throwIfAborted();\n", ""],
  ], ["tests/batcher_test.ts"]),
  ...mutations("src/images/server/counters.ts", [
    ["buckets that count their own alone", "images-serve-metrics", "if (seconds <= bound)", "if (seconds === bound)"],
  ], ["tests/batcher_test.ts"]),
  ...mutations("src/images/server/uploads.ts", [
    ["a body of any length", "images-serve-limits", "      check(length + part.value.length);\n", ""],
    ["bytes without bound", "images-serve-limits", "      stay.bytes(part.value.length);\n", ""],
  ], ["tests/images_serve_limits_test.ts"]),
  ...mutations("src/images/server/app.ts", [
    ["a bomb", "images-serve-limits", ", mostPixels: limits.pixels }", " }"],
    ["room that is never left", "images-serve-limits", ".finally(() => stay.leave())", ""],
    ["posts from anywhere", "images-serve-doors", "isForeign(c.req.raw.headers)", 'c.req.path === ""'],
  ], ["tests/images_serve_limits_test.ts"]),
  ...mutations("src/platform/http.ts", [
    [
      "hosts that begin alike",
      "images-serve-doors",
      "host?.toLowerCase() === `${name}:${port}` ||",
      "host?.startsWith(name) ||",
    ],
  ], ["tests/images_serve_limits_test.ts"]),
];
