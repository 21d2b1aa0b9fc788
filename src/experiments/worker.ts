/**
 * A worker of the pool: does the one run that its standard input names.
 *
 * @module
 */

import { loadDataset } from "../data/load.ts";
import { startBackend } from "../engine/backend.ts";
import type { Message, Order } from "./pool.ts";
import { doRun } from "./run.ts";
import { BusyError, LostError, RunFolder } from "./store.ts";
import { endWithParent } from "../platform/children.ts";
import { oneLine } from "../platform/errors.ts";

function tell(message: Message): void {
  console.log(JSON.stringify(message));
}

/** The first line of standard input; nothing where that ends before it. */
async function readOrder(): Promise<string> {
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(4096);
  let text = "";
  while (!text.includes("\n")) {
    const length = await Deno.stdin.read(bytes);
    if (length === null) Deno.exit(1);
    text += decoder.decode(bytes.subarray(0, length), { stream: true });
  }
  return text;
}

// Ctrl-C reaches every process of a terminal: what becomes of this one is its parent's decision.
Deno.addSignalListener("SIGINT", () => {});
const text = await readOrder();
endWithParent();

try {
  const { spec, root, backend: only, reason, data, commit }: Order = JSON.parse(text);
  const started = await startBackend({ only, threads: 1 });
  const backend = { ...started, reason: reason ?? started.reason };
  await doRun(spec, {
    root,
    load: () => loadDataset(spec.dataset, spec.protocol, data),
    backend,
    commit,
    say: (said) => tell({ said }),
    onProgress: (progress) => tell({ progress }),
    onCheckpoint: (checkpoint) => tell({ checkpoint }),
  });
  tell({ auroc: await new RunFolder(root, spec).auroc() });
  Deno.exit(0);
} catch (error) {
  if (error instanceof BusyError) {
    if (error instanceof LostError) tell({ said: error.message });
    tell({ busy: true });
    Deno.exit(1);
  }
  const line = oneLine(error);
  if (line === undefined) throw error;
  tell({ error: line });
  Deno.exit(1);
}
