/** Asks a server without a socket: each answer is one that its OpenAPI description has. */

import { assert } from "@std/assert";
import type { ImageDetector } from "../src/images/image_detector.ts";
import type { AppOptions } from "../src/images/server/app.ts";
import { createApp } from "../src/images/server/app.ts";
import * as routes from "../src/images/server/routes.ts";
import type { Need } from "./needs.ts";

/** What decodes images is a native library. */
export const NEEDS: readonly Need[] = ["read", "env", "sys", "run"];

export interface Answer {
  readonly status: number;
  readonly error: string;
  readonly json: unknown;
  readonly headers: Headers;
}

type Described = Record<string, Record<string, { responses: Record<string, { content: Record<string, unknown> }> }>>;

/** What asks an application, and checks each answer against the description. */
export function asker(detector: ImageDetector, options: AppOptions = {}) {
  const app = createApp(detector, options);
  return async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const request = new Request(`http://localhost:8000${path}`, init);
    const response = await app.fetch(request);
    const { paths } = await (await app.fetch(new Request("http://localhost:8000/openapi.json"))).json().catch(
      () => ({}),
    );
    const bytes = await response.bytes();
    const { status, headers } = response;
    const type = headers.get("content-type")!.split(";")[0]!;
    const operation = (paths as Described | undefined)?.[new URL(request.url).pathname]?.[request.method.toLowerCase()];
    if (operation !== undefined) {
      assert(operation.responses[status]?.content[type] !== undefined, `${request.method} ${path}: ${status} ${type}`);
    }
    const json = type === "application/json" ? JSON.parse(new TextDecoder().decode(bytes)) : undefined;
    if (status >= 400) routes.ERROR.strict().parse(json);
    for (const [name] of headers) assert(!name.startsWith("access-control-"), name);
    return { status, error: json?.error ?? "", json, headers };
  };
}

/** A form with files. */
export function formOf(...files: readonly (readonly [name: string, bytes: Uint8Array<ArrayBuffer>])[]): FormData {
  const form = new FormData();
  for (const [name, bytes] of files) form.append("image", new File([bytes], name));
  return form;
}

/** What posts a body. */
export const post = (body: BodyInit, headers: HeadersInit = {}) => ({ method: "POST", body, headers });
