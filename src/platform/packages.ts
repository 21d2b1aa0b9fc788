/**
 * Where npm packages lie on the disk.
 *
 * @module
 */

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder of an npm package: of the very copy that an import of it loads, in whoever's `node_modules` or cache that is.
 *
 * @param name The package's name.
 * @returns Its folder; `undefined` where the package is not on this disk.
 */
export function packageFolder(name: string): string | undefined {
  // Modules from a registry have no import map, and know a package by its full name alone; Node knows no other than the bare one.
  for (const specifier of [name, `npm:${name}`]) {
    try {
      const url = import.meta.resolve(`${specifier}/package.json`);
      if (url.startsWith("file:")) return dirname(fileURLToPath(url));
    } catch {
      // Not known by this name.
    }
  }
  return undefined;
}
