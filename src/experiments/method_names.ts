/**
 * The names of methods and budgets. This file loads no method, so that a command's flags can name them.
 *
 * @module
 */

export { METHODS } from "../detectors/method_names.ts";
export type { Method } from "../detectors/method_names.ts";

/** The budgets. */
export const BUDGETS = ["smoke", "laptop", "paper"] as const;

/** A budget's name. */
export type Budget = typeof BUDGETS[number];
