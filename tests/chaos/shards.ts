/** Six processes on one store, two shards, three shards and all, of which some are killed: every run is completed once. */

import { join } from "@std/path";
import type { Rng } from "../../src/engine/random.ts";
import { below } from "./corruptions.ts";
import type { Outcome, Tally } from "./outcomes.ts";
import { differenceOf, kill, resultsIn, sleep, start } from "./processes.ts";

const SHARES = ["1/2", "2/2", "1/3", "2/3", "3/3", "1/1"];

/** What is wrong with a log: a run that was completed twice, or one that was not. */
function faultOf(log: string, count: number): [Outcome, string] | undefined {
  const completed = log.split("\n").filter((line) => line.startsWith("completed")).map((line) => line.split(" ")[1]!);
  const twice = completed.find((hash, i) => completed.indexOf(hash) !== i);
  if (twice !== undefined) return ["silently wrong", `run ${twice} was done twice`];
  return completed.length < count ? ["stuck", `${completed.length} of ${count} runs were done`] : undefined;
}

/**
 * Starts the processes, kills some at random, and starts each again that was killed.
 *
 * @param root A folder.
 * @param rng Draws whom, and when.
 * @param tally Is told.
 * @param count How many runs.
 * @param kills How many kills.
 * @param times How often.
 */
export async function tryShards(
  root: string,
  rng: Rng,
  tally: Tally,
  { count, kills, times }: { count: number; kills: number; times: number },
): Promise<void> {
  const script = "tests/chaos/share.ts";
  const log = join(root, "log");
  const alone = join(root, "alone");
  const begun = performance.now();
  const { code, stderr } = await start(script, [alone, log, "1/1", String(count)]).ended;
  if (code !== 0) throw new Error(`The undisturbed call failed: ${stderr}`);
  const [took, whole] = [performance.now() - begun, resultsIn(alone)];
  for (const isOneMachine of [true, false]) {
    for (let i = 0; i < times; i++) {
      const store = join(root, `store-${isOneMachine}-${i}`);
      await Deno.writeTextFile(log, "");
      // A pod that was killed comes again under another name.
      const share = (part: string) => {
        const host = isOneMachine ? [] : [crypto.randomUUID()];
        return start(script, [store, log, part, String(count), ...host]);
      };
      const running = SHARES.map(share);
      const ended = SHARES.map(async (part, which) => {
        for (;;) {
          const outcome = await running[which]!.ended;
          if (outcome.code !== 137) return outcome;
          running[which] = share(part);
        }
      });
      for (let each = 0; each < kills; each++) {
        await sleep(took * (0.3 + rng.uniform()) / kills);
        kill(running[below(rng, running.length)]!.pid);
      }
      const bad = (await Promise.all(ended)).find(({ code }) => code !== 0);
      const [outcome, why] = bad === undefined
        ? faultOf(await Deno.readTextFile(log), count) ?? differenceOf(whole, store) ??
          ["stood", ""] as [Outcome, string]
        : [bad.code === undefined ? "stuck" : "failed", bad.stderr] as [Outcome, string];
      tally.add(`six shards, ${isOneMachine ? "one machine" : "a machine each"}, ${kills} kills`, `${i}`, outcome, why);
      await Deno.remove(store, { recursive: true });
    }
  }
}
