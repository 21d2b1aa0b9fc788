/**
 * The images of a request: its body, or the files of its form.
 *
 * @module
 */

import type { Limits, Stay } from "./limits.ts";
import { Refusal } from "./refusal.ts";

/** An uploaded file. */
export interface Upload {
  /** Its name, where it has one. */
  readonly name: string | null;
  /** Its content. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A request's body, as far as it is allowed to go. */
async function bodyOf(
  request: Request,
  limit: number,
  stay: Stay,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const check = (bytes: number) => {
    if (bytes > limit) {
      throw new Refusal(413, `Cannot take the request: it has ${bytes} bytes or more, ${limit} are allowed`);
    }
  };
  check(Number(request.headers.get("content-length") ?? 0));
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const read = () =>
    reader.read().catch((error) => {
      throw new Refusal(400, `Cannot read the request: ${(error as Error).message}`);
    });
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  try {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let part = await read(); !part.done; part = await read()) {
      check(length + part.value.length);
      stay.bytes(part.value.length);
      parts.push(part.value);
      length += part.value.length;
    }
    signal.throwIfAborted();
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  } catch (error) {
    cancel();
    throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/**
 * The images of a request.
 *
 * @param request The request.
 * @param limits What it may bring.
 * @param stay Where it takes room for its bytes, and for all its images but one.
 * @param signal Ends the reading.
 * @returns One image or more.
 * @throws {Refusal} 400 if there is none, 413 if there is too much, 503 if there is no room.
 */
export async function uploadsOf(
  request: Request,
  limits: Pick<Limits, "bytes" | "images">,
  stay: Stay,
  signal: AbortSignal,
): Promise<Upload[]> {
  const bytes = await bodyOf(request, limits.bytes, stay, signal);
  if (bytes.length === 0) throw new Refusal(400, "Cannot find an image: the request is empty");
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(type)) return [{ name: null, bytes }];
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch {
    throw new Refusal(400, "Cannot read the form: it is not whole, or its content-type has not its boundary");
  }
  const files = [...form.values()].filter((value) => value instanceof File)
    // What a browser sends where nothing was chosen.
    .filter(({ name, size }) => name !== "" || size > 0);
  if (files.length === 0) throw new Refusal(400, "Cannot find an image: the form holds no file");
  if (files.length > limits.images) {
    throw new Refusal(413, `Cannot take the form: it holds ${files.length} files, ${limits.images} are allowed`);
  }
  const empty = files.find(({ size }) => size === 0);
  if (empty !== undefined) throw new Refusal(400, `Cannot read the image "${empty.name}": it is empty`);
  stay.images(files.length - 1);
  return await Promise.all(
    files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
}
