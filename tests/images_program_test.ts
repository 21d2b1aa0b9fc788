/** Every command as one program. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { commandTasks } from "../bench/tasks.ts";
import config from "../deno.json" with { type: "json" };
import map from "../import_map.json" with { type: "json" };
import { GROUPS, overview } from "../src/cli/memgan.ts";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { SMALL, writeSlopes } from "./image_folders.ts";
import { testWith, withFolder } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** Those that work on the code, in a clone. */
const WORKSHOP = ["memgan", "ablate", "mutate", "readme", "spec:lint", "bench"];

Deno.test("images-program: every command of deno.json is in its help, but for those that work on the code", () => {
  const listed = Object.values(GROUPS).flat();
  const wanted = commandTasks().map(({ task }) => task)
    .filter((task) => !WORKSHOP.includes(task) && !task.startsWith("bench:"));
  assertEquals(listed.toSorted(), wanted.toSorted() as typeof listed);
  for (const task of listed) assertStringIncludes(overview(), `\n  ${task} `);
});

testWith(NEEDS, "images-program: a command has its own help there, and is named as it is called", async () => {
  assertStringIncludes((await run("memgan", "--help")).stdout, "Use it on images of your own\n  fit ");
  const { code, stdout } = await run("memgan", "fit", "--help");
  assertEquals(code, 0);
  assertStringIncludes(stdout, " fit DIR… [flags]");
  assertOneLine(await run("memgan", "fi\x1bt"), 2, 'memgan has no command "fi\\x1bt"; memgan --help lists them');
});

testWith(NEEDS, "images-program: a command that fails there exits as it does by itself", async () => {
  const { code } = await run("memgan", "fit");
  assertEquals(code, 2);
});

Deno.test("images-program: an installed program imports what deno.json names, @std from the stand-ins' files", () => {
  const wanted = Object.entries(config.imports).map(([name, from]) => [
    name,
    from.replace(/^jsr:@std\/(\w+)@.*$/, "./vendor/std/$1/mod.ts"),
  ]);
  assertEquals(map, { imports: Object.fromEntries(wanted) });
});

/** Runs Deno. */
async function deno(args: readonly string[], options: Deno.CommandOptions): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args], ...options }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert(success, `${args.join(" ")}: ${err}`);
  return out! + err!;
}

testWith(NEEDS, "images-program: deno install gives a memgan that fits and scores from any folder", async () => {
  await withFolder(async (folder) => {
    const install = /^deno (install .*)$/m.exec(await Deno.readTextFile(join(ROOT, "docs/images.md")))![1]!;
    await deno([...install.split(" "), "--root", folder], { cwd: ROOT });
    // As the page says: what is installed then has the versions of the clone, and asks no registry which there are.
    await Deno.copyFile(join(ROOT, "deno.lock"), join(folder, "bin", ".memgan", "deno.lock"));
    // Its script calls a \`deno\` on the PATH; npx keeps Deno elsewhere.
    await Deno.symlink(Deno.execPath(), join(folder, "bin", "deno"));
    await writeSlopes(join(folder, "good"), 20);
    // These tests may be run by a task, of which an installed program would not know.
    const { INIT_CWD: _, ...others } = Deno.env.toObject();
    const env = { ...others, PATH: `${join(folder, "bin")}:${others["PATH"]}` };
    const memgan = async (...args: string[]) => {
      const command = new Deno.Command(join(folder, "bin", "memgan"), { args, cwd: folder, env, clearEnv: true });
      const { code, stdout, stderr } = await command.output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    assertStringIncludes(await memgan("--help"), "Use it on images of your own\n  fit ");
    const fitted = await memgan("fit", "good", "--out", "m.model", ...SMALL);
    assertStringIncludes(fitted, "Score other images: memgan score m.model DIR");
    const scored = await memgan("score", "m.model", "good", "--backend", "wasm");
    assert(scored.startsWith("path,score,p_value,anomalous\ngood/0000.png,"), scored);
  });
});

testWith(NEEDS, "images-program: a compiled program has the commands that need no files beside it", async () => {
  await withFolder(async (folder) => {
    // Deno's own mark of one; the runtime of a real one is downloaded, which a test does not.
    const mark = join(folder, "mark.ts");
    const build = "{ value: { ...Deno.build, standalone: true } }";
    await Deno.writeTextFile(mark, `Object.defineProperty(Deno, "build", ${build});\n`);
    await writeSlopes(join(folder, "good"), 20);
    const memgan = (...args: string[]) =>
      deno(["run", "--quiet", "-A", "--preload", mark, join(ROOT, "src/cli/memgan.ts"), ...args], { cwd: folder });
    const commands = [...(await memgan("--help")).matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name);
    assertEquals(commands, ["fit", "score", "evaluate", "serve", "fig2", "proofs"]);
    const backend = SMALL.indexOf("--backend");
    const fitted = await memgan("fit", "good", "--out", "m.model", ...SMALL.slice(0, backend));
    assertStringIncludes(fitted, "no native: a compiled program has no Deno to try its library with");
    assertStringIncludes(fitted, "Score other images: memgan score m.model DIR");
    assertStringIncludes(await memgan("proofs"), "Theorem 1");
    await memgan("fig2", "--units", "3", "--out", "out");
    for (const file of ["m.model", "out/fig2/fig2.json"]) assert((await Deno.stat(join(folder, file))).isFile, file);
  });
});
