/**
 * Listening on a port that may be taken.
 *
 * @module
 */

/** It cannot be listened there. */
export class ListenError extends Error {
  /** Names the error. */
  constructor(message: string) {
    super(message);
    this.name = "ListenError";
  }
}

/** Where a server listens. */
export interface Place {
  /** The address. */
  readonly hostname: string;
  /** The port; 0 for a free one. */
  readonly port: number;
  /** What it serves, for messages. */
  readonly what: string;
}

/** An address as it stands in a URL. */
export function urlOf({ hostname, port }: Pick<Place, "hostname" | "port">): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/`;
}

/**
 * Starts a server.
 *
 * @param place Where it listens.
 * @param handler Answers requests.
 * @returns The server, which says nothing by itself.
 * @throws {ListenError} If another process listens there, or the address is not this machine's.
 */
export function listen(
  { hostname, port, what }: Place,
  handler: (request: Request) => Response | Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, onListen() {} }, handler);
  } catch (error) {
    const why = error instanceof Deno.errors.AddrInUse
      ? "another process listens there; --port N takes another"
      : error instanceof Deno.errors.AddrNotAvailable
      ? "it is no address of this machine"
      : (error as Error).message;
    throw new ListenError(`Cannot serve ${what} at ${urlOf({ hostname, port })}: ${why}`);
  }
}
