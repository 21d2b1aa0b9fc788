/** Tests that need more than a bare `deno test` grants: ignored there, with the reason in their names. */

import type { BackendName } from "../src/engine/backend.ts";
import { nativeReason } from "./native.ts";

type Need = "read" | "write" | "env" | "run" | "sys" | "native" | "root";

function missing(need: Need): string | undefined {
  if (need === "native") return nativeReason();
  if (need === "root") return missing("sys") ?? (Deno.uid() === 0 ? undefined : "needs root, to mount a small disk");
  return Deno.permissions.querySync({ name: need }).state === "granted" ? undefined : `needs --allow-${need}`;
}

/** Declares a test that is ignored unless all it needs is there. */
export function testWith(needs: readonly Need[], name: string, fn: () => Promise<void>): void {
  const reason = needs.map(missing).find((each) => each !== undefined);
  Deno.test({ name: reason === undefined ? name : `${name} (ignored: ${reason})`, ignore: reason !== undefined, fn });
}

/** What a backend cannot start without. */
export function backendNeeds(backend: BackendName): readonly Need[] {
  if (backend === "native") return ["native"];
  return backend === "cpu" ? [] : ["read"];
}

/** True where a machine lacks what no permission gives: no failure of this project, so the test says so and ends. */
export async function isAbsent(backend: BackendName): Promise<boolean> {
  if (backend !== "webgpu" || await navigator.gpu?.requestAdapter()) return false;
  console.log("not tested: there is no graphics adapter");
  return true;
}

/** Calls `use` with a new folder, and removes it. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "memgan-test-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
