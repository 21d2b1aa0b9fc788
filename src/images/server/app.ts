/**
 * The HTTP interface of a detector, and its page.
 *
 * @module
 */

import { OpenAPIHono } from "@hono/zod-openapi";
import type { Images } from "../../data/images.ts";
import { isForeign, SAFE_HEADERS } from "../../platform/http.ts";
import { decodeImage } from "../decode.ts";
import type { ImageDetector } from "../image_detector.ts";
import { noMaps } from "../image_detector.ts";
import { ImageError } from "../files.ts";
import { drawHeatMap } from "../heat_map.ts";
import { decodingFor } from "../scoring.ts";
import { Batcher } from "./batcher.ts";
import { Counters } from "./counters.ts";
import type { Limits, Stay } from "./limits.ts";
import { LIMITS, Room } from "./limits.ts";
import { Refusal } from "./refusal.ts";
import * as routes from "./routes.ts";
import type { Upload } from "./uploads.ts";
import { uploadsOf } from "./uploads.ts";
import page from "./page.html" with { type: "text" };
import script from "./page.js" with { type: "text" };
import style from "./page.css" with { type: "text" };

/** Images scored at once. */
const BATCH = 64;

/** Pixels at which a batch is full; images that are not scaled may be large. */
const FULL = 64 * 256 * 256;

/** The page shows what it is given, asks this server alone, and stands in no other page. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src blob: data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** How a server is set up. */
export interface AppOptions {
  /** What it takes. */
  readonly limits?: Limits;
  /** Whether a Host header is one of its names; any is unless this is given. */
  isHost?(host: string | null): boolean;
}

/** A server's application. */
export interface App {
  /** Answers a request. */
  fetch(request: Request): Response | Promise<Response>;
  /** Does once all that a request needs, so that libraries are loaded and kernels compiled. */
  warmUp(): Promise<void>;
  /** Refuses what is new, and waits until all that was begun is answered and every image that was taken is scored. */
  close(): Promise<void>;
}

/**
 * The application of a server.
 *
 * @param detector A fitted detector.
 * @param options How it is set up.
 * @returns The application.
 */
export function createApp(detector: ImageDetector, { limits = LIMITS, isHost = () => true }: AppOptions = {}): App {
  const { method, mapScale, calibrated, options: { shape, tiled, falseAlarms } } = detector;
  const [counters, room] = [new Counters(), new Room(limits)];
  const decoding = { ...decodingFor(detector), mostPixels: limits.pixels };

  const prepare = async (upload: Upload) => {
    const { name, bytes } = upload;
    try {
      return { upload, image: await decodeImage(name ?? "request", bytes, decoding) as Images };
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      throw new Refusal(/ pixels, .* are allowed$/.test(error.message) ? 413 : 415, error.message);
    }
  };
  const size = ({ image }: { image: Images }) => image.height * image.width;
  // What keeps its own size may take a hundred times the memory.
  const common = { prepare, size, full: FULL, atOnce: tiled ? 1 : 4 };
  const scoring = new Batcher({
    ...common,
    most: BATCH,
    work: (batch: readonly { image: Images }[]) => detector.score(batch.map(({ image }) => image)),
  });
  const mapping = new Batcher({
    ...common,
    most: 1,
    work: async ([each]: readonly { image: Images; upload: Upload }[]) => [
      await drawHeatMap(each!.upload.bytes, await detector.map(each!.image), mapScale!),
    ],
  });

  /** Does what a request wants while there is room and time. */
  const serve = async <T>(work: (stay: Stay, signal: AbortSignal) => Promise<T>): Promise<T> => {
    const stay = room.enter();
    stay.images(1);
    const controller = new AbortController();
    const { signal } = controller;
    const late = new Refusal(504, `Cannot answer: it took longer than ${limits.seconds} s`);
    const timer = setTimeout(() => controller.abort(late), 1000 * limits.seconds);
    const stopped = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    try {
      // The room is free when the work has ended, which is after the answer where that is a 504.
      return await Promise.race([work(stay, signal).finally(() => stay.leave()), stopped]);
    } finally {
      clearTimeout(timer);
    }
  };
  const scored = async (uploads: readonly Upload[], signal: AbortSignal): Promise<number[]> => {
    const all = await Promise.allSettled(uploads.map((upload) => scoring.add(upload, signal)));
    return all.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
  };
  const thresholdFor = (level: number): number => {
    try {
      return detector.threshold(level);
    } catch (error) {
      throw error instanceof RangeError ? new Refusal(400, error.message) : error;
    }
  };

  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const { path, message } = result.error.issues[0]!;
      throw new Refusal(400, `Cannot read the request: ${path.join(".")} is wrong (${message})`);
    },
  });
  const { promise: answered, resolve: end } = Promise.withResolvers<void>();
  let [open, isClosing] = [0, false];
  app.use(async (_, next) => {
    if (isClosing) throw new Refusal(503, "Cannot take the request: the server is ending");
    open++;
    await next();
    open--;
    if (isClosing && open === 0) end();
  });
  app.use(async (c, next) => {
    if (!isHost(c.req.header("host") ?? null)) throw new Refusal(421, "Cannot answer: this server has no such name");
    if (c.req.method === "POST" && isForeign(c.req.raw.headers)) {
      throw new Refusal(403, "Cannot take the request: a page of another site sent it");
    }
    await next();
    for (const [name, value] of Object.entries({ ...SAFE_HEADERS, "cache-control": "no-store" })) {
      c.header(name, value);
    }
  });
  for (const path of ["/score", "/map"] as const) {
    app.use(path, async (c, next) => {
      const start = performance.now();
      await next();
      counters.request(path, c.res.status, (performance.now() - start) / 1000);
    });
    app.on(["GET", "PUT", "PATCH", "DELETE"], path, (c) => {
      return c.json({ error: `Cannot answer: ${path} takes POST, not ${c.req.method}` }, 405, { Allow: "POST" });
    });
  }
  app.openapi(routes.SCORE_ROUTE, async (c) => {
    const limit = thresholdFor(c.req.valid("query").false_alarms ?? falseAlarms);
    const results = await serve(async (stay, signal) => {
      const uploads = await uploadsOf(c.req.raw, limits, stay, signal);
      const scores = await scored(uploads, signal);
      return scores.map((score, i) => {
        const { name } = uploads[i]!;
        return { name, score, p_value: detector.pValue(score), anomalous: score > limit };
      });
    });
    for (const { anomalous } of results) counters.image(anomalous);
    return c.json(results, 200);
  });
  app.openapi(routes.MAP_ROUTE, async (c) => {
    if (mapScale === undefined) throw new Refusal(404, `Cannot draw a map: ${noMaps(method)}`);
    const png = await serve(async (stay, signal) => {
      const [upload, ...more] = await uploadsOf(c.req.raw, limits, stay, signal);
      if (more.length > 0) {
        throw new Refusal(400, `Cannot draw a map: the form holds ${1 + more.length} files, not one`);
      }
      return await mapping.add(upload!, signal);
    });
    return c.body(png as Uint8Array<ArrayBuffer>, 200, { "content-type": "image/png" }) as never;
  });
  const about = {
    method,
    size: `${shape.height} × ${shape.width} × ${shape.channels}`,
    heldOut: calibrated,
    falseAlarms,
    maps: mapScale !== undefined,
  };
  app.openapi(routes.ABOUT_ROUTE, (c) => c.json(about, 200));
  app.openapi(routes.HEALTH_ROUTE, (c) => c.json({ status: "ok", method, in_work: room.images } as const, 200));
  app.openapi(
    routes.METRICS_ROUTE,
    (c) => {
      const text = counters.text(room.images, Deno.memoryUsage().rss);
      return c.body(text, 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    },
  );
  const { html, js, css } = routes.PAGE_ROUTES;
  app.openapi(html, (c) => c.html(page, 200, { "content-security-policy": POLICY }));
  app.openapi(js, (c) => c.body(script, 200, { "content-type": "text/javascript; charset=utf-8" }));
  app.openapi(css, (c) => c.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
  const info = { title: "memgan", version: "1", description: "Says which images are not like those it learned from." };
  app.openapi(
    routes.OPENAPI_ROUTE,
    (c) => c.json(app.getOpenAPI31Document({ openapi: "3.1.0", info }) as unknown as { openapi: "3.1.0" }, 200),
  );
  app.notFound((c) => c.json({ error: `Cannot answer: there is no ${c.req.method} ${c.req.path}` }, 404));
  app.onError((error, c) => {
    if (error instanceof Refusal) {
      const headers = error.status === 503 ? { "Retry-After": "1" } : undefined;
      return c.json({ error: error.message }, error.status as 400, headers);
    }
    console.error(error);
    return c.json({ error: "Cannot answer: the server failed; its own output says more" }, 500);
  });
  return {
    fetch: (request) => app.fetch(request),
    async warmUp() {
      const { default: sharp } = await import("sharp");
      // It keeps what it has unpacked, and no image comes twice.
      sharp.cache(false);
      const { height, width } = shape;
      const bytes = new Uint8Array(
        await sharp({ create: { height, width, channels: 3, background: "#fff" } }).png().toBuffer(),
      );
      const { signal } = new AbortController();
      await scoring.add({ name: "blank", bytes }, signal);
      if (mapScale !== undefined) await mapping.add({ name: "blank", bytes }, signal);
    },
    async close() {
      isClosing = true;
      if (open === 0) end();
      await answered;
      await Promise.all([scoring.drained(), mapping.drained()]);
    },
  };
}
