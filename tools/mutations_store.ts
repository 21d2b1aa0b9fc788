/**
 * Ways to break what the store says: files that are not held against their run, checkpoints, and what a run was made under.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** All of them. */
export const OF_THE_STORE: readonly Mutation[] = [
  ...mutations("src/experiments/run_files.ts", [
    ["a spec of another name passes", "store-truth", "if (hash !== name) throw", "if (hash === name + name) throw"],
    [
      "an AUROC that is not that of the scores passes",
      "store-truth",
      "if (reached !== wanted) throw",
      "if (reached > 1) throw",
    ],
    [
      "a file that is not what was written passes",
      "store-truth",
      "if (digest !== files[name]) {",
      "if (files[name] === undefined) {",
    ],
    [
      "an AUROC above 1 passes",
      "store-truth",
      "const AUROC = z.number().min(0).max(1);",
      "const AUROC = z.number().min(0);",
    ],
    ["missing weights pass", "store-truth", '...(spec.method === "untrained" ? [] : [WEIGHTS]),', ""],
  ], ["tests/chaos_test.ts"]),
  ...mutations("src/experiments/completed.ts", [
    [
      "a corrupt run is left out without a word",
      "store-truth",
      "tell(`run ${name} is left out",
      "void (`run ${name} is left out",
    ],
  ], ["tests/chaos_test.ts"]),
  ...mutations("src/experiments/checkpoint_file.ts", [
    [
      "a checkpoint of another run passes",
      "checkpoint-truth",
      "if (run !== hashOf(spec)) throw",
      "if (run === name) throw",
    ],
    [
      "a checkpoint of an epoch beyond the run's passes",
      "checkpoint-truth",
      "epoch < 1 || epoch > epochs",
      "epoch < 1",
    ],
    [
      "a checkpoint's digest is not wanted",
      "checkpoint-truth",
      "decodeSafetensors(name, bytes, true)",
      "decodeSafetensors(name, bytes)",
    ],
    [
      "a value that is not finite passes",
      "checkpoint-truth",
      "!values.every(Number.isFinite)",
      "!values.every((value) => value !== undefined)",
    ],
  ], ["tests/checkpoint_test.ts"]),
  ...mutations("src/experiments/store.ts", [
    ["who was taken over writes on", "lock-shared", "!await this.#lock.isOurs()", "false"],
  ], ["tests/lock_test.ts"]),
  ...mutations("src/experiments/resume.ts", [
    [
      "a curve of another run passes",
      "checkpoint-truth",
      "sha256Of(curve.text()) !== checkpoint.curve",
      "checkpoint.curve === undefined",
    ],
  ], ["tests/checkpoint_test.ts"]),
  ...mutations("src/experiments/provenance.ts", [
    [
      "versions do not matter",
      "checkpoint-truth",
      "for (const [inner, text] of Object.entries(value ?? {})",
      "for (const [inner, text] of Object.entries({})",
    ],
  ], ["tests/checkpoint_test.ts"]),
  ...mutations("src/experiments/safetensors.ts", [
    ["arrays may overlap", "weights-safetensors", "if (from !== end) {", "if (from > end) {"],
    [
      "bytes may follow the arrays",
      "weights-safetensors",
      "if (start + end !== bytes.length) throw",
      "if (start + end > bytes.length) throw",
    ],
    [
      "the digest is not compared",
      "weights-safetensors",
      "if (digest !== sha256) {",
      "if (digest.length !== sha256.length) {",
    ],
  ], ["tests/safetensors_test.ts"]),
  ...mutations("src/platform/files.ts", [
    [
      "the file is not synced",
      "store-whole-files",
      "await file.sync();\n      await Deno.rename(part, path);",
      "await Deno.rename(part, path);",
    ],
    ["the folder is not synced", "store-whole-files", "await folder.sync();", ""],
  ], ["tests/files_test.ts"]),
  ...mutations("src/platform/lock.ts", [
    ["a lock holds nobody up", "store-whole-files", "createNew: true,", "create: true,"],
  ], ["tests/store_test.ts"]),
  ...mutations("src/platform/lock.ts", [
    ["an owner shows no life", "lock-shared", "thread.postMessage({ path, id, every: pace.beat });", ""],
    ["who was killed here is waited for", "lock-shared", "if (free && isHere) return id;", ""],
    [
      "who lost a lock removes the other's",
      "lock-shared",
      "claim !== undefined && await isOurs()",
      "claim !== undefined",
    ],
    ["where no claim can be made a lock stays", "lock-shared", ".catch(() => null)", ".catch(() => undefined)"],
    ["what a kill has left of a claim stays", "lock-shared", "    await forgetClaims(path);\n", ""],
    [
      "a disk that fails leaves a lock for as long as the process lives",
      "lock-shared",
      "closed it is one that was left.\n    file.close();",
      "closed it is one that was left.",
    ],
    ["what is left of a claim stays", "lock-shared", "await Deno.remove(claim).catch(() => {});\n    file", "file"],
  ], ["tests/lock_test.ts"]),
  ...mutations("src/platform/json.ts", [
    ["of two equal keys the last counts", "json-strict", "if (open.at(-1)!.has(key)) return key;", ""],
    ["an infinite number passes", "json-strict", "value === Infinity || value === -Infinity", "value === -Infinity"],
  ], ["tests/files_test.ts"]),
  ...mutations("src/engine/native_environment.ts", [
    ["what others told oneDNN stays", "run-environment", "|ONEDNN|DNNL|", "|DNNL|"],
    ["what is in force is not recorded", "run-environment", "return { ...pinned, ...", "return { ..."],
  ], ["tests/provenance_test.ts"]),
  ...mutations("src/experiments/run.ts", [
    [
      "a manifest is not sealed with what computed",
      "run-manifest",
      "      ...under,\n",
      "      ...under,\n      threads: 1,\n",
    ],
  ], ["tests/provenance_test.ts"]),
  ...mutations("src/cli/environment.ts", [
    ["the commit is whichever repository's", "run-manifest", 'prefix !== "src/cli/" || ', "prefix === undefined || "],
  ], ["tests/provenance_test.ts"]),
];
