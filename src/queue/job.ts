/**
 * What travels through the queue, as schemas: a job, how far it is, what came of it, and who works.
 *
 * Nothing of it is trusted: a worker checks a spec as a command line is checked, a caller a result as its store's files are.
 *
 * @module
 */

import { z } from "zod";
import type { Backend } from "../engine/backend.ts";
import { isCuda } from "../engine/backend_names.ts";
import { ARITHMETIC } from "../experiments/arithmetic.ts";
import type { RunSpec } from "../experiments/run_spec.ts";
import { hashOf, RUN_SPEC } from "../experiments/run_spec.ts";
import { fitted, FormatError } from "../platform/json.ts";

/** What computes: runs of one class are made alike, those of two are never mixed unseen. */
export type BackendClass = "native-cpu" | "native-gpu" | "webgpu" | "wasm" | "cpu";

/** The class of a backend that has started. */
export function classOf({ name, computing }: Pick<Backend, "name" | "computing">): BackendClass {
  if (name !== "native") return name;
  return isCuda(computing.device) ? "native-gpu" : "native-cpu";
}

/** How the names of all queues of this project begin. */
export const QUEUES = "memgan-";

/** The queue of a class: workers of another arithmetic or another class have queues of their own. */
export function queueName(of: BackendClass): string {
  return `${QUEUES}a${ARITHMETIC}-${of}`;
}

/** A run's name on the queue: asked for twice, it is there once. */
export function jobIdOf(spec: RunSpec): string {
  return `run-${hashOf(spec)}`;
}

/** How often a run may fail, or its worker be lost. */
export const ATTEMPTS = 3;

const MOST_BYTES = 10_000;
const MOST = 1e6;

/** Whether no number in a value is larger than any recipe needs: a worker's memory is not the queue's to give away. */
function isBounded(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) <= MOST;
  return typeof value !== "object" || value === null || Object.values(value).every(isBounded);
}

const JOB = z.strictObject({ spec: RUN_SPEC });

/**
 * The run that a job asks for.
 *
 * @param id The job's name.
 * @param data Its data, whatever it is.
 * @returns The run.
 * @throws {FormatError} If it is no run, or not the one that the name says.
 */
export function specOf(id: string | undefined, data: unknown): RunSpec {
  const bytes = JSON.stringify(data)?.length ?? 0;
  if (bytes > MOST_BYTES) throw new FormatError(`it has ${bytes} bytes, ${MOST_BYTES} are allowed`);
  const { spec } = fitted(JOB, data);
  if (!isBounded(spec.recipe)) throw new FormatError(`its recipe has a number beyond ${MOST}`);
  const wanted = jobIdOf(spec);
  if (id !== wanted) throw new FormatError(`it is run ${wanted.slice(4)}, its name says another`);
  return spec;
}

const LINE = z.string().max(200).regex(/^\P{Cc}*$/u, "a line of text is wanted");

const PROGRESS = z.strictObject({ epochs: z.number().min(0), of: z.number().min(1) });

/** How far a job is, if what it says of that can be read. */
export function progressOf(value: unknown): z.infer<typeof PROGRESS> | undefined {
  return PROGRESS.safeParse(value).data;
}

/** The schema of what a worker says of a run that is done. */
export const RESULT = z.strictObject({
  /** The key of its files; `null` where they are in a folder that all share. */
  parcel: z.string().max(200).nullable(),
  /** The digest of each file. */
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 is wanted")),
});

/** What a worker says of a run that is done. */
export type Result = z.infer<typeof RESULT>;

/** The schema of a worker as it registers. */
export const SEAT = z.strictObject({
  /** Its machine and process. */
  name: LINE,
  /** How many runs at a time. */
  jobs: z.int().min(1).max(10_000),
  /** Milliseconds since 1970. */
  since: z.int().min(0),
});

/** A worker as it registers. */
export type Seat = z.infer<typeof SEAT>;
