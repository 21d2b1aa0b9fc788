/**
 * The HTTP interface of a detector: `POST /score`, `POST /map`, and what a machine that watches over it asks for.
 *
 * @module
 */

import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Images } from "../../data/images.ts";
import { decodeImage } from "../decode.ts";
import type { ImageDetector } from "../detector.ts";
import { ImageError } from "../files.ts";
import { drawHeatMap } from "../heat_map.ts";
import { decodingFor } from "../scoring.ts";
import { Batcher, BusyError } from "./batcher.ts";
import { Counters } from "./counters.ts";
import page from "./page.html" with { type: "text" };
import script from "./page.js" with { type: "text" };
import style from "./page.css" with { type: "text" };

/** What a server takes. */
export interface Limits {
  /** Bytes of a request. */
  readonly bytes: number;
  /** Pixels of an image. */
  readonly pixels: number;
  /** Images that wait to be scored. */
  readonly queue: number;
  /** Seconds that a request may take. */
  readonly seconds: number;
}

/** The limits unless others are given. */
export const LIMITS: Limits = { bytes: 32 * 2 ** 20, pixels: 25e6, queue: 256, seconds: 30 };

/** Images scored at once. */
const BATCH = 64;

/** A request that cannot be served, with its status. */
class Refusal extends Error {
  readonly status: 400 | 404 | 413 | 415 | 422 | 503 | 504;

  constructor(status: Refusal["status"], message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}

const ERROR = z.object({ error: z.string() }).openapi("Error");

const SCORE = z.object({
  name: z.string().nullable(),
  score: z.number(),
  p_value: z.number(),
  anomalous: z.boolean(),
}).openapi("Score");

const binary = { schema: z.any().openapi({ type: "string", format: "binary" }) };
const failed = (description: string) => ({ description, content: { "application/json": { schema: ERROR } } });
const REFUSED = {
  400: failed("The request holds no image, or a level that is none."),
  413: failed("The request is too large, or the image has too many pixels."),
  415: failed("It is not one of PNG, JPEG, WebP, TIFF, GIF and AVIF."),
  503: failed("Too many images wait; Retry-After says when to try again."),
  504: failed("It took too long."),
};
const QUERY = z.object({
  false_alarms: z.coerce.number().gt(0).lt(1).optional().openapi({
    description: "The greatest share of normal images that may be called anomalous; the model's own unless given.",
  }),
});
const BODY = {
  content: { "image/*": binary, "multipart/form-data": { schema: z.any() } },
  description: "One image, or several as the files of a form.",
};

const scoreRoute = createRoute({
  method: "post",
  path: "/score",
  summary: "Scores images",
  request: { query: QUERY, body: BODY },
  responses: {
    200: {
      description: "A result an image, in the order given.",
      content: { "application/json": { schema: z.array(SCORE) } },
    },
    ...REFUSED,
  },
});

const mapRoute = createRoute({
  method: "post",
  path: "/map",
  summary: "Draws where an image is anomalous",
  request: { body: BODY },
  responses: {
    200: { description: "The image with its residual over it.", content: { "image/png": binary } },
    404: failed("The method reconstructs no images."),
    ...REFUSED,
  },
});

/** An uploaded file. */
interface Upload {
  readonly name: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A request's body, as far as it is allowed to go. */
async function bodyOf(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (bytes: number) =>
    new Refusal(413, `Cannot take the request: it has ${bytes} bytes, ${limit} are allowed`);
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > limit) throw tooLarge(announced);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > limit) throw tooLarge(length);
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

async function uploadsOf(request: Request, limit: number): Promise<Upload[]> {
  const bytes = await bodyOf(request, limit);
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) {
    if (bytes.length === 0) throw new Refusal(400, "Cannot find an image: the request is empty");
    return [{ name: null, bytes }];
  }
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch {
    throw new Refusal(400, "Cannot read the form: it is not whole");
  }
  const files = [...form.values()].filter((value) => value instanceof File);
  if (files.length === 0) throw new Refusal(400, "Cannot find an image: the form holds no file");
  return await Promise.all(
    files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
}

/** A server's application, and what ends it. */
export interface App {
  /** Answers a request. */
  fetch(request: Request): Response | Promise<Response>;
  /** Waits until every image that was taken is scored. */
  drained(): Promise<void>;
}

/**
 * The application of a server.
 *
 * @param detector A fitted detector.
 * @param limits What it takes.
 * @returns The application.
 */
export function createApp(detector: ImageDetector, limits: Limits = LIMITS): App {
  const counters = new Counters();
  const batcher = new Batcher((images) => detector.score(images), { batch: BATCH, queue: limits.queue });
  const app = new OpenAPIHono({
    defaultHook: (result, c) => {
      if (!result.success) return c.json({ error: `Cannot read the request: ${z.prettifyError(result.error)}` }, 400);
    },
  });

  const decode = async ({ name, bytes }: Upload): Promise<Images> => {
    try {
      return await decodeImage(name ?? "request", bytes, { ...decodingFor(detector), mostPixels: limits.pixels });
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      throw new Refusal(/ pixels, .* are allowed/.test(error.message) ? 413 : 415, error.message);
    }
  };
  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    const { promise, reject } = Promise.withResolvers<never>();
    const message = `Cannot answer: it took longer than ${limits.seconds} s`;
    const timer = setTimeout(() => reject(new Refusal(504, message)), 1000 * limits.seconds);
    try {
      return await Promise.race([work, promise]);
    } finally {
      clearTimeout(timer);
    }
  };
  const refused = (c: Context, error: unknown) => {
    if (error instanceof BusyError) return c.json({ error: error.message }, 503, { "Retry-After": "1" });
    if (error instanceof Refusal) return c.json({ error: error.message }, error.status);
    throw error;
  };

  app.use("/score", async (c, next) => {
    const start = performance.now();
    await next();
    counters.request(c.res.status, (performance.now() - start) / 1000);
  });
  app.openapi(scoreRoute, async (c) => {
    const level = c.req.valid("query").false_alarms ?? detector.options.falseAlarms;
    try {
      const limit = detector.threshold(level);
      // Before anything is unpacked.
      if (batcher.waiting >= limits.queue) throw new BusyError(batcher.waiting);
      const work = async () => {
        const uploads = await uploadsOf(c.req.raw, limits.bytes);
        return { uploads, scores: await batcher.score(await Promise.all(uploads.map(decode))) };
      };
      const { uploads, scores } = await inTime(work());
      const results = scores.map((score, i) => {
        const anomalous = score > limit;
        counters.image(anomalous);
        return { name: uploads[i]!.name, score, p_value: detector.pValue(score), anomalous };
      });
      return c.json(results, 200);
    } catch (error) {
      if (error instanceof RangeError) return c.json({ error: error.message }, 400);
      return refused(c, error) as never;
    }
  });
  app.openapi(mapRoute, async (c) => {
    try {
      const work = async () => {
        const upload = (await uploadsOf(c.req.raw, limits.bytes))[0]!;
        const image = await decode(upload);
        const { mapScale } = detector;
        if (mapScale === undefined) {
          throw new Refusal(404, `Cannot draw a map: ${detector.method} reconstructs no images`);
        }
        return await drawHeatMap(upload.bytes, await detector.map(image), mapScale);
      };
      return c.body((await inTime(work())) as Uint8Array<ArrayBuffer>, 200, { "content-type": "image/png" }) as never;
    } catch (error) {
      return refused(c, error) as never;
    }
  });
  const { options: { shape, falseAlarms }, calibrated, mapScale } = detector;
  const about = {
    method: detector.method,
    size: `${shape.height} × ${shape.width} × ${shape.channels}`,
    heldOut: calibrated,
    falseAlarms,
    maps: mapScale !== undefined,
  };
  // The page shows what it is given and asks this server alone.
  const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src blob:";
  app.get("/", (c) => c.html(page, 200, { "content-security-policy": policy }));
  app.get("/page.js", (c) => c.body(script, 200, { "content-type": "text/javascript" }));
  app.get("/page.css", (c) => c.body(style, 200, { "content-type": "text/css" }));
  app.get("/about.json", (c) => c.json(about));
  app.get("/healthz", (c) => c.json({ status: "ok", method: detector.method, waiting: batcher.waiting }));
  app.get(
    "/metrics",
    (c) => c.text(counters.text(batcher.waiting), 200, { "content-type": "text/plain; version=0.0.4" }),
  );
  app.doc31("/openapi.json", { openapi: "3.1.0", info: { title: "memgan", version: "1" } });
  app.notFound((c) => c.json({ error: `There is no ${c.req.method} ${c.req.path}` }, 404));
  app.onError((error, c) => {
    console.error(error);
    return c.json({ error: "Cannot answer: the server failed" }, 500);
  });
  return { fetch: (request) => app.fetch(request), drained: () => batcher.drained() };
}
