/**
 * Files on their way through Redis: a hash of them by name, each compressed, which expires.
 *
 * @module
 */

import type { Redis } from "ioredis";
import type { Buffer } from "node:buffer";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { FormatError } from "../platform/json.ts";

/** Files by name. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** The most bytes of a file: Redis takes no more in one value. */
const MOST = 512 * 2 ** 20;

/** Level 2: of weights, which are what is long, it saves a twelfth, as every higher one does; level 1 makes them longer. */
const compress = (bytes: Uint8Array) => promisify(gzip)(bytes, { level: 2 });

/** Keys of this project that are not BullMQ's. */
export const keyOf = (queue: string, ...parts: readonly string[]): string => ["memgan", queue, ...parts].join(":");

/** The bytes of a parcel. */
export interface Sent {
  /** Before compression. */
  readonly bytes: number;
  /** On the wire. */
  readonly packed: number;
}

/** Puts a parcel in the place of another while a lock is held. */
const SEND = `if redis.call("GET", KEYS[2]) ~= ARGV[2] then return 0 end
redis.call("DEL", KEYS[1])
redis.call("HSET", KEYS[1], unpack(ARGV, 3))
redis.call("EXPIRE", KEYS[1], ARGV[1])
return 1`;

/**
 * Sends files.
 *
 * @param redis The server.
 * @param key Under which key.
 * @param files The files.
 * @param seconds After which they are gone.
 * @param lock The key of a lock and its holder's token: without it nothing is sent.
 * @returns How many bytes; `undefined` where the lock is another's.
 */
export async function send(
  redis: Redis,
  key: string,
  files: Files,
  seconds: number,
  lock: readonly [key: string, token: string],
): Promise<Sent | undefined> {
  const fields: (string | Buffer)[] = [];
  let [bytes, packed] = [0, 0];
  for (const [name, content] of files) {
    const small = await compress(content);
    bytes += content.length;
    packed += small.length;
    fields.push(name, small);
  }
  const isSent = await redis.eval(SEND, 2, key, lock[0], seconds, lock[1], ...fields);
  return isSent === 1 ? { bytes, packed } : undefined;
}

/**
 * Receives files.
 *
 * @param redis The server.
 * @param key Under which key they are.
 * @param names Their names: no others, and all of them.
 * @returns The files; `undefined` where there are none, or no longer.
 * @throws {FormatError} If they are others, or too large.
 */
export async function receive(redis: Redis, key: string, names: readonly string[]): Promise<Files | undefined> {
  const found = await redis.hgetallBuffer(key);
  const sent = Object.keys(found).sort();
  if (sent.length === 0) return undefined;
  const odd = sent.find((name) => !names.includes(name)) ?? names.find((name) => !sent.includes(name));
  if (odd !== undefined) throw new FormatError(`the parcel has ${sent.join(", ")}; ${names.join(", ")} are wanted`);
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    try {
      files.set(name, new Uint8Array(await promisify(gunzip)(found[name]!, { maxOutputLength: MOST })));
    } catch (error) {
      throw new FormatError(`the parcel's ${name} cannot be unpacked (${(error as Error).message})`);
    }
  }
  return files;
}
