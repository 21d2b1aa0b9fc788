/** Stand-in for `jsr:@std/path`, over `node:path`: only what this project uses. @module */

import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Joins path segments. */
export const join: (...segments: string[]) => string = path.join;
/** Resolves segments to an absolute path. */
export const resolve: (...segments: string[]) => string = path.resolve;
/** The folder of a path. */
export const dirname: (path: string) => string = path.dirname;
/** The last segment of a path, less `suffix`. */
export const basename: (path: string, suffix?: string) => string = path.basename;
/** The extension of a path, with its dot. */
export const extname: (path: string) => string = path.extname;
/** The way from one path to another. */
export const relative: (from: string, to: string) => string = path.relative;

/** The path of a `file:` URL. */
export function fromFileUrl(url: string | URL): string {
  return fileURLToPath(url);
}

/** The `file:` URL of an absolute path. */
export function toFileUrl(path: string): URL {
  return pathToFileURL(path);
}
