/** The files of `docs/cluster.md`: they are what they say, and each machine does its own share. */

import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { parse } from "yaml";
import { runProgram } from "../src/platform/children.ts";
import { NEEDS, run } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";

const PAGE = fromFileUrl(import.meta.resolve("../docs/cluster.md"));

/** The one fence of a language. */
async function fence(language: string): Promise<string> {
  const [first, ...more] = (await Deno.readTextFile(PAGE)).matchAll(
    new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"),
  );
  assertEquals(more.length, 0);
  return first![1]!;
}

/** What a shell's script calls `deno` with, under these variables. */
async function called(shell: string, script: string, env: Record<string, string>): Promise<string[]> {
  let words: string[] = [];
  await withFolder(async (folder) => {
    const deno = join(folder, "deno");
    await Deno.writeTextFile(deno, '#!/bin/sh\necho "$MEMGAN_CACHE"\nfor word; do echo "$word"; done\n');
    await Deno.chmod(deno, 0o755);
    const file = join(folder, "script");
    await Deno.writeTextFile(file, script);
    const path = `${folder}:${Deno.env.get("PATH")}`;
    assertEquals((await runProgram(shell, ["-n", file])).code, 0);
    const { code, stdout, stderr } = await runProgram(shell, [file], { env: { ...env, PATH: path } });
    assertEquals([code, stderr], [0, ""]);
    words = stdout.trimEnd().split("\n");
  });
  return words;
}

/** Those words, held against what reproduce takes; its shard. */
async function shardOf([cache, ...words]: string[]): Promise<string> {
  assertEquals([cache, words.slice(0, 3)], ["/shared/memgan-cache", ["task", "--quiet", "reproduce"]]);
  const args = words.slice(3);
  // On a store that is not there.
  const { code, stdout, stderr } = await run("reproduce", ...args, "--dry-run", "--json");
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^\[\{"run":"[0-9a-f]{16}"/);
  return args[args.indexOf("--shard") + 1]!;
}

/** Sixteen machines. */
const SIXTEEN = Array.from({ length: 16 }, (_, i) => `${i + 1}/16`);

testWith(NEEDS, "cli-shard: each task of the Slurm array does its own sixteenth", async () => {
  const script = await fence("bash");
  assertMatch(script, /^#!\/bin\/bash\n(#SBATCH --[a-z-]+(=\S+)?\n)+\nset -eu\n/);
  const [, from, to] = /^#SBATCH --array=(\d+)-(\d+)$/m.exec(script)!.map(Number);
  const variables = (id: number) => ({ SLURM_ARRAY_TASK_ID: String(id), SLURM_CPUS_PER_TASK: "4" });
  const shards: string[] = [];
  for (let id = from!; id <= to!; id++) {
    const words = await called("bash", script, variables(id));
    shards.push(id === from ? await shardOf(words) : words[words.indexOf("--shard") + 1]!);
  }
  assertEquals(shards, SIXTEEN);
});

testWith(NEEDS, "cli-shard: each pod of the Kubernetes Job does its own sixteenth", async () => {
  const job = parse(await fence("yaml"), { strict: true, uniqueKeys: true });
  assertEquals([job.apiVersion, job.kind, job.spec.completionMode], ["batch/v1", "Job", "Indexed"]);
  assertEquals(job.spec.template.spec.restartPolicy, "Never");
  const [{ command, env, volumeMounts }] = job.spec.template.spec.containers;
  assertEquals(volumeMounts.map(({ name }: { name: string }) => name), [job.spec.template.spec.volumes[0].name]);
  assertEquals(command.slice(0, 2), ["sh", "-c"]);
  const [{ name, value }] = env;
  const shards: string[] = [];
  for (let index = 0; index < job.spec.completions; index++) {
    const words = await called("sh", command[2], { [name]: value, JOB_COMPLETION_INDEX: String(index) });
    shards.push(index === 0 ? await shardOf(words) : words[words.indexOf("--shard") + 1]!);
  }
  assertEquals(shards, SIXTEEN);
});
