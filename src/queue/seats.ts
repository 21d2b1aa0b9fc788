/**
 * Who works on a queue: each worker says so every few seconds, by the clock of the server.
 *
 * @module
 */

import type { Redis } from "ioredis";
import { parseAs } from "../platform/json.ts";
import type { Seat } from "./job.ts";
import { SEAT } from "./job.ts";
import { keyOf } from "./parcel.ts";

/** Milliseconds between two words of a worker. */
const EVERY = 15_000;

/** Seconds of silence after which a worker counts as gone. */
const SILENCE = 60;

const SAY = `local now = tonumber(redis.call("TIME")[1])
redis.call("ZADD", KEYS[1], now, ARGV[1])
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now - ARGV[2])`;

const HEAR = `return redis.call("ZRANGEBYSCORE", KEYS[1], redis.call("TIME")[1] - ARGV[1], "+inf")`;

/** The workers of a queue. */
export class Seats {
  readonly #redis: Redis;
  readonly #key: string;
  #own: string | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Those of a queue. */
  constructor(redis: Redis, queue: string) {
    this.#redis = redis;
    this.#key = keyOf(queue, "workers");
  }

  /** Says that this process works, from now on. */
  async take(seat: Seat): Promise<void> {
    const own = JSON.stringify(seat);
    this.#own = own;
    const say = () => this.#redis.eval(SAY, 1, this.#key, own, SILENCE);
    await say();
    // While the server is away, commands wait: one is enough.
    this.#timer = setInterval(() => {
      if (this.#redis.status === "ready") say().catch(() => {});
    }, EVERY);
    // Its absence may have been longer than the silence.
    this.#redis.on("ready", () => say().catch(() => {}));
  }

  /** Says that it works no more. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#own !== undefined && this.#redis.status === "ready") await this.#redis.zrem(this.#key, this.#own);
  }

  /** Who works; what cannot be read is nobody. */
  async all(): Promise<Seat[]> {
    const said = await this.#redis.eval(HEAR, 1, this.#key, SILENCE) as string[];
    return said.flatMap((text) => {
      try {
        return [parseAs(SEAT, text)];
      } catch {
        return [];
      }
    });
  }
}
