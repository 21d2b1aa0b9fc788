/**
 * Table 1: AUROC on MNIST.
 *
 * ```sh
 * deno task table1 --out out
 * ```
 *
 * @module
 */

import { tableMain } from "./tables.ts";

await tableMain("mnist");
