/**
 * `deno task table2`: writes Table 2, AUROC on CIFAR-10.
 *
 * @module
 */

import { tableMain } from "./table_command.ts";

await tableMain("cifar10");
