/** Ways in which a file goes bad: on a disk that was full or lost power, by an editor, by a hand. */

import type { Rng } from "../../src/engine/random.ts";

/** A way in which a file goes bad. */
export interface Corruption {
  /** Its name. */
  readonly kind: string;
  /** What becomes of the file's bytes; `undefined` where it is deleted. The generator chooses the place. */
  corrupt(bytes: Uint8Array, rng: Rng): Uint8Array | undefined;
}

/** A whole number below `count`. */
export function below(rng: Rng, count: number): number {
  return Math.floor(rng.uniform() * count);
}

const copy = (bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array => {
  const changed = bytes.slice();
  change(changed);
  return changed;
};

/** Bytes one after the other; spread over arguments, large files overflow the stack. */
function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const text = (content: string) => new TextEncoder().encode(content);

/** Those that any file can suffer. */
export const OF_ANY_FILE: readonly Corruption[] = [
  { kind: "empty", corrupt: () => new Uint8Array() },
  { kind: "truncated", corrupt: (bytes, rng) => bytes.slice(0, below(rng, bytes.length)) },
  { kind: "last byte lost", corrupt: (bytes) => bytes.slice(0, -1) },
  { kind: "all NUL", corrupt: (bytes) => new Uint8Array(bytes.length) },
  { kind: "second half NUL", corrupt: (bytes) => copy(bytes, (copy) => copy.fill(0, copy.length >> 1)) },
  {
    kind: "a block NUL",
    corrupt: (bytes, rng) =>
      copy(bytes, (copy) => {
        const at = below(rng, copy.length);
        copy.fill(0, at, at + 512);
      }),
  },
  {
    kind: "one bit flipped",
    corrupt: (bytes, rng) => copy(bytes, (copy) => copy[below(rng, copy.length)]! ^= 1 << below(rng, 8)),
  },
  {
    kind: "one byte another",
    corrupt: (bytes, rng) => copy(bytes, (copy) => copy[below(rng, copy.length)] = below(rng, 256)),
  },
  { kind: "bytes drawn at random", corrupt: (bytes, rng) => bytes.map(() => below(rng, 256)) },
  {
    kind: "bytes inserted",
    corrupt: (bytes, rng) => {
      const at = below(rng, bytes.length + 1);
      return joined(bytes.subarray(0, at), Uint8Array.of(0x31, 0x31), bytes.subarray(at));
    },
  },
  {
    kind: "bytes left out",
    corrupt: (bytes, rng) => {
      const at = below(rng, bytes.length);
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(rng, 8)));
    },
  },
  { kind: "written twice", corrupt: (bytes) => joined(bytes, bytes) },
  { kind: "line end at its head", corrupt: (bytes) => joined(Uint8Array.of(0x0a), bytes) },
  { kind: "deleted", corrupt: () => undefined },
];

/** Those of a JSON file: a value another, a key gone, or what no JSON has. */
export const OF_JSON: readonly Corruption[] = [
  ...["null", "99", "{}", "[]", '""', "true", "1e999", '{"__proto__": {"auroc": 0.5}}'].map((content) => ({
    kind: `holds ${content}`,
    corrupt: () => text(content),
  })),
  ...["null", "99", "{}", "[]", '"0.5"', "-0.5", "1e999", "NaN"].map((value) => ({
    kind: `a value is ${value}`,
    corrupt: (bytes: Uint8Array, rng: Rng) => changed(bytes, rng, () => value),
  })),
  {
    kind: "a key twice",
    corrupt: (bytes, rng) => changed(bytes, rng, (key, value) => `${value}, ${JSON.stringify(key)}: 0.25`),
  },
  {
    kind: "a key gone",
    corrupt: (bytes, rng) => {
      const entries = Object.entries(JSON.parse(new TextDecoder().decode(bytes)));
      entries.splice(below(rng, entries.length), 1);
      return text(JSON.stringify(Object.fromEntries(entries)));
    },
  },
];

/** The JSON with one entry's value, at any depth, written otherwise. */
function changed(bytes: Uint8Array, rng: Rng, write: (key: string, value: string) => string): Uint8Array {
  const entry = /"((?:[^"\\]|\\.)*)":\s*("(?:[^"\\]|\\.)*"|-?[\d.]+(?:e[+-]?\d+)?|null|true|false)/g;
  const json = new TextDecoder().decode(bytes);
  const found = [...json.matchAll(entry)];
  const { 0: all, 1: key, 2: value, index } = found[below(rng, found.length)]!;
  const at = index + all.length - value!.length;
  return text(json.slice(0, at) + write(key!, value!) + json.slice(at + value!.length));
}

/** What is no corruption: the same JSON, as another program writes it. */
export const SAME_JSON: Corruption = {
  kind: "a byte order mark at its head",
  corrupt: (bytes) => joined(Uint8Array.of(0xef, 0xbb, 0xbf), bytes),
};

/** Those of a CSV file. */
export const OF_CSV: readonly Corruption[] = [
  { kind: "only its first line", corrupt: (bytes) => bytes.slice(0, bytes.indexOf(0x0a) + 1) },
  { kind: "its last line gone", corrupt: (bytes) => bytes.slice(0, bytes.lastIndexOf(0x0a, bytes.length - 2) + 1) },
  { kind: "its first line gone", corrupt: (bytes) => bytes.slice(bytes.indexOf(0x0a) + 1) },
  ...["", "NaN", "Infinity", "1e999", "abc", " "].map((value) => ({
    kind: `a number is "${value}"`,
    corrupt: (bytes: Uint8Array, rng: Rng) => {
      const lines = new TextDecoder().decode(bytes).split("\n");
      const line = 1 + below(rng, lines.length - 2);
      const columns = lines[line]!.split(",");
      // The last column of a curve may be empty.
      columns[below(rng, columns.length - 1)] = value;
      lines[line] = columns.join(",");
      return text(lines.join("\n"));
    },
  })),
];

/** The ways in which a file of a store can go bad. */
export function corruptionsOf(file: string): Corruption[] {
  const own = file.endsWith(".json") ? OF_JSON : file.endsWith(".csv") ? OF_CSV : [];
  return [...OF_ANY_FILE, ...own];
}
