/** Children that end with their parent, whatever ends it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { kill, runProgram } from "../src/platform/children.ts";
import { testWith, withFolder } from "./needs.ts";

const NEEDS = ["read", "write", "env", "run"] as const;
const CHILDREN = JSON.stringify(import.meta.resolve("../src/platform/children.ts"));

/** Whether there is such a process, and no corpse of one. */
async function lives(pid: number): Promise<boolean> {
  // Deno lets nobody without all permissions read there.
  const { stdout: stat } = await runProgram("cat", [`/proc/${pid}/stat`]);
  return stat !== "" && !/\) [ZX] /.test(stat);
}

/** Kills a program that prints its children's process ids in a line, and waits for those to end: a few seconds at most. */
async function killParent(folder: string, code: string, flags: readonly string[] = ["-A"]): Promise<void> {
  const file = join(folder, "parent.ts");
  await Deno.writeTextFile(file, code);
  const args = ["run", "--quiet", "--no-prompt", ...flags, file];
  const parent = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "inherit" }).spawn();
  let line = "";
  const output = parent.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!line.includes("\n")) line += (await output.read()).value!;
  const pids = line.trim().split(" ").map(Number);
  for (const pid of pids) assert(await lives(pid), `${pid} had ended before`);
  parent.kill("SIGKILL");
  await parent.status;
  await output.cancel();
  for (const late = performance.now() + 5000;;) {
    const left = (await Promise.all(pids.map(lives))).filter((each) => each).length;
    if (left === 0) return;
    assert(performance.now() < late, `${left} of ${pids.length} children live on`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

const ON_LINUX = Deno.build.os === "linux" ? [] : [{ absent: "this is not Linux" }];

testWith([...NEEDS, ...ON_LINUX], "processes-end: a killed command's program and what that started end", async () => {
  await withFolder(async (folder) => {
    await killParent(
      folder,
      `import { runProgram } from ${CHILDREN};
      const script = "sleep 600 & echo $$ $!; sleep 600";
      runProgram("sh", ["-c", script], { onText: (text) => console.log(text.trim()) });`,
    );
  });
});

for (const [how, flags] of [["by the kernel", "-A"], ["by a pipe", "--allow-read,--allow-env,--allow-run"]] as const) {
  testWith(
    [...NEEDS, ...ON_LINUX],
    `processes-end: a script that computes and hears of nothing ends with its parent, ${how}`,
    async () => {
      await withFolder(async (folder) => {
        const script = join(folder, "script.ts");
        await Deno.writeTextFile(
          script,
          `import { endWithParent } from ${CHILDREN};
          ${how === "by a pipe" ? 'Deno.dlopen = () => { throw new Error("no libc"); };' : ""}
          endWithParent();
          console.log(Deno.pid);
          for (;;);`,
        );
        await killParent(
          folder,
          `import { startScript } from ${CHILDREN};
          const child = startScript(${JSON.stringify(script)});
          for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) console.log(text.trim());`,
          flags.split(","),
        );
      });
    },
  );
}

testWith(
  NEEDS,
  "processes-end: a program's exit, signal and output are its own, and nothing stays behind it",
  async () => {
    const { code, stdout, stderr } = await runProgram("sh", ["-c", "echo a; echo b >&2; exit 3"]);
    assertEquals([code, stdout, stderr], [3, "a\n", "b\n"]);
    assertEquals((await runProgram("sh", ["-c", "kill -TERM $$"])).signal, "SIGTERM");
    assertEquals((await runProgram("memgan-no-such-program", [])).code, 127);
    assertEquals(
      (await runProgram("sh", ["-c", 'echo "$MEMGAN_A"'], { env: { MEMGAN_A: "its value" } })).stdout,
      "its value\n",
    );
    // Deno gets the permissions that it is given.
    const asks = 'console.log(Deno.permissions.querySync({ name: "read" }).state, Deno.env.get("MEMGAN_PROGRAM"))';
    await withFolder(async (folder) => {
      const file = join(folder, "asks.ts");
      await Deno.writeTextFile(file, asks);
      const flags = ["run", "--no-prompt", "--allow-env=MEMGAN_PROGRAM", file];
      assertEquals((await runProgram(Deno.execPath(), flags)).stdout, "prompt undefined\n");
    });
    // It would hold the pipes open.
    const start = performance.now();
    assertMatch((await runProgram("sh", ["-c", "sleep 600 & echo $!"])).stdout, /^\d+\n$/);
    assert(performance.now() - start < 60_000);
  },
);

testWith(
  [...NEEDS, ...ON_LINUX],
  "native-setup: who cannot be killed is waited for no longer than patience and a second",
  async () => {
    const start = performance.now();
    // In a session of its own it is not of the group that is killed, and it holds the pipe.
    const { signal } = await runProgram("sh", ["-c", "setsid sleep 20 & wait"], { patience: 200 });
    assertEquals(signal, "SIGKILL");
    const seconds = (performance.now() - start) / 1000;
    assert(seconds < 10, `${seconds} s`);
  },
);

testWith([...NEEDS, ...ON_LINUX], "processes-end: a process that has ended can be killed too", async () => {
  const child = new Deno.Command("true").spawn();
  await child.status;
  kill(child);
});
