/**
 * A server of a folder to this machine alone.
 *
 * @module
 */

import { sep } from "node:path";
import { join } from "@std/path";
import { isOwnHost, SAFE_HEADERS } from "../platform/http.ts";
import { dropRights } from "../platform/permissions.ts";
import { listen } from "./listen.ts";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};

/** The policy of a page stands in it; this is for what is no page, such as a picture that is opened by itself. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

const refuse = (status: number, says: string, headers: Record<string, string> = {}) =>
  new Response(says, { status, headers: { ...SAFE_HEADERS, "content-type": "text/plain; charset=utf-8", ...headers } });

/** A file of the folder; `undefined` where there is none, or a path or link leads out of it. */
async function readWithin(folder: string, path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // A name that would need decoding is no name of the book's; an encoded slash could lead out of it.
  if (/[%\\]|\.\./.test(path)) return undefined;
  try {
    const real = await Deno.realPath(join(folder, path));
    return real.startsWith(folder + sep) ? await Deno.readFile(real) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What answers a request.
 *
 * @param folder The folder, without links in its path.
 * @param port The port that is listened on.
 * @returns The answers: GET and HEAD of the folder's files, to this machine's own names.
 */
export function answers(folder: string, port: number): (request: Request) => Promise<Response> {
  return async (request) => {
    if (!isOwnHost(request.headers.get("host"), port)) return refuse(421, "This server is no host of that name.");
    if (request.method !== "GET" && request.method !== "HEAD") {
      return refuse(405, "Pages can be read and nothing else.", { allow: "GET, HEAD" });
    }
    const path = new URL(request.url).pathname.slice(1) || "index.html";
    const bytes = await readWithin(folder, path);
    if (bytes === undefined) return refuse(404, "There is no such page.");
    const type = path.split(".").pop()!;
    const policy = type === "svg" ? { "content-security-policy": PICTURE_POLICY } : {};
    const headers = { ...SAFE_HEADERS, ...policy, "content-type": TYPES[type] ?? "application/octet-stream" };
    const length = { "content-length": String(bytes.length) };
    return new Response(request.method === "HEAD" ? null : bytes, { headers: { ...headers, ...length } });
  };
}

/**
 * Serves a folder to this machine alone, until it is stopped.
 *
 * @param folder The folder.
 * @param port The port.
 * @throws {ListenError} If the port is taken.
 */
export async function serve(folder: string, port: number): Promise<void> {
  const real = await Deno.realPath(folder);
  await dropRights();
  const server = listen({ hostname: "127.0.0.1", port, what: "the book" }, answers(real, port));
  console.log(`http://127.0.0.1:${port}/index.html`);
  await server.finished;
}
