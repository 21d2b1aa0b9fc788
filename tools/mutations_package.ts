/**
 * Ways to break what others import.
 *
 * @module
 */

import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutation.ts";

/** Breaks of the package. */
export const OF_THE_PACKAGE: readonly Mutation[] = [
  ...mutations("src/platform/packages.ts", [
    ["a module of a registry finds no package", "package-import", "[name, `npm:${name}`]", "[name]"],
  ], ["tests/package_test.ts"]),
  ...mutations("src/engine/native_addon.ts", [
    ["what was built is not put in place", "package-import", "await rename(part, path)", "await rename(part, part)"],
  ], ["tests/package_test.ts"]),
  ...mutations("src/engine/backend.ts", [
    ["a program's call sets up", "backend-choice", "setUp = false", "setUp = true"],
    ["a permission that was not given ends the search", "backend-choice", '["BackendError", "NotCapable"]', "[]"],
  ], ["tests/package_test.ts"]),
  ...mutations("vendor/std/cli/mod.ts", [
    ["--json=false is true", "package-std", 'inline === "true" : inline', "true : inline"],
  ], ["tests/std_test.ts"]),
  ...mutations("tools/npm.ts", [
    ["npm must install the addon", "package-npm", "names.filter((name) => name !== OPTIONAL)", "names"],
  ], ["tests/package_test.ts"]),
];
