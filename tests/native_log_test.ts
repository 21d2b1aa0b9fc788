/** Standard error while a native library is loaded. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { runProgram } from "../src/platform/children.ts";
import { testWith, withFolder } from "./needs.ts";

const SCRIPT = `
import { quietly } from ${JSON.stringify(import.meta.resolve("../src/engine/native_log.ts"))};
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));
const where = () => Deno.readLinkSync("/proc/self/fd/2");
if (self.postMessage !== undefined && typeof WorkerGlobalScope !== "undefined") {
  for (let i = 0; i < 20; i++) await quietly(() => sleep(i % 3));
  self.postMessage("done");
} else {
  const before = where();
  const during = [];
  const look = async (ms) => { await sleep(ms); during.push(where()); };
  // The first to begin is the first to end, and one begins while others are under way.
  await Promise.all([quietly(() => look(30)), quietly(() => look(90)), sleep(10).then(() => quietly(() => look(40)))]);
  const after = where();
  const threads = [1, 2, 3].map(() => new Worker(import.meta.url, { type: "module" }));
  await Promise.all(threads.map((each) => new Promise((done) => each.onmessage = done)));
  await quietly(() => Promise.reject(new Error("no such library"))).catch(() => {});
  console.log(JSON.stringify([during.every((each) => each === "/dev/null"), during.length, after === before, where() === before]));
  Deno.exit(0);
}`;

testWith(
  ["read", "write", "env", "run", ...(Deno.build.os === "linux" ? [] : [{ absent: "this is not Linux" }])],
  "backend-choice: standard error comes back when the last of those who silence it is done, whatever thread it is in",
  async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "script.ts");
      await Deno.writeTextFile(file, SCRIPT);
      const { stdout, stderr } = await runProgram(Deno.execPath(), ["run", "-A", "--no-check", file], {
        patience: 60_000,
      });
      assertEquals(stdout.trim(), "[true,3,true,true]", stderr);
    });
  },
);
