/** Tests that need more than a bare `deno test` grants: ignored there, with the reason in their names. */

import { nativeReason } from "./native.ts";

/** What a test needs: a permission, a part of this machine, or what was found not to be here. */
export type Need = "read" | "write" | "env" | "run" | "sys" | "native" | { readonly absent: string };

function missing(need: Need): string | undefined {
  if (typeof need === "object") return need.absent;
  if (need === "native") return nativeReason();
  return Deno.permissions.querySync({ name: need }).state === "granted" ? undefined : `needs --allow-${need}`;
}

/** Declares a test that is ignored unless all it needs is there. */
export function testWith(needs: readonly Need[], name: string, fn: () => Promise<void>): void {
  const reason = needs.map(missing).find((each) => each !== undefined);
  Deno.test({ name: reason === undefined ? name : `${name} (ignored: ${reason})`, ignore: reason !== undefined, fn });
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
