/** Two and three processes on one store at once: all end well, and the store is as if one had been. */

import { join } from "@std/path";
import type { Outcome, Tally } from "./outcomes.ts";
import { differenceOf, resultsIn, start } from "./processes.ts";

/** Starts processes on one store at once, several times. */
export async function tryTogether(root: string, tally: Tally, times: number): Promise<void> {
  const quick = ["--backend", "cpu", "--methods", "pixelmean,pca", "--classes", "5", "--jobs", "1"];
  const calls: [string, string, (store: string) => string[]][] = [
    ["small runs", "tests/chaos/work.ts", (store) => [store]],
    ["reproduce", "src/cli/reproduce.ts", (store) => [...quick, "--out", store]],
  ];
  for (const [name, script, args] of calls) {
    // In a report stands where the store is.
    const store = join(root, name.replace(" ", "-"));
    const one = () => start(script, args(store), { env: { MEMGAN_CACHE: join(root, "cache") } }).ended;
    await one();
    const whole = resultsIn(store);
    for (let i = 0; i < times; i++) {
      await Deno.remove(store, { recursive: true });
      const count = 2 + i % 2;
      const all = await Promise.all(Array.from({ length: count }, one));
      const bad = all.find(({ code }) => code !== 0);
      const [outcome, why] = bad === undefined
        ? differenceOf(whole, store) ?? ["stood", ""] as [Outcome, string]
        : [bad.code === undefined ? "stuck" : "failed", bad.stderr] as [Outcome, string];
      tally.add(`${count} processes on one store`, `${name}, ${i}`, outcome, why);
    }
  }
}
