/**
 * `deno task table1`: writes Table 1, AUROC on MNIST.
 *
 * @module
 */

import { tableMain } from "./table_command.ts";

await tableMain("mnist");
