/**
 * Arrays by name in one file, in the `safetensors` format: eight bytes of header length, a JSON header, then the values.
 *
 * What this code writes also holds the SHA-256 of header and values, as the text `sha256`; files of other programs need not.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { z } from "zod";
import type { NamedArray } from "../detectors/detector.ts";
import { fitted, parseJson } from "../platform/json.ts";

/** A description of an array in the header. */
const ENTRY = z.strictObject({
  dtype: z.literal("F32"),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const METADATA = z.record(z.string(), z.string());

type Header = Record<string, z.infer<typeof ENTRY> | Readonly<Record<string, string>>>;

/** The format's own bound on a header. */
const LONGEST_HEADER = 100_000_000;

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** The digest of a header without its digest, and of the values. */
function digestOf(header: Readonly<Header>, values: readonly Uint8Array[]): string {
  const hash = createHash("sha256").update(JSON.stringify(header));
  for (const bytes of values) hash.update(bytes);
  return hash.digest("hex");
}

/**
 * The bytes of a `.safetensors` file.
 *
 * @param arrays float32 arrays by name.
 * @param metadata Texts stored with them; `sha256` is taken.
 * @returns The file's bytes.
 *
 * @example There and back
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const arrays = { memory: { shape: [1, 2], values: new Float32Array([0.5, -3]) } };
 * assertEquals(decodeSafetensors("x", encodeSafetensors(arrays, { epoch: "7" })), { arrays, metadata: { epoch: "7" } });
 * ```
 */
export function encodeSafetensors(
  arrays: Readonly<Record<string, NamedArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Header = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    header[name] = { dtype: "F32", shape: [...shape], data_offsets: [offset, offset + values.byteLength] };
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    offset += values.byteLength;
  }
  header["__metadata__"] = { ...metadata, sha256: digestOf(header, parts) };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padding = (8 - text.length % 8) % 8;
  const bytes = new Uint8Array(8 + text.length + padding + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length + padding), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + text.length + padding);
  let at = 8 + text.length + padding;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Reads a `.safetensors` file.
 *
 * @param name The file's name, for messages.
 * @param bytes Its bytes.
 * @param sealed Whether it must hold the digest of its arrays and texts; where there is one, it is always checked.
 * @returns Its arrays and texts.
 * @throws {RangeError} If it is truncated; if its header is no JSON object, or has a name twice; if an array is other than float32,
 * or its shape does not fit its bytes; if the arrays overlap, or leave bytes between or after them; or if it is not what its
 * digest is of.
 */
export function decodeSafetensors(
  name: string,
  bytes: Uint8Array,
  sealed = false,
): { arrays: Record<string, NamedArray>; metadata: Record<string, string> } {
  const broken = (what: string) => new RangeError(`Cannot read "${name}": ${what}`);
  const checked = <T>(what: string, act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw broken(`${what}: ${(error as Error).message}`);
    }
  };
  if (bytes.length < 8) throw broken(`it has ${bytes.length} bytes, a header needs 8`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER) {
    throw broken(`its header is ${length} bytes long, at most ${LONGEST_HEADER} are allowed`);
  }
  const start = 8 + length;
  if (start > bytes.length) throw broken(`its header is ${length} bytes long, the file ${bytes.length}`);
  const header = checked(
    "its header",
    () => fitted(z.record(z.string(), z.unknown()), parseJson(bytes.subarray(8, start))),
  );
  const { __metadata__: texts = {}, ...entries } = header;
  const { sha256, ...metadata } = checked("its texts", () => fitted(METADATA, texts));
  const arrays: Record<string, NamedArray> = {};
  const places: { key: string; from: number; to: number }[] = [];
  for (const [key, given] of Object.entries(entries)) {
    const { shape, data_offsets: [from, to] } = checked(`array "${key}"`, () => fitted(ENTRY, given));
    const wanted = shape.reduce((product, size) => product * size, BYTES);
    if (to - from !== wanted) {
      throw broken(`array "${key}" of the shape [${shape.join(", ")}] needs ${wanted} bytes, it has ${from} to ${to}`);
    }
    if (start + to > bytes.length) throw broken(`it has ${bytes.length} bytes, array "${key}" ends at ${start + to}`);
    places.push({ key, from, to });
    // A copy, because the values may not start at a multiple of four; `slice` makes none of what Node has read.
    arrays[key] = { shape, values: new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer) };
  }
  let end = 0;
  for (const { key, from, to } of places.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) {
      throw broken(`array "${key}" starts at ${from}, where ${end} is expected: the arrays follow each other`);
    }
    end = to;
  }
  if (start + end !== bytes.length) throw broken(`${bytes.length - start - end} bytes follow its last array`);
  if (sha256 === undefined) {
    if (sealed) throw broken("the SHA-256 of its arrays and texts is missing");
    return { arrays, metadata };
  }
  const digest = digestOf({ __metadata__: metadata, ...entries } as Header, [bytes.subarray(start)]);
  if (digest !== sha256) {
    throw broken(`the SHA-256 of its arrays and texts is ${digest}, it was written with ${sha256}`);
  }
  return { arrays, metadata };
}
