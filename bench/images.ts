/**
 * `deno task bench:images`: where the methods stand on pictures that nobody made for this project, by `fit` and `score` themselves.
 *
 * It can be stopped at any moment: what is in the file of results is not measured again.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import type { Command } from "../src/cli/flags.ts";
import { load, runMain } from "../src/cli/command.ts";
import type { Job, Source } from "./image_plan.ts";
import type { Folders } from "./image_sets.ts";
import type { BenchResult } from "./table.ts";
import { commandTasks } from "./tasks.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** A row: a model and one of its tests. */
type Row = Record<string, string | number>;

const command: Command<"python"> = {
  task: "bench:images",
  about:
    "Fits and scores MNIST, CIFAR-10 and photographed textures as folders of PNGs, method by method; about an hour.\n" +
    "Adds what is missing to bench/images.json.",
  flags: {
    python: {
      value: "PATH",
      help: "a Python with scikit-image and scikit-learn, which bring the textures (default: python3)",
    },
  },
};

/** A command of this project failed. */
class ImagesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ImagesError";
  }
}

/** Runs a task of this project and reads the JSON that it prints. */
async function task<T>(name: string, flags: readonly string[]): Promise<{ result: T; seconds: number }> {
  const { runProgram } = await load<typeof import("../src/platform/children.ts")>(
    import.meta.resolve("../src/platform/children.ts"),
  );
  const { args } = commandTasks().find((each) => each.task === name)!;
  const start = performance.now();
  const { code, stdout, stderr } = await runProgram(Deno.execPath(), [...args, ...flags, "--json"], { cwd: ROOT });
  if (code !== 0) {
    throw new ImagesError(`Cannot measure: ${name} ended with ${code}: ${stderr.trim().split("\n").pop()}`);
  }
  return { result: JSON.parse(stdout), seconds: (performance.now() - start) / 1000 };
}

const digits = (value: number, count: number) => Number(value.toFixed(count));

/** Fits one model, and measures it on each test of its source. */
async function measure(job: Job, { train, tests }: Folders, folder: string): Promise<Row[]> {
  const { auroc } = await load<typeof import("../src/experiments/auroc.ts")>(
    import.meta.resolve("../src/experiments/auroc.ts"),
  );
  const { seen } = await load<typeof import("./image_plan.ts")>(import.meta.resolve("./image_plan.ts"));
  const { source, method, preprocessing, size, epochs } = job;
  const model = join(folder, "model");
  const { result: fitted } = await task<{ training: number; heldOut: number; seconds: number }>("fit", [
    ...[train, "--out", model, "--method", method, "--preprocessing", preprocessing, "--size", String(size)],
    ...[job.as === "colour" ? "--colour" : "--grey", ...(job.as === "tiles" ? ["--tile"] : [])],
    ...(epochs > 0 ? ["--epochs", String(epochs)] : []),
  ]);
  const rows: Row[] = [];
  for (const [test, { normal, anomalous }] of Object.entries(tests)) {
    const { result, seconds } = await task<{ path: string; score: number; anomalous: boolean }[]>("score", [
      ...[model, normal, anomalous],
    ]);
    const labels = result.map(({ path }) => Number(!path.startsWith(join(normal, "/"))));
    const flagged = (label: number) => {
      const all = result.filter((_, i) => labels[i] === label);
      return digits(all.filter(({ anomalous }) => anomalous).length / all.length, 4);
    };
    rows.push({
      ...{ source, test, method, preprocessing, size: seen(job), epochs },
      ...{ training: fitted.training, heldOut: fitted.heldOut },
      normal: labels.filter((label) => label === 0).length,
      anomalous: labels.filter((label) => label === 1).length,
      auroc: digits(auroc(result.map(({ score }) => score), labels), 4),
      falseAlarms: flagged(0),
      caught: flagged(1),
      "fit, s": digits(fitted.seconds, 1),
      "score, s": digits(seconds, 1),
    });
  }
  return rows;
}

await runMain(command, async (given) => {
  const file = join(given.text("out") ?? "out", "bench", "images.json");
  const { writeWhole, readIfThere } = await load<typeof import("../src/platform/files.ts")>(
    import.meta.resolve("../src/platform/files.ts"),
  );
  const { withTemporaryFolder } = await load<typeof import("../src/platform/leftovers.ts")>(
    import.meta.resolve("../src/platform/leftovers.ts"),
  );
  const { makeFolders } = await load<typeof import("./image_sets.ts")>(import.meta.resolve("./image_sets.ts"));
  const { isOf, plan, seen } = await load<typeof import("./image_plan.ts")>(import.meta.resolve("./image_plan.ts"));
  const { processor } = await load<typeof import("./processor.ts")>(import.meta.resolve("./processor.ts"));
  await Deno.mkdir(join(file, ".."), { recursive: true });
  const kept = await readIfThere(file);
  const before: BenchResult | undefined = kept && JSON.parse(new TextDecoder().decode(kept));
  const rows: Row[] = [...before?.rows ?? []];
  // Rows that were kept may have been measured elsewhere.
  const cpu = [...new Set([...before?.machine.cpu.split(" and ") ?? [], processor()])].join(" and ");
  const jobs = plan().filter((job) => !rows.some((row) => isOf(job, row)));
  await withTemporaryFolder("images", async (folder) => {
    const made = new Map<Source, Promise<Folders>>();
    for (const [i, job] of jobs.entries()) {
      const { source, method, preprocessing } = job;
      if (!made.has(source)) {
        made.set(source, makeFolders(source, join(folder, source), given.text("python") ?? "python3"));
      }
      const measured = await measure(job, await made.get(source)!, folder);
      rows.push(...measured);
      const machine = { cpu, deno: Deno.version.deno, backend: "native, one thread" };
      await writeWhole(file, JSON.stringify({ machine, rows } satisfies BenchResult, undefined, 1) + "\n");
      const found = measured.map(({ test, auroc }) => `${test} ${auroc}`).join("; ");
      console.error(`${i + 1} of ${jobs.length}: ${method}, ${preprocessing}, ${seen(job)}: ${found}`);
    }
  });
  if (given.on("json")) console.log(JSON.stringify(rows));
});
