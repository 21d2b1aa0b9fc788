/** What tasks may do on the user's machine: as little as they can do with. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { commandTasks } from "../bench/tasks.ts";
import config from "../deno.json" with { type: "json" };
import type { Need } from "./needs.ts";
import { testWith, withFolder } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

const NEEDS: readonly Need[] = ["read", "write", "run", "env"];

/** Runs Deno in the project; what it printed on both. */
async function deno(args: readonly string[], env: Record<string, string> = {}): Promise<{ ok: boolean; text: string }> {
  const command = new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, env: { NO_COLOR: "1", ...env } });
  const { success, stdout, stderr } = await command.output();
  return { ok: success, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** Runs a script that knows the project's permissions module. */
async function script(allowed: readonly string[], code: string, env: Record<string, string> = {}): Promise<string> {
  let text = "";
  await withFolder(async (folder) => {
    const file = join(folder, "script.ts");
    const from = JSON.stringify(import.meta.resolve("../src/platform/permissions.ts"));
    await Deno.writeTextFile(file, `import { endSetUp, withholdLoaderVariables } from ${from};\n${code}`);
    text = (await deno(["run", "--no-prompt", "--no-check", "--quiet", ...allowed, file], env)).text.trim();
  });
  return text;
}

const WIDE: readonly string[] = ["bench", "bench:images", "test", "ok"];

/** The user says at which address they serve, or where their queue is. */
const ANYWHERE: readonly string[] = ["serve", "memgan", "reproduce", "search", "fig4", "table3", "worker", "queue"];

Deno.test("permissions: tasks run named programs and reach named hosts, but for those whose program or host the user names", () => {
  for (const [name, { command }] of Object.entries(config.tasks)) {
    assert(!/ (-A|--allow-all)( |$)/.test(command), name);
    if (!ANYWHERE.includes(name)) assert(!/ --allow-net( |$)/.test(command), name);
    if (!WIDE.includes(name)) assert(!/--allow-run( |$)/.test(command), name);
  }
});

Deno.test("permissions: what is made of stored results runs nothing and loads no library; proofs ask for nothing", () => {
  for (const name of ["table1", "table2"] as const) {
    assertMatch(config.tasks[name].command, /^deno run --quiet --allow-read --allow-write src/);
  }
  assertMatch(config.tasks.proofs.command, /^deno run --quiet src/);
});

testWith(NEEDS, "permissions: every command says what it does with no more than its task allows", async () => {
  for (const { task, args } of commandTasks()) {
    const { ok, text } = await deno([...args.toSpliced(1, 0, "--no-prompt"), "--help"]);
    assert(ok, `${task}: ${text}`);
    assertStringIncludes(text, "Usage: ", task);
  }
});

testWith(
  [...NEEDS, "sys"],
  "permissions: tables and figures need no more either",
  async () => {
    const tasks = new Map(commandTasks().map(({ task, args }) => [task, args]));
    await withFolder(async (out) => {
      for (
        const [task, flags, says] of [
          ["table1", ["--out", out], "no completed run on MNIST"],
          ["fig2", ["--out", out], "fig2.png"],
          ["fig4", ["--out", out], "of its 36 runs 36 are not in"],
        ] as const
      ) {
        const { text } = await deno([...tasks.get(task)!.toSpliced(1, 0, "--no-prompt"), ...flags]);
        assertStringIncludes(text, says, task);
      }
    });
  },
);

testWith(
  NEEDS,
  "permissions: what only set-up runs is given up after it, and only where it was given by name",
  async () => {
    const code = `
    await endSetUp();
    const states = ["python3", "g++", "git"].map((command) => Deno.permissions.querySync({ name: "run", command }).state);
    console.log(states.join());`;
    assertEquals(await script(["--allow-run=python3,g++,git"], code), "prompt,prompt,granted");
    assertEquals(await script(["--allow-run"], code), "granted,granted,granted");
  },
);

testWith(
  NEEDS,
  "permissions: without a queue the network is given up, unless there may be data to download",
  async () => {
    const code = `
    const { readQueue } = await import(${JSON.stringify(import.meta.resolve("../src/cli/queue_flag.ts"))});
    const ask = () => Deno.permissions.querySync({ name: "net" }).state;
    await readQueue({ text: () => undefined }, true);
    const before = ask();
    await readQueue({ text: () => undefined }, false);
    console.log(before, ask());`;
    assertEquals(
      await script([`--config=${join(ROOT, "deno.json")}`, "--allow-net", "--allow-read", "--allow-env"], code),
      "granted prompt",
    );
  },
);

testWith(NEEDS, "permissions: the loader's variables keep no named program from being run", async () => {
  const code = `
    withholdLoaderVariables();
    const { stdout } = await new Deno.Command("env").output();
    console.log(/^LD_LIBRARY_PATH/m.test(new TextDecoder().decode(stdout)));`;
  const env = { LD_LIBRARY_PATH: "/none" };
  assertEquals(await script(["--allow-env", "--allow-run=env"], code, env), "false");
  assertEquals(await script(["--allow-env", "--allow-run"], code, env), "true");
});
