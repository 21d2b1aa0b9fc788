/**
 * What servers on a user's machine have to keep out: pages of other sites, which a browser on this machine would let in.
 *
 * @module
 */

/** Headers of every answer: its type is the one stated, and no other site shows it. */
export const SAFE_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** The names by which a machine knows itself. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Whether this machine alone reaches what listens at a name. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127(\.\d+){3}$/.test(hostname);
}

/**
 * Whether a request's Host header names this machine and the port. Any other is a stranger's name, led here by its name server.
 *
 * @param host The header.
 * @param port The port that is listened on.
 * @param hostname The address that is listened at, if it is another of this machine's own.
 * @returns Whether the request may be answered.
 *
 * @example A stranger's name that leads to this machine
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isOwnHost("localhost:8000", 8000), true);
 * assertEquals(isOwnHost("127.0.0.1.example.org:8000", 8000), false);
 * ```
 */
export function isOwnHost(host: string | null, port: number, hostname = "localhost"): boolean {
  return [...LOOPBACK, hostname].some((name) =>
    host?.toLowerCase() === `${name}:${port}` || (port === 80 && host?.toLowerCase() === name)
  );
}

/**
 * Whether a page of another site sent a request. A browser says so; a program that is none sends neither header.
 *
 * @example A form on another site, and `curl`
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const from = (headers: HeadersInit) => isForeign(new Headers({ host: "localhost:8000", ...headers }));
 * assertEquals(from({ origin: "https://example.org" }), true);
 * assertEquals(from({ origin: "http://localhost:8000" }), false);
 * assertEquals(from({}), false);
 * ```
 */
export function isForeign(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  // The browser's own word holds where a proxy has changed the host.
  if (site !== null) return site !== "same-origin" && site !== "none";
  const origin = headers.get("origin");
  if (origin === null) return false;
  return !URL.canParse(origin) || new URL(origin).host !== headers.get("host");
}
