/**
 * `deno run --allow-read --allow-write --allow-run tools/npm.ts FOLDER`: the package in npm's form, which `npm publish FOLDER` takes.
 *
 * `deno pack` makes it; what it cannot know is added here.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import config from "../deno.json" with { type: "json" };

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** The package whose installer fetches a library from a host that many machines cannot reach. */
const OPTIONAL = "@tensorflow/tfjs-node-gpu";

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, cwd: ROOT, stdout: "null" }).output();
  if (!success) throw new Error(`Cannot make npm's form of the package: ${new TextDecoder().decode(stderr).trim()}`);
}

/** Removes what `deno pack` has copied and not compiled: nothing imports it, and Node could not. */
async function removeSources(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await removeSources(path);
    else if (/(?<!\.d)\.ts$/.test(name)) await Deno.remove(path);
  }
}

/**
 * Makes npm's form of the package.
 *
 * @param folder Where; it is created.
 */
export async function makeNpmPackage(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const packed = join(folder, "packed.tgz");
  await run(Deno.execPath(), "pack", "--allow-dirty", "--no-source-maps", "--output", packed);
  await run("tar", "-xzf", packed, "-C", folder, "--strip-components=1");
  await Deno.remove(packed);
  await removeSources(folder);
  const manifest = JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
  const imports: Readonly<Record<string, string>> = config.imports;
  // The versions that this is tested with: Deno widens them.
  const exact = (name: string) => [name, imports[name]!.slice(`npm:${name}@`.length)];
  const names = Object.keys(manifest.dependencies);
  manifest.dependencies = Object.fromEntries(names.filter((name) => name !== OPTIONAL).map(exact));
  manifest.optionalDependencies = Object.fromEntries([exact(OPTIONAL)]);
  manifest.engines = { node: ">=20.6" };
  await Deno.writeTextFile(join(folder, "package.json"), JSON.stringify(manifest, undefined, 2) + "\n");
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) {
    console.error("tools/npm.ts needs a folder to write the package to");
    Deno.exit(2);
  }
  await makeNpmPackage(folder);
}
