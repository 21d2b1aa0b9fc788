/** What tests of a backend need. */

import type { BackendName } from "../src/engine/backend.ts";
import { graphicsAdapter } from "../src/engine/adapter.ts";
import type { Need } from "./needs.ts";

const adapter = await graphicsAdapter();

/** What a backend cannot start without. */
export function backendNeeds(backend: BackendName): readonly Need[] {
  if (backend === "cpu") return [];
  if (backend === "native") return ["native"];
  return backend === "wasm" || adapter ? ["read"] : [{ absent: "there is no graphics adapter" }];
}
