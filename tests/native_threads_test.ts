/** The native addon where several threads of one process use it, as Deno's workers and parallel tests do. */

import { assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { ADDON, addonPath } from "../src/engine/native_addon.ts";
import { compileAddon } from "../src/engine/native_build.ts";
import { runProgram } from "../src/platform/children.ts";
import { testWith, withFolder } from "./needs.ts";

/** Four threads that name 80,000 attributes each to an addon. */
const NAMING = `
  import { createRequire } from "node:module";
  const binding = createRequire(import.meta.url)(Deno.args[0]);
  if (typeof WorkerGlobalScope === "undefined") {
    const all = ["a", "b", "c", "d"].map((name) => new Worker(import.meta.url, { type: "module", name }));
    const heard = () => Promise.all(all.map((each) => new Promise((done) => each.onmessage = done)));
    await heard();
    for (const each of all) each.postMessage("go");
    await heard();
    console.log("whole");
    Deno.exit(0);
  }
  const named = (i) => ({ name: (i * 7919 % 1000003) + self.name, type: binding.TF_ATTR_INT, value: 1 });
  const calls = Array.from({ length: 40 }, (_, call) => Array.from({ length: 2000 }, (_, i) => named(2000 * call + i)));
  self.onmessage = () => {
    for (const attributes of calls) {
      try {
        binding.executeOp("Identity", attributes, [], 1);
      } catch {
        // It has no such attributes: it has kept their names by then.
      }
    }
    self.postMessage("done");
  };
  self.postMessage("ready");`;

testWith(
  ["read", "write", "env", "run", "native"],
  "native-setup: threads that name attributes at once do not break the addon",
  async () => {
    await withFolder(async (home) => {
      await Deno.symlink(join(dirname(await Deno.realPath(addonPath()!)), "tensorflow"), join(home, "tensorflow"));
      await compileAddon(home);
      const script = join(home, "naming.js");
      await Deno.writeTextFile(script, NAMING);
      // With one set for all threads every second call ends in a signal, or never.
      for (let i = 0; i < 5; i++) {
        const args = ["run", "-A", "--no-config", script, join(home, ADDON)];
        const { stdout, stderr, signal } = await runProgram(Deno.execPath(), args, { patience: 120_000 });
        assertEquals([stdout.trim(), signal], ["whole", null], stderr.slice(0, 2000));
      }
    });
  },
);
