/** The commands, driven as a user would: help, mistakes, hints. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { METHODS } from "../src/experiments/methods.ts";
import { taskLine } from "../src/platform/task.ts";
import { assertOneLine, COMMANDS, NEEDS, run } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";

for (const command of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
  testWith(NEEDS, `cli-help: ${command} says what it does and lists its flags, exit 0`, async () => {
    const { code, stdout, stderr } = await run(command, "--help");
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `Usage: ${taskLine(command)} [flags]`);
    for (const flag of ["--backend", "--out", "--json", "--help"]) assertStringIncludes(stdout, flag);
  });

  testWith(NEEDS, `cli-errors: a wrong flag of ${command} is one line that names it, exit 2`, async () => {
    assertOneLine(await run(command, "--epoch", "3"), 2, `"--epoch" is not a flag of ${command}; it has `);
  });
}

testWith(NEEDS, "cli-help: -h is --help", async () => {
  assertEquals(await run("fig2", "-h"), await run("fig2", "--help"));
});

testWith(NEEDS, "cli-help: read says that it serves, and book has no flag of serving", async () => {
  const [read, book] = [await run("read", "--help"), await run("book", "--help")];
  assertStringIncludes(read.stdout, "serves it to this machine");
  assertEquals([/--port N/.test(read.stdout), /--port|--serve/.test(book.stdout)], [true, false]);
});

Deno.test("cli-progress: a command's task does not list the packages that Deno downloads", () => {
  for (const { command } of Object.values(config.tasks)) {
    if (/ src\/cli\/\w+\.ts$/.test(command)) assertMatch(command, /^deno run --quiet /);
  }
});

Deno.test("cli-help: every task has a description, which `deno task` lists", () => {
  for (const [name, { description }] of Object.entries(config.tasks)) assertMatch(description, /^\S.{9,90}$/, name);
});

for (
  const [what, args, says] of [
    ["an unknown class", ["--classes", "12"], "MNIST has the classes 0 to 9, 12 was asked for"],
    [
      "a class that is no number",
      ["--classes", "cat"],
      '--classes takes whole numbers such as 0,5 or 0..9; it is "cat"',
    ],
    [
      "a range that runs backwards",
      ["--seeds", "9..0"],
      '--seeds takes whole numbers such as 0,5 or 0..9; it is "9..0"',
    ],
    [
      "an unknown method",
      ["--methods", "magic"],
      `--methods is one of ${METHODS.join(", ")}; it is "magic"`,
    ],
    ["another set's class", ["--dataset", "cifar10", "--classes", "10"], "CIFAR-10 has the classes 0 to 9, 10 was"],
    ["an unknown data set", ["--dataset", "svhn"], '--dataset is one of mnist, cifar10; it is "svhn"'],
    ["another set's protocol", ["--protocol", "batch5"], '--protocol is one of official; it is "batch5"'],
    ["an unknown budget", ["--budget", "huge"], '--budget is one of smoke, laptop, paper; it is "huge"'],
    ["an unknown backend", ["--backend", "tpu"], '--backend is one of native, webgpu, wasm, cpu; it is "tpu"'],
    ["no epochs", ["--epochs", "0"], '--epochs takes a whole number, 1 or more; it is "0"'],
    ["a missing value", ["--out", "--json"], "--out needs a value: DIR"],
    ["a stray word", ["mnist"], 'reproduce does not take "mnist"'],
  ] as const
) {
  testWith(NEEDS, `cli-errors: ${what} is one line, exit 2`, async () => {
    assertOneLine(await run("reproduce", ...args), 2, says);
  });
}

testWith(
  NEEDS,
  "cli-errors: a file of variants that is not JSON, or has an unknown hyper-parameter, is one line, exit 2",
  async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "variants.json");
      await Deno.writeTextFile(file, '{"a": ');
      assertOneLine(
        await run("search", "--variants", file),
        2,
        `Cannot read the variants in "${file}": it is not JSON`,
      );
      await Deno.writeTextFile(file, '{"a": {"momentum": 1}}');
      assertOneLine(await run("search", "--variants", file), 2, '"momentum"');
      assertOneLine(await run("search", "--variants", join(folder, "none.json")), 1, "none.json");
    });
  },
);

testWith(NEEDS, "cli-errors: a store without runs is one line, exit 1", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await run("table1", "--out", folder);
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(stderr, `no completed run on MNIST by the protocol official is in "${join(folder, "runs")}"`);
  });
});

testWith(NEEDS, "cli-hints: the command that a hint names has the folder and the data set in question", async () => {
  await withFolder(async (folder) => {
    const { stderr } = await run("table2", "--protocol", "batch5", "--out", folder);
    const flags = ["--dataset", "cifar10", "--protocol", "batch5", "--out", folder];
    assertStringIncludes(stderr, `; run \`${taskLine("reproduce", ...flags)}\``);
  });
});

testWith(NEEDS, "cli-hints: where npx started Deno, so does what a hint says", async () => {
  await withFolder(async (folder) => {
    const script = `import { taskLine } from ${JSON.stringify(import.meta.resolve("../src/platform/task.ts"))};
      console.log(taskLine("fig1", "--out", "it's"));`;
    const byNpx = join(folder, "_npx", "0", "node_modules", "deno");
    await Deno.mkdir(dirname(byNpx), { recursive: true });
    await Deno.copyFile(Deno.execPath(), byNpx);
    await Deno.copyFile(Deno.execPath(), join(folder, "deno"));
    for (
      const [deno, called] of [[byNpx, `npx deno@${Deno.version.deno} task`], [
        join(folder, "deno"),
        "deno task",
      ]] as const
    ) {
      const { stdout } = await new Deno.Command(deno, { args: ["eval", script] }).output();
      assertEquals(new TextDecoder().decode(stdout).trim(), `${called} fig1 --out 'it'\\''s'`);
    }
  });
});

testWith(NEEDS, "cli-errors: a truncated data file is one line with its name and byte counts, exit 1", async () => {
  await withFolder(async (folder) => {
    const header = new Uint8Array([0, 0, 8, 3, 0, 0, 234, 96, 0, 0, 0, 28, 0, 0, 0, 28]);
    const path = join(folder, "train-images-idx3-ubyte");
    await Deno.writeFile(path, header);
    const { code, stdout, stderr } = await run("reproduce", "--backend", "cpu", "--data", folder, "--out", folder);
    assertEquals([code, stdout], [1, ""]);
    const [backend, ...rest] = stderr.trim().split("\n").slice(-2);
    assertMatch(backend!, /^backend: cpu, /);
    assertEquals(rest, [`Cannot read "${path}": it has 16 bytes, 47040016 are expected`]);
  });
});

for (const command of ["reproduce", "fig2", "book"] as const) {
  testWith(NEEDS, `cli-out: where ${command} cannot write, it says so before it loads or starts anything`, async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "file");
      await Deno.writeTextFile(file, "");
      const out = join(file, "out");
      assertOneLine(await run(command, "--out", out), 1, `Cannot write results into "${out}": Not a directory`);
    });
  });
}

for (const command of ["fig4", "table3"] as const) {
  testWith(
    NEEDS,
    `cli-train: without its runs ${command} says what is missing and how long it takes, exit 1`,
    async () => {
      await withFolder(async (folder) => {
        // Without data a command that trains all the same ends soon.
        const out = join(folder, "out");
        const flags = ["--data", join(folder, "none"), "--out", out];
        const outcome = await run(command, ...flags);
        assertOneLine(outcome, 1, `Cannot make ${command}: of its 36 runs 36 are not in "${out}/runs"; `);
        assertStringIncludes(outcome.stderr, `\`${taskLine(command, ...flags, "--train")}\` trains them, about `);
        assertEquals(await Deno.stat(out).catch(() => "absent"), "absent");
      });
    },
  );
}
