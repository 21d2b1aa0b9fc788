/**
 * Arrays by name in one file, in the `safetensors` format: eight bytes of header length, a JSON header, then the values.
 *
 * @module
 */

import type { NamedArray } from "../detectors/detector.ts";

interface RegisteredMethod {
  dtype: "F32";
  shape: number[];
  data_offsets: [number, number];
}

/**
 * The bytes of a `.safetensors` file.
 *
 * @param arrays float32 arrays by name.
 * @param metadata Texts stored with them.
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
  const header: Record<string, RegisteredMethod | Readonly<Record<string, string>>> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    header[name] = { dtype: "F32", shape: [...shape], data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padding = (8 - text.length % 8) % 8;
  const bytes = new Uint8Array(8 + text.length + padding + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length + padding), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + text.length + padding);
  let at = 8 + text.length + padding;
  for (const { values } of Object.values(arrays)) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/**
 * The contents of a `.safetensors` file.
 *
 * @param name The file's name, for messages.
 * @param bytes Its bytes.
 * @returns Its arrays and texts.
 * @throws {RangeError} If it is truncated, or holds something other than float32.
 */
export function decodeSafetensors(
  name: string,
  bytes: Uint8Array,
): { arrays: Record<string, NamedArray>; metadata: Record<string, string> } {
  const broken = (what: string) => new RangeError(`Cannot read "${name}": ${what}`);
  if (bytes.length < 8) throw broken(`it has ${bytes.length} bytes, a header needs 8`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = 8 + length;
  if (start > bytes.length) throw broken(`its header is ${length} bytes long, the file ${bytes.length}`);
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  const arrays: Record<string, NamedArray> = {};
  for (
    const [key, { dtype, shape, data_offsets: [from, to] }] of Object.entries(
      entries as Record<string, RegisteredMethod>,
    )
  ) {
    if (dtype !== "F32") throw broken(`"${key}" is of type ${dtype}, F32 is expected`);
    if (start + to > bytes.length) throw broken(`it has ${bytes.length} bytes, "${key}" ends at ${start + to}`);
    // A copy, because the values may not start at a multiple of four.
    arrays[key] = { shape, values: new Float32Array(bytes.slice(start + from, start + to).buffer) };
  }
  return { arrays, metadata };
}
