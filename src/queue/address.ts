/**
 * Where a queue is: a URL of Redis or Valkey, and the user and password that are not on a command line.
 *
 * @module
 */

/** What should name a queue does not. */
export class AddressError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "AddressError";
  }
}

/** A server's address. */
export interface Address {
  /** Its name or number. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Whether the connection is encrypted. */
  readonly tls: boolean;
  /** The number of its database. */
  readonly db: number;
  /** The user, if one is named. */
  readonly username: string | undefined;
  /** The password, if there is one. */
  readonly password: string | undefined;
  /** The address as it is shown: without the password. */
  readonly shown: string;
}

const WANTED = "redis://HOST:6379 or rediss://HOST:6379 is wanted";

function read(text: string, from: string): Address {
  const url = URL.parse(text);
  const [, db] = /^\/?(\d{0,4})$/.exec(url?.pathname ?? "") ?? [];
  // What it is may hold a password: it is not quoted.
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || db === undefined) {
    throw new AddressError(`Cannot read the address in ${from}: ${WANTED}`);
  }
  const part = (value: string) => {
    try {
      return value === "" ? undefined : decodeURIComponent(value);
    } catch {
      throw new AddressError(`Cannot read the address in ${from}: in a user or password "%" is written "%25"`);
    }
  };
  const port = Number(url.port || 6379);
  return {
    // An IPv6 number stands in brackets in a URL, and nowhere else.
    host: url.hostname.replaceAll(/^\[|\]$/g, ""),
    port,
    tls: url.protocol === "rediss:",
    db: Number(db),
    username: part(url.username),
    password: part(url.password),
    shown: `${url.protocol}//${url.hostname}:${port}${Number(db) > 0 ? `/${db}` : ""}`,
  };
}

/**
 * The address of a queue.
 *
 * @param asked What `--queue` says; otherwise `MEMGAN_QUEUE` is the address.
 * @param known `MEMGAN_QUEUE`, whose user and password serve for the same server where `--queue` names none.
 * @returns The address.
 * @throws {AddressError} If neither is there, or one is no such URL.
 *
 * @example The password is in the environment, where no other user of the machine sees it
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { password, shown } = addressOf("redis://queue.example:6380", "redis://me:s%20cret@queue.example:6380");
 * assertEquals([password, shown], ["s cret", "redis://queue.example:6380"]);
 * ```
 */
export function addressOf(asked: string | undefined, known: string | undefined): Address {
  const own = known ? read(known, "MEMGAN_QUEUE") : undefined;
  if (asked === undefined) {
    if (own === undefined) {
      throw new AddressError(`Cannot find the queue: --queue or MEMGAN_QUEUE has to name it, ${WANTED}`);
    }
    return own;
  }
  const address = read(asked, "--queue");
  if (own === undefined || address.password !== undefined || own.host !== address.host || own.port !== address.port) {
    return address;
  }
  return { ...address, username: address.username ?? own.username, password: own.password };
}

/**
 * A command's arguments as they may be shown and kept: without a user and a password.
 *
 * @param args The arguments.
 * @returns The same, and of an address the host alone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(withoutSecrets(["--queue", "rediss://me:secret@host"]), ["--queue", "rediss://host"]);
 * ```
 */
export function withoutSecrets(args: readonly string[]): string[] {
  return args.map((arg) => arg.replace(/(rediss?:\/\/).*@/is, "$1"));
}
