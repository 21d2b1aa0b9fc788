/**
 * What a server answers, as OpenAPI 3.1 describes it.
 *
 * @module
 */

import { createRoute, z } from "@hono/zod-openapi";

/** What a request gets that is not served. */
export const ERROR = z.object({ error: z.string() }).openapi("Error");

/** What is said of an image. */
export const SCORE = z.object({
  name: z.string().nullable().openapi({ description: "The file's name in the form; null for a bare image." }),
  score: z.number().openapi({ description: "The higher, the more anomalous." }),
  p_value: z.number().gt(0).max(1).openapi({ description: "The share of normal images whose score is as high." }),
  anomalous: z.boolean().openapi({ description: "Whether the p-value is at most the share of false alarms." }),
}).openapi("Score");

/** What the model is. */
export const ABOUT = z.object({
  method: z.string(),
  size: z.string().openapi({ description: "The size of the images that it sees." }),
  heldOut: z.int().openapi({ description: "How many normal images that it did not learn from calibrate it." }),
  falseAlarms: z.number().openapi({ description: "The share of normal images that may be called anomalous." }),
  maps: z.boolean().openapi({ description: "Whether it can say where an image is anomalous." }),
}).openapi("About");

/** That the server is there. */
export const HEALTH = z.object({
  status: z.literal("ok"),
  method: z.string(),
  in_work: z.int().openapi({ description: "Images in work." }),
}).openapi("Health");

// As plain schemas: by zod's the library would read a form whole before its length is known.
const FILE = { type: "string", format: "binary" } as const;
const binary = { schema: FILE };
const form = (most: object) => ({
  schema: { type: "object", additionalProperties: { type: "array", items: FILE, ...most } } as const,
});

const json = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { "application/json": { schema } },
});
const text = (description: string, type: string) => ({ description, content: { [type]: { schema: z.string() } } });
const failed = (description: string) => json(description, ERROR);

/** What any request may get. */
const ALWAYS = {
  421: failed("The Host header is not one of this machine's names; asked of a server that only this machine reaches."),
  500: failed("The server failed."),
  503: {
    ...failed("Too much is in work, or the server is ending."),
    headers: { "Retry-After": { description: "Seconds to wait.", schema: { type: "integer" } as const } },
  },
};

/** What a request with images may get. */
const REFUSED = {
  ...ALWAYS,
  400: failed("It holds no image, or an empty one, or its form is not whole, or a parameter is out of its range."),
  403: failed("A page of another site sent it."),
  413: failed("It has too many bytes or files, or an image too many pixels."),
  415: failed("An image is none of PNG, JPEG, WebP, TIFF, GIF and AVIF, or damaged."),
  504: failed("It took too long."),
};

/** `POST /score` */
export const SCORE_ROUTE = createRoute({
  method: "post",
  path: "/score",
  summary: "Scores images",
  request: {
    query: z.object({
      false_alarms: z.coerce.number().gt(0).lt(1).optional().openapi({
        description: "The greatest share of normal images that may be called anomalous; the model's own unless given.",
      }),
    }),
    body: {
      required: true,
      description: "One image, or as a form one or more files under any names.",
      content: { "image/*": binary, "multipart/form-data": form({ minItems: 1 }) },
    },
  },
  responses: { 200: json("A result an image, in the order given.", z.array(SCORE)), ...REFUSED },
});

/** `POST /map` */
export const MAP_ROUTE = createRoute({
  method: "post",
  path: "/map",
  summary: "Draws where an image is anomalous",
  request: {
    body: {
      required: true,
      description: "One image; of a form the only file.",
      content: { "image/*": binary, "multipart/form-data": form({ minItems: 1, maxItems: 1 }) },
    },
  },
  responses: {
    200: {
      description: "The image in grey, from yellow to red where it is anomalous.",
      content: { "image/png": binary },
    },
    404: failed("The method reconstructs no images."),
    ...REFUSED,
  },
});

const read = <P extends string, R extends object>(path: P, summary: string, ok: R) =>
  createRoute({ method: "get", path, summary, responses: { 200: ok, ...ALWAYS } });

/** `GET /healthz` */
export const HEALTH_ROUTE = read("/healthz", "Says that the server is there", json("It is.", HEALTH));

/** `GET /about.json` */
export const ABOUT_ROUTE = read("/about.json", "Says what the model is", json("The model.", ABOUT));

/** `GET /metrics` */
export const METRICS_ROUTE = read(
  "/metrics",
  "Counts for Prometheus",
  text("Counters in its text format.", "text/plain"),
);

/** `GET /openapi.json` */
export const OPENAPI_ROUTE = read(
  "/openapi.json",
  "This description",
  json("OpenAPI 3.1.", z.looseObject({ openapi: z.literal("3.1.0") })),
);

/** The files of the page: path, media type. */
export const PAGE_ROUTES = {
  html: read("/", "A page to drop images on", text("The page.", "text/html")),
  js: read("/page.js", "The page's script", text("The script.", "text/javascript")),
  css: read("/page.css", "The page's style", text("The style.", "text/css")),
};
