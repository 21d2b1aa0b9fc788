/** What a command loads before it has read its flags. No clock: seconds are `deno task bench:startup`'s matter. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { commandTasks } from "../bench/tasks.ts";
import { allClauses } from "../src/report/spec.ts";
import { testWith, withFolder } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** Works from stored results, or on points alone. */
const WITHOUT_TENSORS = [
  "figures/tables.ts",
  "figures/table3.ts",
  "figures/fig2.ts",
  "figures/report.ts",
  "src/cli/book_files.ts",
  "tools/passages.ts",
];

/** The worker of the pool. */
const WORKER = "src/experiments/worker.ts";

interface Graph {
  redirects: Record<string, string>;
  modules: {
    specifier: string;
    dependencies?: { specifier: string; code?: { specifier: string }; isDynamic?: true }[];
  }[];
}

const url = (file: string) => new URL(`../${file}`, import.meta.url).href;

/** Deno's own account of what loading the files loads. */
async function graphOf(files: readonly string[]): Promise<Graph> {
  let graph = "";
  await withFolder(async (folder) => {
    const all = join(folder, "all.ts");
    await Deno.writeTextFile(all, files.map((file) => `import ${JSON.stringify(url(file))};`).join("\n"));
    const args = ["info", "--json", "--config", join(ROOT, "deno.json"), all];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output();
    graph = new TextDecoder().decode(stdout);
  });
  return JSON.parse(graph);
}

/** The npm packages that each file loads as soon as it is loaded, by file; with those behind each literal `import()`, if asked. */
async function packagesOf(files: readonly string[], behind: boolean): Promise<Map<string, Set<string>>> {
  const graph = await graphOf(files);
  const modules = new Map(graph.modules.map((module) => [module.specifier, module]));
  return new Map(files.map((file) => {
    const [packages, seen, waiting] = [new Set<string>(), new Set<string>(), [url(file)]];
    assert(modules.has(url(file)), `${file} is in the graph`);
    for (let specifier = waiting.pop(); specifier !== undefined; specifier = waiting.pop()) {
      const package_ = /^npm:\/?((?:@[^/]+\/)?[^/@]+)/.exec(specifier)?.[1];
      if (package_ !== undefined) packages.add(package_);
      if (seen.has(specifier)) continue;
      seen.add(specifier);
      const { dependencies = [] } = modules.get(graph.redirects[specifier] ?? specifier) ?? {};
      for (const { code, isDynamic } of dependencies) {
        if (code !== undefined && (behind || !isDynamic)) waiting.push(code.specifier);
      }
    }
    return [file, packages];
  }));
}

testWith(["read", "write", "run"], "cli-startup: no command loads a package before its flags are read", async () => {
  const files = commandTasks().map(({ file }) => file);
  assert(files.includes("tools/conformance/conformance.ts") && files.includes("src/cli/table1.ts"), files.join(" "));
  for (const [file, packages] of await packagesOf(files, true)) {
    // It may not read files, so that Deno has to know what it loads; none of that is large.
    if (file !== "src/cli/proofs.ts") assertEquals([...packages], [], file);
  }
  assertEquals([...(await packagesOf(["src/cli/proofs.ts"], false)).values()], [new Set()]);
});

testWith(
  ["read", "write", "run"],
  "cli-startup: what works from stored results loads no TensorFlow.js, and a worker of the pool nothing that draws",
  async () => {
    const found = await packagesOf([...WITHOUT_TENSORS, WORKER], false);
    for (const file of WITHOUT_TENSORS) {
      assertEquals([...found.get(file)!].filter((name) => name.startsWith("@tensorflow/")), [], file);
    }
    assertEquals(found.get(WORKER), new Set(["@tensorflow/tfjs-core", "zod"]));
  },
);

Deno.test("speed-startup: the table has a time of every command, and of Deno alone to compare it with", () => {
  const { body } = allClauses().find(({ id }) => id === "speed-startup")!;
  const rows = [...body.matchAll(/^\| ([^|]+) \| (\d+) \|$/gm)].map(([, name, ms]) => ({ name, ms: Number(ms) }));
  assertEquals(rows.map(({ name }) => name), ["Deno alone", ...commandTasks().map(({ task }) => task)]);
  for (const { name, ms } of rows) assert(ms > 0, name);
});

testWith(["read"], "cli-startup: what is loaded later is the module whose type it has", async () => {
  let found = 0;
  for (const folder of ["src/cli", "tools", "bench"]) {
    for await (const { name } of Deno.readDir(join(ROOT, folder))) {
      if (!name.endsWith(".ts")) continue;
      const text = await Deno.readTextFile(join(ROOT, folder, name));
      const loads = text.matchAll(/\bload<typeof import\("([^"]+)"\)>\(\s*import\.meta\.resolve\("([^"]+)"\)/g);
      for (const [, type, module] of loads) {
        assertEquals(module, type, `${folder}/${name}`);
        found++;
      }
    }
  }
  assert(found > 20, `${found} found`);
});
