/**
 * Which seeds runs have, in words and as flags write them.
 *
 * @module
 */

import type { Method } from "../../experiments/method_names.ts";
import { REGISTRY } from "../../experiments/methods.ts";

/** Whole numbers as flags take them: `0..9`, `0,5`. */
export function wholesText(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const each of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last?.[1] === each - 1) last[1] = each;
    else parts.push([each, each]);
  }
  return parts.map(([from, to]) => from === to ? from : from + 1 === to ? `${from},${to}` : `${from}..${to}`).join(",");
}

/** Seeds in words. */
function inWords(seeds: readonly number[]): string {
  const text = wholesText(seeds).replaceAll(",", ", ").replaceAll("..", " to ");
  return `seed${new Set(seeds).size === 1 ? "" : "s"} ${text}`;
}

/**
 * The seeds of a table's runs: those that most methods have, and which methods have others. A method that draws nothing has one
 * run whatever the seeds are, and is not named.
 *
 * @param specs The runs' descriptions.
 * @returns Text such as `seed 0, of iforest seeds 0 to 9`.
 *
 * @example Most methods ran once
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const of = (method: "memgan" | "memae" | "iforest" | "kde", seed: number) => ({ method, seed });
 * const runs = [of("memgan", 0), of("memae", 0), of("iforest", 0), of("iforest", 1), of("iforest", 2), of("kde", 0)];
 * assertEquals(seedsText(runs), "seed 0, of iforest seeds 0 to 2");
 * assertEquals(seedsText([of("memgan", 0), of("memgan", 1), of("kde", 0)]), "seeds 0, 1");
 * ```
 */
export function seedsText(specs: readonly { readonly method: Method; readonly seed: number }[]): string {
  const drawn = specs.filter(({ method }) => REGISTRY[method].seeded);
  const seedsOf = Map.groupBy(drawn.length === 0 ? specs : drawn, ({ method }) => method);
  const groups = Map.groupBy(seedsOf.keys(), (method) => inWords(seedsOf.get(method)!.map(({ seed }) => seed)));
  return [...groups].sort(([, a], [, b]) => b.length - a.length)
    .map(([seeds, methods], i) => i === 0 ? seeds : `of ${methods.join(" and ")} ${seeds}`)
    .join(", ");
}
