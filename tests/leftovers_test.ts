/** What a killed process leaves, and where what a machine needs once is kept. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import process from "node:process";
import { CacheError, cacheFolder } from "../src/platform/cache.ts";
import { holdFolder, sweep, sweepStore, TemporaryFolderError, withTemporaryFolder } from "../src/platform/leftovers.ts";
import { tryLock } from "../src/platform/lock.ts";
import { testAlone, testWith, withFolder } from "./needs.ts";

const NEEDS = ["read", "write", "env", "run", "sys"] as const;

/** What is in a folder. */
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

/** Makes a thing some seconds older than it is. */
async function age(path: string, seconds: number): Promise<void> {
  const then = new Date(Date.now() - 1000 * seconds);
  await Deno.utime(path, then, then);
}

testWith(NEEDS, "leftovers: what a killed process was at goes; what a living one is at stays", async () => {
  await withFolder(async (folder) => {
    const code = `
      import { holdFolder } from ${JSON.stringify(import.meta.resolve("../src/platform/leftovers.ts"))};
      await Deno.mkdir("killed.part-1");
      await holdFolder("killed.part-1");
      console.log("held");
      setInterval(() => {}, 1000);`;
    const child = new Deno.Command(Deno.execPath(), { args: ["eval", code], cwd: folder, stdout: "piped" }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    await Deno.mkdir(join(folder, "mine.part-2"));
    const release = await holdFolder(join(folder, "mine.part-2"));
    for (const name of names(folder)) await age(join(folder, name), 10);
    await sweep(folder, /\.part-/);
    assertEquals(names(folder), ["killed.part-1", "mine.part-2"]);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    await sweep(folder, /\.part-/);
    assertEquals(names(folder), ["mine.part-2"]);
    await release();
    await release();
  });
});

testWith(NEEDS, "leftovers: without a lock only what is old goes; links, other names and the new stay", async () => {
  await withFolder(async (folder) => {
    for (const name of ["old.part-1", "day.part-2", "other"]) await Deno.mkdir(join(folder, name));
    await Deno.writeTextFile(join(folder, "written.json.part-3"), "{");
    await Deno.writeTextFile(join(folder, "new.json.part-4"), "{");
    await Deno.symlink(join(folder, "other"), join(folder, "link.part-5"));
    for (
      const [name, days] of [["old.part-1", 2], ["day.part-2", 0.5], ["other", 9], [
        "written.json.part-3",
        0.01,
      ]] as const
    ) {
      await age(join(folder, name), days * 86_400);
    }
    await sweep(folder, /\.part-/);
    assertEquals(names(folder), ["day.part-2", "link.part-5", "new.json.part-4", "other"]);
  });
});

testWith(NEEDS, "leftovers: of a store goes what nobody is writing, and nothing that is not ours", async () => {
  await withFolder(async (root) => {
    const report = join(root, "report");
    const [done, ending, begun] = ["done", "ending", "begun"].map((name) => join(root, "runs", name)) as [
      ...[string, string, string],
    ];
    for (const folder of [report, done, ending, begun]) await Deno.mkdir(folder, { recursive: true });
    const gone = [
      join(root, "results.json.part-1"),
      // That of who tried whether the store can be written.
      join(root, ".part-4"),
      join(report, "index.html.part-22"),
      // Killed after the run was complete: nobody opens it again.
      join(done, "lock"),
      join(done, "lock-of-somebody"),
      join(done, "checkpoint.safetensors"),
    ];
    const stay = [
      join(root, "film.part-1"),
      // Another machine's lock on it may not reach here.
      join(root, "results.json.part-000000000012345678"),
      join(report, "index.html"),
      join(report, "table.csv.part-x"),
      join(done, "metrics.json"),
      join(ending, "metrics.json"),
      join(begun, "checkpoint.safetensors"),
    ];
    const held = [join(root, "table1.md.part-3"), join(ending, "lock")];
    // What a lock of this machine says; the copies' owners are gone, but for those that the test locks itself.
    const lock = await tryLock(join(root, "lock"));
    const content = await Deno.readTextFile(join(root, "lock"));
    await lock!.release();
    for (const path of [...gone, ...stay, ...held]) {
      await Deno.writeTextFile(path, /lock(-of-somebody)?$/.test(path) ? content : "");
      await age(path, 10);
    }
    const files = await Promise.all(held.map((path) => Deno.open(path, { write: true })));
    for (const file of files) await file.lock(true);
    await sweepStore(root);
    for (const file of files) file.close();
    const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);
    assertEquals(await Promise.all(gone.map(isThere)), gone.map(() => false));
    assertEquals(await Promise.all([...stay, ...held].map(isThere)), [...stay, ...held].map(() => true));
  });
});

testAlone(
  NEEDS,
  "leftovers: a temporary folder is gone after its use, and where none can be made that is one line",
  async () => {
    await withFolder(async (folder) => {
      process.env["TMPDIR"] = folder;
      await Deno.mkdir(join(folder, "memgan-bench-killed"));
      await Deno.writeTextFile(join(folder, "memgan-bench-killed", ".lock"), "");
      await age(join(folder, "memgan-bench-killed"), 10);
      await withTemporaryFolder("bench", async (path) => {
        await Deno.writeTextFile(join(path, "file"), "");
        assertEquals(names(folder).length, 1);
      });
      assertEquals(names(folder), []);
      process.env["TMPDIR"] = join(folder, "none");
      const { message } = await assertRejects(
        () => withTemporaryFolder("bench", async () => {}),
        TemporaryFolderError,
      );
      assert(message.startsWith(`Cannot make a temporary folder in "${join(folder, "none")}": `), message);
    });
  },
);

testAlone(
  [],
  "cache-folder: what is empty is as none, and so is what is relative of the system's",
  async () => {
    const set = (values: readonly (string | undefined)[]) =>
      ["MEMGAN_CACHE", "XDG_CACHE_HOME", "HOME"].forEach((name, i) => {
        if (values[i] === undefined) delete process.env[name];
        else process.env[name] = values[i];
      });
    for (
      const [values, folder] of [
        [["/own", "/xdg", "/home/me"], "/own"],
        [["", "/xdg", "/home/me"], "/xdg/memgan"],
        [[undefined, "xdg", "/home/me"], "/home/me/.cache/memgan"],
        [[undefined, "", "/home/me"], "/home/me/.cache/memgan"],
        [["/a [b]*", undefined, undefined], "/a [b]*"],
      ] as const
    ) {
      set(values);
      assertEquals(cacheFolder(), folder);
    }
    set(["own", "/xdg", "/home/me"]);
    await Promise.resolve();
    assertThrows(cacheFolder, CacheError, 'MEMGAN_CACHE must be an absolute path, it is "own"');
    for (const values of [["", "", ""], [undefined, "xdg", "home"], [undefined, undefined, undefined]]) {
      set(values);
      assertThrows(cacheFolder, CacheError, "set MEMGAN_CACHE to one");
    }
  },
);
