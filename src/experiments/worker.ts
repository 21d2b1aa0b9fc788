/**
 * A worker of the pool: does the one run that its standard input names.
 *
 * @module
 */

import { loadDataset } from "../data/load.ts";
import { startBackend } from "../engine/backend.ts";
import type { Message, Order } from "./pool.ts";
import { doRun } from "./run.ts";
import { RunFolder } from "./store.ts";
import { oneLine } from "../platform/errors.ts";

function tell(message: Message): void {
  console.log(JSON.stringify(message));
}

let text = "";
const input = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
while (!text.includes("\n")) text += (await input.read()).value ?? "";
// The parent keeps the pipe open for as long as it lives. While a backend computes, no such event is ever handled, so that
// each report of progress looks for the parent too.
input.read().then(({ done }) => done && Deno.exit(1));
const parent = Deno.ppid;

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
    onProgress(progress) {
      if (Deno.ppid !== parent) Deno.exit(1);
      tell({ progress });
    },
  });
  tell({ auroc: await new RunFolder(root, spec).auroc() });
  Deno.exit(0);
} catch (error) {
  const line = oneLine(error);
  if (line === undefined) throw error;
  tell({ error: line });
  Deno.exit(1);
}
