/**
 * Ways to break the queue: what is trusted, what is lost, what is done twice.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

const TESTS = ["refused", "runs", "faults"].map((name) => `tests/queue_${name}_test.ts`);

/** All of them. */
export const OF_THE_QUEUE: readonly Mutation[] = [
  ...mutations("src/queue/address.ts", [
    ["a password after REDIS is shown", "queue-refused", ").*@/is", ").*@/s"],
    [
      "a password is sent to any host",
      "queue-refused",
      "own.host !== address.host || own.port !== address.port",
      "own.port !== address.port",
    ],
    ["what is shown has the password", "queue-refused", '"$1"', '"$&"'],
  ], TESTS),
  ...mutations("src/queue/job.ts", [
    ["a GPU's runs are a CPU's", "queue-runs", '"native-gpu" : "native-cpu"', '"native-cpu" : "native-cpu"'],
    ["another run than the name says is done", "queue-refused", "if (id !== wanted)", "if (id === undefined)"],
    ["a recipe may ask for any size", "queue-refused", "if (!isBounded(spec.recipe))", "if (bytes > MOST_BYTES)"],
  ], TESTS),
  ...mutations("src/queue/connection.ts", [
    ["an old server is used", "queue-refused", "major < OLDEST[0] ||", "major < 0 ||"],
    ["a server's return is not told", "queue-away", "if (isAway) say", "if (!isAway) say"],
  ], TESTS),
  ...mutations("src/queue/parcel.ts", [
    [
      "who has no lock sends too",
      "queue-runs",
      'redis.call("GET", KEYS[2]) ~= ARGV[2] then return 0',
      'redis.call("GET", KEYS[2]) ~= ARGV[2] then redis.call("PING")',
    ],
    ["other files are received too", "queue-runs", "if (odd !== undefined) throw", "if (odd === key) throw"],
  ], TESTS),
  ...mutations("src/queue/gather.ts", [
    [
      "a result's digests are not looked at",
      "queue-refused",
      "if (await folder.isDone()) {\n      await redis",
      "if (names.length > 0) {\n      await redis",
    ],
  ], TESTS),
  ...mutations("src/queue/worker.ts", [
    ["a run is tried for ever", "queue-failures", ">= ATTEMPTS", ">= 100 * ATTEMPTS"],
    ["a lost lock ends nothing", "queue-lost", "desk.taken.get(id)?.lose()", "desk.taken.get(id)"],
    ["what is no JSON is tried again and again", "queue-refused", 'data: "null"', 'data: "{"'],
  ], TESTS),
  ...mutations("src/queue/taken_run.ts", [
    ["what is given back stays away", "queue-stop", "await this.#job.moveToWait(this.#token);", "await 0;"],
  ], TESTS),
  ...mutations("src/queue/call.ts", [
    [
      "a new call finds what failed before",
      "queue-failures",
      "if (failed.has(id)) await",
      "if (!failed.has(id)) await",
    ],
    [
      "a run is looked at twice at a time",
      "queue-runs",
      "this.#pending.has(id) && !this.#settling.has(id)",
      "this.#pending.has(id)",
    ],
  ], TESTS),
  ...mutations("src/queue/look.ts", [
    ["two jobs of a state are looked at", "queue-failures", "([...states], 0, -1)", "([...states])"],
  ], TESTS),
  ...mutations("src/queue/state.ts", [
    ["clearing leaves what waits", "queue-state", "await queue.drain(true);", ""],
  ], TESTS),
  ...mutations("src/experiments/provenance.ts", [
    ["a table of several devices is silent", "run-manifest", "if (known.length < 2)", "if (known.length > 0)"],
  ], ["tests/comparison_test.ts"]),
];
