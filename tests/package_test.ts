/** The package as others have it: from a registry, from a clone by a link, and from npm in Node. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { existsSync } from "node:fs";
import { ADDON, addonHome } from "../src/engine/native_addon.ts";
import { makeNpmPackage } from "../tools/npm.ts";
import { nativeReason } from "./native.ts";
import type { Need } from "./needs.ts";
import { taskLine } from "../src/platform/task.ts";
import { testWith, withFolder } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** Starts the backend that is named, trains MEMGAN on noise by two steps, and prints what it started and how many scores it got. */
const program = (from: string, nn = `${from}/nn`) => `
import process from "node:process";
import { createMethod, fitPreprocessing, startBackend } from ${JSON.stringify(from)};
import { seededRng } from ${JSON.stringify(nn)};

const { name, reason } = await startBackend(process.argv[2] ? { only: process.argv[2] } : {});
const pixels = seededRng(0, "noise").uniforms(4 * 784);
const normal = { role: "normal-train", images: { count: 4, height: 28, width: 28, channels: 1, pixels } };
const images = fitPreprocessing("std", normal)(normal.images);
const memgan = createMethod("memgan", { recipe: { units: 4, width: 8, epochs: 1, k: 2, batch: 2 } });
await memgan.fit({ role: "normal-train", images });
const scores = await memgan.score(images);
console.log(JSON.stringify({ name, reason, scores: scores.filter(Number.isFinite).length }));
`;

interface Outcome {
  name: string;
  reason: string;
  scores: number;
}

/** Runs a program in a folder and reads the line that it ends by. */
async function outcome(
  command: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Outcome> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd, env: { NO_COLOR: "1", ...env } })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}

/** A project of somebody else's, whose `main.js` imports the package. */
async function project(folder: string, config: Record<string, unknown>, ...from: [string, string?]): Promise<void> {
  await Deno.writeTextFile(
    join(folder, "deno.json"),
    JSON.stringify({ nodeModulesDir: "auto", lock: false, ...config }),
  );
  await Deno.writeTextFile(join(folder, "main.js"), program(...from));
}

const inDeno = (cwd: string, backend: string, env?: Record<string, string>) =>
  outcome(Deno.execPath(), ["run", "-A", "--no-prompt", "main.js", backend], cwd, env);

const LINKED = { links: [ROOT], imports: { "@memgan/memgan": "jsr:@memgan/memgan" } };

/** The backends that others are to get, and what each needs. */
const BACKENDS: readonly (readonly [name: string, needs: readonly Need[]])[] = [["wasm", []], ["native", built()]];

/** What it takes that another project finds the addon: it is in this machine's cache, and not in this clone alone. */
function built(): readonly Need[] {
  if (nativeReason() !== undefined) return ["native"];
  const homes = [true, false].map(addonHome);
  return homes.some((home) => existsSync(join(home, ADDON))) ? [] : [{ absent: `there is no ${homes.join(" or ")}` }];
}

/** What it takes to run npm's form: a Node that resolves names for modules. */
function node(): readonly Need[] {
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return ["run"];
  try {
    const { stdout } = new Deno.Command("node", { args: ["--version"] }).outputSync();
    const version = new TextDecoder().decode(stdout).trim();
    return Number(version.slice(1).split(".")[0]) >= 20 ? [] : [{ absent: `Node 20 is needed, this is ${version}` }];
  } catch {
    return [{ absent: "there is no node on the PATH" }];
  }
}

/** Calls `use` with the port of a server of the package, and forgets what Deno has cached of it. */
async function served(use: (port: string) => Promise<void>): Promise<void> {
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net=127.0.0.1", `--allow-read=${ROOT}`, "--quiet", join(ROOT, "tests", "registry.ts")],
    cwd: ROOT,
    stdout: "piped",
  }).spawn();
  const reader = server.stdout.getReader();
  const port = new TextDecoder().decode((await reader.read()).value).trim();
  try {
    await use(port);
  } finally {
    server.kill();
    await server.status;
    await reader.cancel();
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" }).output();
    const { modulesCache } = JSON.parse(new TextDecoder().decode(stdout));
    await Deno.remove(join(modulesCache, "http", `127.0.0.1_PORT${port}`), { recursive: true }).catch(() => {});
  }
}

for (const [backend, needs] of BACKENDS) {
  testWith(
    ["read", "write", "run", "env", ...needs],
    `package-import: what a registry serves over HTTP imports, and trains on ${backend}`,
    async () => {
      await served((port) =>
        withFolder(async (folder) => {
          await project(
            folder,
            {},
            ...["mod", "nn"].map((each) => `http://127.0.0.1:${port}/${each}.ts`) as [string, string],
          );
          const { name, scores } = await inDeno(folder, backend);
          assertEquals([name, scores], [backend, 4]);
        })
      );
    },
  );

  testWith(
    ["read", "write", "run", "env", ...needs],
    `package-import: a project that links a clone trains on ${backend}`,
    async () => {
      await withFolder(async (folder) => {
        await project(folder, LINKED, "@memgan/memgan");
        const { name, scores } = await inDeno(folder, backend);
        assertEquals([name, scores], [backend, 4]);
      });
    },
  );
}

testWith(["read", "run"], "package-import: no module that is published reads files beside itself", async () => {
  const args = ["publish", "--dry-run", "--allow-dirty", "--no-check"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: { NO_COLOR: "1" } })
    .output();
  const text = new TextDecoder().decode(stderr);
  assert(success, text);
  const modules = [...text.matchAll(/^ +(file:\S+\.ts) \(/gm)].map(([, url]) => fromFileUrl(url!));
  assert(modules.length > 50, `${modules.length} modules`);
  for (const path of modules) {
    assertEquals((await Deno.readTextFile(path)).match(/import\.meta\.(url|dirname|filename)/)?.[0], undefined, path);
  }
});

testWith(
  ["read", "write", "run", "env"],
  "backend-choice: a program downloads and builds nothing, and names what is not set up and what it may not do",
  async () => {
    await withFolder(async (folder) => {
      await project(folder, LINKED, "@memgan/memgan");
      const started = (allowed: string[]) =>
        outcome(Deno.execPath(), ["run", "--no-prompt", "--allow-read", ...allowed, "main.js"], folder, {
          MEMGAN_CACHE: join(folder, "cache"),
        });
      // Whoever downloads by pip must run it.
      const { reason } = await started(["--allow-env", "--allow-sys", "--allow-write", "--allow-ffi"]);
      assertStringIncludes(reason, `no native: it is not set up on this machine; run \`${taskLine("setup")}\``);
      assertEquals(existsSync(join(folder, "cache")), false);
      assertStringIncludes((await started([])).reason, "no native: Requires env access");
    });
  },
);

for (const [backend, needs] of BACKENDS) {
  testWith(
    ["read", "write", "run", "env", ...needs, ...node()],
    `package-npm: npm's form trains on ${backend} in Node`,
    async () => {
      await withFolder(async (folder) => {
        const modules = join(folder, "node_modules");
        await makeNpmPackage(join(modules, "@memgan", "memgan"));
        // As npm would install them, and without a network.
        for (const name of ["@tensorflow", "ml-matrix", "zod"]) {
          await Deno.symlink(join(ROOT, "node_modules", name), join(modules, name));
        }
        await Deno.writeTextFile(join(folder, "main.mjs"), program("@memgan/memgan"));
        const { name, scores } = await outcome("node", ["main.mjs", backend], folder);
        assertEquals([name, scores], [backend, 4]);
      });
    },
  );
}

testWith(
  ["read", "write", "run"],
  "package-npm: its versions are those tested here, and the addon's package, whose installer may fail, is optional",
  async () => {
    await withFolder(async (folder) => {
      await makeNpmPackage(folder);
      const { dependencies, optionalDependencies } = JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
      const { imports } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
      const all = Object.entries({ ...dependencies, ...optionalDependencies });
      for (const [name, version] of all) assertEquals(imports[name], `npm:${name}@${version}`);
      assertEquals(Object.keys(optionalDependencies), ["@tensorflow/tfjs-node-gpu"]);
      assertEquals(["core", "node-gpu"].map((name) => `@tensorflow/tfjs-${name}` in dependencies), [true, false]);
    });
  },
);
