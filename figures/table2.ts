/**
 * Table 2: AUROC on CIFAR-10.
 *
 * ```sh
 * deno task table2 --out out
 * ```
 *
 * @module
 */

import { tableMain } from "./tables.ts";

await tableMain("cifar10");
