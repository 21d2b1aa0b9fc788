/** A store with corrupt files, as the commands meet it. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { completedRuns } from "../src/experiments/completed.ts";
import { NEEDS, run } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";

const ARGS = ["--backend", "cpu", "--methods", "pixelmean,pca", "--classes", "5"] as const;

testWith(
  NEEDS,
  "store-truth: table1 names a corrupt run and leaves it out, reproduce does it again, and nothing is deleted",
  async () => {
    await withFolder(async (root) => {
      const reproduce = () => run("reproduce", ...ARGS, "--out", root, "--json");
      const first = await reproduce();
      assertEquals(first.code, 0, first.stderr);
      const results: { run: string; method: string; auroc: number }[] = JSON.parse(first.stdout);
      const pca = results.find(({ method }) => method === "pca")!.run;
      const file = (name: string) => join(root, "runs", pca, name);
      const good = new Map<string, Uint8Array>();
      for (const name of ["metrics.json", "spec.json", "scores.csv"]) good.set(name, await Deno.readFile(file(name)));
      await Deno.writeTextFile(join(root, "runs", "notes.txt"), "mine");
      for (
        const [name, content, why] of [
          ["metrics.json", "", "it is empty"],
          ["metrics.json", '{"auroc": 99}', "auroc is 99 ("],
          ["spec.json", "\0\0\0", "it is not JSON ("],
          ["scores.csv", undefined, "the file is missing"],
        ] as const
      ) {
        await (content === undefined ? Deno.remove(file(name)) : Deno.writeTextFile(file(name), content));
        const table = await run("table1", "--out", root);
        assertEquals(table.code, 0, table.stderr);
        assertEquals(table.stderr.split("\n").filter((line) => line.includes(pca)).length, 1, table.stderr);
        assertStringIncludes(table.stderr, `run ${pca} is left out: Cannot read "${file(name)}": ${why}`);
        assertStringIncludes(
          table.stderr,
          `"${join(root, "runs", "notes.txt")}" is left out: it is not the folder of a run`,
        );
        assert(!table.stdout.includes("| pca |") && table.stdout.includes("| pixelmean |"), table.stdout);
        assert(!/NaN|9900/.test(table.stdout + await Deno.readTextFile(join(root, "table1.html"))));
        if (content !== undefined) await Deno.writeFile(file(name), good.get(name)!);
      }
      const again = await reproduce();
      assertEquals(again.code, 0, again.stderr);
      assertStringIncludes(again.stderr, "2 runs, 1 done already");
      assertMatch(again.stderr, /starts over; what was there is set aside in "/);
      assertEquals(await Deno.readFile(file("scores.csv")), good.get("scores.csv"));
      assertEquals(await Deno.readFile(file("metrics.json")), good.get("metrics.json"));
      assertEquals(await Deno.readFile(join(root, "set-aside", `${pca}-1`, "metrics.json")), good.get("metrics.json"));
    });
  },
);

testWith(
  NEEDS,
  "store-truth: a results.json that does not hold is set aside, and made anew from the runs",
  async () => {
    await withFolder(async (root) => {
      const { stdout, stderr } = await run("reproduce", ...ARGS, "--out", root, "--json");
      const list = join(root, "results.json");
      const runs = (text: string) => JSON.parse(text).map(({ run }: { run: string }) => run).sort();
      const wanted = runs(stdout);
      assertEquals(wanted.length, 2, stderr);
      for (const content of ["", "\0", '[{"run": 7}]', '{"runs": []}']) {
        await Deno.writeTextFile(list, content);
        const table = await run("table1", "--out", root);
        assertEquals(table.code, 0, table.stderr);
        assertEquals(table.stderr.split("\n").filter((line) => line.startsWith(`Cannot read "${list}": `)).length, 1);
        assertEquals(runs(await Deno.readTextFile(list)), wanted);
      }
      assertEquals([...Deno.readDirSync(join(root, "set-aside"))].length, 4);
      const [gone] = wanted;
      await Deno.remove(join(root, "runs", gone), { recursive: true });
      const table = await run("table1", "--out", root);
      assertStringIncludes(table.stderr, `run ${gone}, which "${list}" names, is not in "${join(root, "runs")}"`);
      assertEquals(table.code, 0);
    });
  },
);

testWith(
  NEEDS,
  "json-strict: variants with a byte order mark are read; twice one name, __proto__ and 1e999 are one line, exit 2",
  async () => {
    await withFolder(async (root) => {
      const file = join(root, "variants.json");
      const search = async (text: string) => {
        await Deno.writeTextFile(file, text);
        return await run("search", "--variants", file, "--classes", "5", "--out", root, "--json");
      };
      for (
        const [text, why] of [
          ['{"a": {"method": "pca"}, "a": {"method": "kde"}}', 'the key "a" stands twice in one object'],
          ['{"__proto__": {"method": "pca"}}', 'the key "__proto__" is not allowed'],
          ['{"a": {"method": "pca", "components": 1e999}}', '"components" is a number beyond 1.8e308'],
        ]
      ) {
        const { code, stdout, stderr } = await search(text!);
        assertEquals([code, stdout, stderr.trim()], [2, "", `Cannot read the variants in "${file}": ${why}`]);
      }
      const { code, stdout, stderr } = await search('\uFEFF{"mean": {"method": "pixelmean"}}');
      assertEquals(code, 0, stderr);
      assertEquals(JSON.parse(stdout).map(({ variant }: { variant: string }) => variant), ["mean"]);
      const [first] = await completedRuns(root);
      const { name, reason } = first!.manifest.backend;
      // Nobody asked for it, although a worker is told which to take.
      assertStringIncludes(stderr, `backend: ${name}, ${reason}\n`);
      assert(!reason.includes("asked for"), reason);
    });
  },
);
