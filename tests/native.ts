/** Whether a test may use the native backend, and if not, why. */

import { isNativeReady } from "../src/engine/native_addon.ts";
import { taskLine } from "../src/platform/task.ts";

/** The reason why the native backend cannot be used by this test run, if it cannot. */
export function nativeReason(): string | undefined {
  for (const name of ["ffi", "read", "env"] as const) {
    if (Deno.permissions.querySync({ name }).state !== "granted") return `needs --allow-${name}`;
  }
  return isNativeReady() ? undefined : `the native backend is not set up; run \`${taskLine("setup")}\``;
}
