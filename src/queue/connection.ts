/**
 * Connections to Redis or Valkey: tried once before anything is done, and then kept for as long as it takes.
 *
 * @module
 */

import { Redis } from "ioredis";
import { printable } from "../platform/errors.ts";
import type { Address } from "./address.ts";

/** The queue cannot be used. */
export class QueueError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "QueueError";
  }
}

/** The oldest version of Redis that BullMQ recommends. Valkey's first has a later number. */
const OLDEST = [6, 2] as const;

/** Milliseconds until a server that does not answer counts as absent. */
const PATIENCE = 10_000;

/** Milliseconds between two tries to reach a server that was there, at most. */
const RETRY = 2000;

/** What is wrong, in words for the errors that a wrong address or password gives. */
function reasonOf({ shown, host, password }: Address, { message, code }: Error & { code?: string }): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN" || /failed to lookup/.test(message)) {
    return `no host "${host}" is known`;
  }
  if (code === "ECONNREFUSED" || /refused/i.test(message)) return `nothing answers at ${shown}`;
  if (/^(WRONGPASS|ERR invalid password|NOAUTH|NOPERM)/.test(message)) {
    return password === undefined
      ? `${shown} wants a password; MEMGAN_QUEUE can hold it: redis://USER:PASSWORD@${host}`
      : `${shown} does not take this user and password`;
  }
  return `${shown}: ${message}`;
}

/** The options of a connection, for ioredis and for BullMQ. */
export type Connection = Pick<Address, "host" | "port" | "db"> & {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: Record<never, never>;
  readonly connectTimeout: number;
  readonly maxRetriesPerRequest: null;
  readonly retryStrategy: (times: number) => number;
};

/** The options of a connection that is kept: a command waits for as long as the server is away. */
export function optionsOf({ host, port, tls, db, username, password }: Address): Connection {
  return {
    host,
    port,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
    connectTimeout: PATIENCE,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * times, RETRY),
  };
}

/** The version of a server, of its own description. */
function checkVersion(shown: string, about: string): void {
  const version = /^redis_version:(\d+)\.(\d+)\.?(\S*)/m.exec(about);
  if (version === null) throw new QueueError(`Cannot use the queue: ${shown} does not say its version`);
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new QueueError(
      `Cannot use the queue: ${shown} is Redis ${major}.${minor}, ${OLDEST.join(".")} or later is wanted, or Valkey`,
    );
  }
}

/**
 * Tries a server, so that what is wrong with its address is known at once and in one line.
 *
 * @param address Where it is.
 * @throws {QueueError} If it cannot be reached, does not take the password, or is too old.
 */
export async function tryServer(address: Address): Promise<void> {
  const redis = new Redis({ ...optionsOf(address), lazyConnect: true, retryStrategy: () => null });
  let first: Error | undefined;
  // Why a connection is closed comes before that it is.
  redis.on("error", (error: Error) => first ??= error);
  try {
    await redis.connect();
    checkVersion(address.shown, await redis.info("server"));
  } catch (error) {
    if (error instanceof QueueError) throw error;
    throw new QueueError(`Cannot use the queue: ${reasonOf(address, first ?? error as Error)}`);
  } finally {
    redis.disconnect();
  }
}

/**
 * Hears of errors, and says each once, but for the absence of the server, of which {@linkcode connect} tells, and a lost lock, of which
 * its run tells.
 *
 * @param say Receives a line about it.
 * @returns The listener.
 */
export function errorListener(say: (line: string) => void): (error: Error & { code?: unknown }) => void {
  const told = new Set<string>();
  return ({ message, code }) => {
    // BullMQ has numbers for its own, the system names.
    const isKnown = code !== undefined || /^could not renew lock|Connection is closed/.test(message);
    if (isKnown || told.has(message)) return;
    told.add(message);
    say(`the queue says: ${printable(message)}`);
  };
}

/**
 * Connects to a server.
 *
 * @param address Where it is.
 * @param say Is told when it goes away and when it is back, a line each.
 * @returns The connection, which waits for a server that goes away.
 * @throws {QueueError} If it is not there now, does not take the password, or is too old.
 */
export async function connect(address: Address, say: (line: string) => void): Promise<Redis> {
  await tryServer(address);
  const redis = new Redis(optionsOf(address));
  let isAway = false;
  redis.on("error", errorListener(say));
  redis.on("close", () => {
    if (!isAway && redis.status !== "end") say(`the queue at ${address.shown} does not answer; waiting for it`);
    isAway = true;
  });
  redis.on("ready", () => {
    if (isAway) say(`the queue at ${address.shown} answers again`);
    isAway = false;
  });
  return redis;
}
