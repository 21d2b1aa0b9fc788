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
  ...mutations("src/engine/native_build.ts", [
    ["threads share a set", "native-setup", "return source.replace(shared, own);", "return source;"],
  ], ["tests/native_threads_test.ts"]),
  ...mutations("src/engine/native_build.ts", [
    [
      "pip's word is taken for a wheel",
      "native-setup",
      "if (!missing.delete(found))",
      "if (!missing.delete(found) && false)",
    ],
    ["a wheel's links are unpacked", "native-setup", "if stat.S_ISLNK(mode):", "if False:"],
    ["ptxas is no program", "native-setup", "os.chmod(to, 0o755)", "pass"],
  ], ["tests/native_setup_test.ts"]),
  ...mutations("src/engine/native_wheels.ts", [
    ["pip is told no hash", "native-setup", " --hash=sha256:${sha256}\\n", "\\n"],
  ], ["tests/native_setup_test.ts"]),
  ...mutations("src/data/bounded.ts", [
    ["a bomb goes off", "data-mnist", "maxOutputLength: length", "maxOutputLength: 2 ** 31"],
  ], ["tests/mnist_test.ts"]),
  ...mutations("src/engine/native_setup.ts", [
    ["a driver is waited for for ever", "native-setup", '["-L"], { patience }', '["-L"]'],
    ["without CUDA there is nothing", "native-setup", "? [true, false] : [false]", "? [true] : [false]"],
  ], ["tests/native_setup_test.ts"]),
  ...mutations("src/platform/leftovers.ts", [
    ["what is being made is removed", "leftovers", "return await flock(file);", "return true;"],
    ["what was killed stays", "leftovers", "if (free && age > NEW)", "if (false)"],
    ["a complete run keeps its checkpoint", "leftovers", "await sweep(run, /^checkpoint", "await sweep(run, /^none"],
    ["an unfinished run loses its checkpoint", "leftovers", '!files.includes("metrics.json") || ', ""],
    ["what another machine writes is removed", "leftovers", "if (isOfAnotherHost(path)) return undefined;", ""],
  ], ["tests/leftovers_test.ts"]),
  ...mutations("src/platform/cache.ts", [
    ["a relative folder is taken", "cache-folder", "if (own && !isAbsolute(own))", "if (false)"],
  ], ["tests/leftovers_test.ts"]),
  ...mutations("src/platform/permissions.ts", [
    ["what set-up runs is kept", "permissions", 'revoke({ name: "run", command })', 'query({ name: "run", command })'],
  ], ["tests/permissions_test.ts"]),
  ...mutations("vendor/std/cli/mod.ts", [
    ["--json=false is true", "package-std", 'inline === "true" : inline', "true : inline"],
  ], ["tests/std_test.ts"]),
  ...mutations("tools/npm.ts", [
    ["npm must install the addon", "package-npm", "names.filter((name) => name !== OPTIONAL)", "names"],
  ], ["tests/package_test.ts"]),
];
