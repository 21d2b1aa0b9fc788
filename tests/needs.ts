/** Tests that need more than a bare `deno test` grants: ignored there, with the reason in their names. */

import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { nativeReason } from "./native.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

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

/** Set in a process that was started for one test. */
const ALONE = "MEMGAN_TEST_ALONE";

/**
 * Declares a test that changes the environment. All threads of a process share one, and tests run in several: the test runs in a
 * process of its own.
 */
export function testAlone(needs: readonly Need[], name: string, fn: () => Promise<void>): void {
  testWith(["read", "env", "run", ...needs], name, async () => {
    if (Deno.env.get(ALONE) !== undefined) return await fn();
    const only = `/^${name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}$/`;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", "--filter", only, fromFileUrl(Deno.mainModule)],
      cwd: ROOT,
      env: { [ALONE]: "1", NO_COLOR: "1" },
    }).output();
    const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
    assert(success && said.includes("1 passed"), said);
  });
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
