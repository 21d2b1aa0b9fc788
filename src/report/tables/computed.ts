/**
 * How a table's runs were computed: what stands below every table of runs.
 *
 * @module
 */

import { arithmeticText } from "../../experiments/arithmetic.ts";
import { devicesNote } from "../../experiments/provenance.ts";
import { plainText } from "./markdown.ts";

/**
 * By which arithmetic, and on which devices if on several.
 *
 * @param arithmetics Of each run.
 * @param devices Of each run, as far as it is known.
 * @returns A sentence or two, as Markdown; empty where there is nothing to say.
 */
export function computedText(arithmetics: readonly number[], devices: readonly (string | undefined)[]): string {
  return [arithmeticText(arithmetics), plainText(devicesNote(devices))].filter((note) => note !== "").join(" ");
}
