/** What tests of a backend need. */

import type { BackendName } from "../src/engine/backend.ts";
import { graphicsAdapter } from "../src/engine/adapter.ts";
import type { Need } from "./needs.ts";

/**
 * Whether there may be a graphics adapter. None is asked for where WebGPU's tests are ignored in any case: without permissions
 * OpenGL's drivers cannot be left out, and a run in which they had been asked ended with its heap corrupted, all tests passed.
 */
const mayDraw = Deno.permissions.querySync({ name: "read" }).state !== "granted" || await graphicsAdapter();

/** What a backend cannot start without. */
export function backendNeeds(backend: BackendName): readonly Need[] {
  if (backend === "cpu") return [];
  if (backend === "native") return ["native"];
  return backend === "wasm" || mayDraw ? ["read"] : [{ absent: "there is no graphics adapter" }];
}
