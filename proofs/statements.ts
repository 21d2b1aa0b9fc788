/**
 * What is proved.
 *
 * @module
 */

import type { Statement } from "./check.ts";
import { PROPOSITION_1 } from "./proposition_1.ts";
import { THEOREM_1 } from "./theorem_1.ts";
import { THEOREM_2 } from "./theorem_2.ts";

/** What is proved, in the paper's order. */
export const STATEMENTS: readonly Statement[] = [THEOREM_1, THEOREM_2, PROPOSITION_1];
