/** Servers started as a user would. */

import { join } from "@std/path";
import { start } from "./command_line.ts";
import { withFolder } from "./needs.ts";
import { smallDetector } from "./small_detector.ts";

/** A server and its model. */
export interface Served {
  readonly process: Deno.ChildProcess;
  readonly url: string;
  readonly folder: string;
  readonly model: string;
}

/** Calls `use` with a server of a model: its process, and its address. */
export async function serving(
  model: string,
  port: string,
  use: (process: Deno.ChildProcess, url: string) => Promise<void>,
): Promise<void> {
  const process = start("serve", model, "--port", port, "--backend", "wasm", "--json");
  const reader = process.stdout.getReader();
  try {
    let said = "";
    while (!said.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`serve has ended: ${await new Response(process.stderr).text()}`);
      said += new TextDecoder().decode(value);
    }
    await use(process, JSON.parse(said).url);
  } finally {
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await process.status;
    await reader.cancel();
    await process.stderr.cancel().catch(() => {});
  }
}

/** Calls `use` with a server of the small detector. */
export async function withServer(use: (served: Served) => Promise<void>): Promise<void> {
  const { saveDetector } = await import("../src/images/model_file.ts");
  await withFolder(async (folder) => {
    const model = join(folder, "small.model");
    const detector = await smallDetector();
    await saveDetector(detector, model);
    detector.dispose();
    await serving(model, "0", (process, url) => use({ process, url, folder, model }));
  });
}
