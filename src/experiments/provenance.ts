/**
 * How runs were made: for manifests and captions.
 *
 * @module
 */

import { z } from "zod";
import { BACKENDS } from "../engine/backend_names.ts";
import type { Computing } from "../engine/backend.ts";
import { ARITHMETIC, arithmeticOf } from "./arithmetic.ts";

/** A line of text, as versions and names of processors are. */
const LINE = z.string().max(1000).regex(/^\P{Cc}*$/u, "a line of text is wanted");

/** A backend's name. */
export const BACKEND = z.string().refine(
  (name) => BACKENDS.some((each) => each === name),
  "a backend's name is wanted",
);

const LINES = z.record(z.string(), LINE);

/** The schema of `manifest.json`. What runs of older versions of this code do not record is optional. */
export const MANIFEST = z.object({
  /** Wall seconds. */
  seconds: z.number().min(0),
  /** The backend, with the reason for its choice. */
  backend: z.object({ name: BACKEND, reason: LINE }),
  /** What it computed on, in words. */
  device: LINE.optional(),
  /** The arithmetic. */
  arithmetic: z.int().min(1).optional(),
  /** Versions of the software. */
  versions: LINES,
  /** The processor's name. */
  cpu: LINE,
  /** The instruction sets that its kernels choose between; `null` where they were not known. */
  features: LINE.nullish(),
  /** How many threads computed. */
  threads: z.int().min(1),
  /** The variables of the environment that the backend computed under. */
  environment: LINES.optional(),
  /** The commit of the code; `null` if git did not know it, with `+` if files differed from it. */
  commit: z.string().regex(/^[0-9a-f]{7,40}\+?$/, "a commit's hash is wanted").nullable(),
  /** The md5 of each file of the data set. */
  data: LINES,
});

/** What a run's `manifest.json` says about its machine and software. */
export type Manifest = z.infer<typeof MANIFEST>;

/** What the last bits of a run's numbers hang on, besides its spec. */
export const CONDITIONS = MANIFEST.omit({ seconds: true, commit: true, data: true }).extend({
  backend: BACKEND,
});

/** The same, as a value; equal ones give equal bits. */
export type Conditions = z.infer<typeof CONDITIONS>;

/** What a run in this process is made under. */
export function conditionsHere(
  backend: { readonly name: Conditions["backend"]; readonly computing: Computing },
  processor: Pick<Conditions, "cpu" | "features">,
  deno: string,
): Conditions {
  const { device, threads, versions, environment } = backend.computing;
  return {
    backend: backend.name,
    device,
    arithmetic: ARITHMETIC,
    versions: { deno, ...versions },
    ...processor,
    threads,
    environment: { ...environment },
  };
}

/** What a run was made under, as its manifest says. */
export function conditionsOf({ backend: { name: backend }, ...manifest }: Manifest): Conditions {
  return CONDITIONS.parse({ ...manifest, backend, arithmetic: arithmeticOf(manifest) });
}

/** Its parts, by a name each. */
function partsOf(made: Conditions): Map<string, string> {
  const parts = new Map<string, string>();
  for (const [name, value] of Object.entries(made)) {
    if (value === undefined) continue;
    if (typeof value !== "object") parts.set(name, String(value));
    else for (const [inner, text] of Object.entries(value ?? {})) parts.set(inner, String(text));
  }
  return parts;
}

/** All that a run was made under, as one text: equal ones give equal bits. */
export function conditionsKey(manifest: Manifest): string {
  return JSON.stringify([...partsOf(conditionsOf(manifest))].sort());
}

/**
 * How two runs, or the two parts of one, were made differently.
 *
 * @param before What the one was made under.
 * @param now The other.
 * @returns The first difference in words; `undefined` if there is none, so that their bits are the same.
 *
 * @example Another TensorFlow
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const now = { backend: "native", versions: { tensorflow: "2.21.0" }, cpu: "AMD EPYC", threads: 1, arithmetic: 4 } as const;
 * const before = { ...now, versions: { tensorflow: "2.20.0" } };
 * assertEquals(differenceOf(before, now), "with tensorflow 2.20.0, and here it is 2.21.0");
 * assertEquals(differenceOf(now, { ...now }), undefined);
 * ```
 */
export function differenceOf(before: Conditions, now: Conditions): string | undefined {
  return differencesOf(before, now)[0];
}

/** All differences in words, as {@linkcode differenceOf} says the first. */
export function differencesOf(before: Conditions, now: Conditions): string[] {
  const [then, here] = [partsOf(before), partsOf(now)];
  return [...new Set([...then.keys(), ...here.keys()])].flatMap((name) => {
    const [was, is] = [then.get(name) ?? "unknown", here.get(name) ?? "unknown"];
    if (was === is) return [];
    if (name === "backend") return `on backend ${was}, and this is ${is}`;
    if (name === "arithmetic") return `by arithmetic ${was}, and this code has ${is}`;
    return `with ${name} ${was}, and here it is ${is}`;
  });
}

/**
 * Where runs were computed, if not all on one kind of device: a table whose runs are of several says so.
 *
 * @param devices Of each run, as its manifest says; older ones do not.
 * @returns A sentence; empty where there is one kind.
 *
 * @example A GPU beside CPUs
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(devicesNote(["the CPU", "the CPU", undefined]), "");
 * assertEquals(devicesNote(["the CPU", "CUDA", "the CPU"]), "Computed on several devices: the CPU (2 runs), CUDA (1 run).");
 * ```
 */
export function devicesNote(devices: readonly (string | undefined)[]): string {
  const known = [...Map.groupBy(devices.filter((each) => each !== undefined), (each) => each)];
  if (known.length < 2) return "";
  const each = known.map(([device, { length }]) => `${device} (${length} run${length === 1 ? "" : "s"})`);
  return `Computed on several devices: ${each.join(", ")}.`;
}

/** What a caption says about a run. */
export interface Provenance {
  /** Its epochs. */
  readonly epochs: number;
  /** Its seed. */
  readonly seed: number;
  /** The preprocessing of its images. */
  readonly preprocessing: string;
  /** The backend that it was trained on. */
  readonly backend: string;
  /** What that computed on, as far as it is known. */
  readonly device?: string | undefined;
  /** The arithmetic by which it was trained. */
  readonly arithmetic: number;
}

/**
 * The runs in words.
 *
 * @param runs The runs; what they share is mentioned once.
 * @returns A line.
 *
 * @example Two digits of one schedule
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ARITHMETIC } from "./arithmetic.ts";
 *
 * const run = { epochs: 7, seed: 0, preprocessing: "std", backend: "native", arithmetic: ARITHMETIC };
 * assertEquals(provenanceText([run, run]), "epochs 7, seed 0, preprocessing std, backend native, arithmetic " + ARITHMETIC);
 * ```
 */
export function provenanceText(runs: readonly Provenance[]): string {
  const lines = runs.map(({ epochs, seed, preprocessing, backend, arithmetic }) =>
    `epochs ${epochs}, seed ${seed}, preprocessing ${preprocessing}, backend ${backend}, arithmetic ${arithmetic}` +
    (arithmetic === ARITHMETIC ? "" : ` (drawn with ${ARITHMETIC})`)
  );
  return [...new Set(lines), ...[devicesNote(runs.map(({ device }) => device))].filter(Boolean)].join("; ");
}
