/** Kills by -9, at chosen moments and at random; each time the next call has to complete with the same bytes. */

import { join } from "@std/path";
import type { Rng } from "../../src/engine/random.ts";
import { below } from "./corruptions.ts";
import type { Outcome, Tally } from "./outcomes.ts";
import type { Running } from "./processes.ts";
import { age, allEnded, differenceOf, filesIn, kill, markedProcesses, resultsIn, sleep, start } from "./processes.ts";

const WORK = "tests/chaos/work.ts";

/** What a moment belongs to. */
function kindOf(path: string): string {
  if (path.includes("checkpoint")) return "at a checkpoint";
  if (/curve\.csv|\/runs\//.test(path)) return "at another file of a run";
  if (path.includes("results.json")) return "at results.json";
  if (path.includes("/report")) return "at the report";
  return path.includes("/table") ? "at a table" : "at the start";
}

/** After a kill: no process left, the next call completes, the same bytes, nothing left in the store or the temporary folder. */
async function afterKill(
  mark: string,
  again: () => Running,
  { store, temporary, whole }: { store: string; temporary: string; whole: ReadonlyMap<string, string> },
): Promise<[Outcome, string]> {
  if (!await allEnded(mark)) return ["failed", `processes ${markedProcesses(mark).join(", ")} live on`];
  for (const folder of [store, temporary]) {
    if (await Deno.stat(folder).then(() => true, () => false)) await age(folder);
  }
  const { code, stderr } = await again().ended;
  if (code !== 0) return ["stuck", `exit ${code}: ${stderr}`];
  const difference = differenceOf(whole, store);
  if (difference !== undefined) return difference;
  const left = filesIn(temporary);
  return left.length > 0 ? ["failed", `left in the temporary folder: ${left.join(", ")}`] : ["stood", ""];
}

/** Kills `work.ts` at some of its moments, evenly chosen, and at random ones. */
export async function killSmall(root: string, rng: Rng, tally: Tally, chosen: number, random: number): Promise<void> {
  const temporary = join(root, "tmp");
  await Deno.mkdir(temporary, { recursive: true });
  const env = { TMPDIR: temporary };
  const begun = performance.now();
  const first = await start(WORK, [join(root, "whole"), "list"], { env }).ended;
  const took = performance.now() - begun;
  if (first.code !== 0) throw new Error(`The undisturbed call failed: ${first.stderr}`);
  const moments = first.stdout.trim().split("\n").map((line): { what: string; path: string } => JSON.parse(line));
  const whole = resultsIn(join(root, "whole"));
  const once = async (kind: string, what: string, args: readonly string[], delay?: number) => {
    const store = join(root, `killed-${crypto.randomUUID()}`);
    const { pid, mark, ended } = start(WORK, [store, ...args], { env });
    if (delay !== undefined) {
      await sleep(delay);
      kill(pid);
    }
    const { code } = await ended;
    // At random it may come too late.
    const [outcome, why] = code === 0 && delay === undefined
      ? ["stuck", "it was not killed"] as [Outcome, string]
      : await afterKill(mark, () => start(WORK, [store], { env }), { store, temporary, whole });
    tally.add(`kill -9 ${kind}`, what, outcome, why);
    await Deno.remove(store, { recursive: true }).catch(() => {});
  };
  for (let i = 0; i < chosen; i++) {
    const at = Math.floor((i + 0.5) * moments.length / chosen);
    const { what, path } = moments[at]!;
    await once(kindOf(path), `about to ${what} ${path}`, [String(at)]);
  }
  for (let i = 0; i < random; i++) {
    const delay = 0.9 * took * rng.uniform();
    await once("at random", `after ${delay.toFixed(0)} ms`, [], delay);
  }
}

/** Kills the real `reproduce` and its workers, at random, on MNIST. */
export async function killReal(root: string, rng: Rng, tally: Tally, count: number): Promise<void> {
  const temporary = join(root, "tmp");
  await Deno.mkdir(temporary, { recursive: true });
  const how = { env: { TMPDIR: temporary, MEMGAN_CACHE: join(root, "cache") } };
  const call = (store: string) => {
    const args = ["--methods", "pca,pixelmean", "--classes", "8", "--backend", "cpu", "--jobs", "2", "--out", store];
    return start("src/cli/reproduce.ts", args, how);
  };
  const begun = performance.now();
  const store = join(root, "real");
  const first = await call(store).ended;
  const took = performance.now() - begun;
  if (first.code !== 0) throw new Error(`The undisturbed call failed: ${first.stderr}`);
  const whole = resultsIn(store);
  for (let i = 0; i < count; i++) {
    await Deno.remove(store, { recursive: true });
    const victim = i % 2 === 0 ? "parent" : "worker";
    const { pid, mark, ended } = call(store);
    await sleep(0.8 * took * rng.uniform());
    const workersNow = () => markedProcesses(mark).filter((each) => each !== pid);
    let workers = workersNow();
    while (victim === "worker" && workers.length === 0 && markedProcesses(mark).length > 0) {
      await sleep(20);
      workers = workersNow();
    }
    kill(victim === "parent" ? pid : workers[below(rng, workers.length)] ?? pid);
    const { stderr } = await ended;
    const isNamed = victim === "parent" || !/^\s+at /m.test(stderr);
    const [outcome, why] = isNamed
      ? await afterKill(mark, () => call(store), { store, temporary, whole })
      : ["failed", stderr] as [Outcome, string];
    tally.add(`kill -9 of reproduce's ${victim}`, `number ${i}`, outcome, why);
  }
}
