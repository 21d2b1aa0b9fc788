/** A server's answers, without a socket. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createApp } from "../src/images/server/app.ts";
import * as routes from "../src/images/server/routes.ts";
import { asker, formOf, NEEDS, post } from "./asking.ts";
import { testWith } from "./needs.ts";
import { anomalousPng, normalPng, png, smallDetector } from "./small_detector.ts";

const detector = await smallDetector();

testWith(
  NEEDS,
  "images-serve: an image, or the files of a form in their order, with score, p-value and verdict",
  async () => {
    const ask = asker(detector);
    const [single] = routes.SCORE.strict().array().parse((await ask("/score", post(anomalousPng()))).json);
    assertEquals([single!.name, single!.p_value, single!.anomalous], [null, 1 / 21, true]);
    const form = formOf(["a b.png", normalPng()], ["c.png", anomalousPng()], ["a b.png", normalPng()]);
    const { json } = await ask("/score", post(form));
    const all = routes.SCORE.strict().array().parse(json);
    assertEquals(all.map(({ name, anomalous }) => [name, anomalous]), [
      ["a b.png", false],
      ["c.png", true],
      ["a b.png", false],
    ]);
    assertEquals(all[1]!.score, single!.score);
    assertEquals(all[0]!.p_value, detector.pValue(all[0]!.score));
    // At a level of one in two a normal image may be called anomalous, at one in 21 none but those beyond all.
    const strict = await ask(`/score?false_alarms=${1 / 20.9}`, post(anomalousPng()));
    assertEquals((strict.json as { anomalous: boolean }[])[0]!.anomalous, true);
    // A level of all but none calls anomalous what the model's own does not.
    const lax = await ask("/score?false_alarms=0.99", post(normalPng()));
    assertEquals((lax.json as { anomalous: boolean }[])[0]!.anomalous, true);
  },
);

testWith(NEEDS, "images-serve: many requests at once get each its own answer", async () => {
  const ask = asker(detector);
  const images = Array.from({ length: 40 }, (_, i) => i % 3 === 0 ? anomalousPng() : normalPng(i));
  const answers = await Promise.all(images.map((image) => ask("/score", post(image))));
  const verdicts = answers.map(({ json }) => (json as { anomalous: boolean }[])[0]!.anomalous);
  verdicts.forEach((anomalous, i) => i % 3 === 0 && assert(anomalous, `image ${i}`));
  assert(verdicts.filter(Boolean).length < 25);
});

testWith(
  NEEDS,
  "images-serve: a map is a PNG of the image's size; a method that reconstructs nothing has none",
  async () => {
    const app = createApp(detector);
    const large = png(new Uint8Array(40 * 30).fill(99), 30, 40);
    const response = await app.fetch(new Request("http://localhost/map", post(large)));
    const view = new DataView(await response.arrayBuffer());
    assertEquals([view.getUint32(16), view.getUint32(20)], [40, 30]);
    const none = await asker({ ...detector, mapScale: undefined })("/map", post(large));
    assertEquals(none.status, 404);
    assertEquals((await asker(detector)("/map", post(formOf(["a", large], ["b", large])))).status, 400);
  },
);

testWith(
  NEEDS,
  "images-serve: every route is described, and each reference in the description leads somewhere",
  async () => {
    const ask = asker(detector);
    const { json } = await ask("/openapi.json");
    const text = JSON.stringify(json);
    const { openapi, paths, components } = json as Record<string, Record<string, Record<string, unknown>>>;
    assertEquals(openapi as unknown, "3.1.0");
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      assert(
        components!["schemas"]![name!],
        name,
      );
    }
    for (const [path, operations] of Object.entries(paths!)) {
      if ("get" in operations) assertEquals((await ask(path)).status, 200, path);
      else assertEquals((await ask(path)).status, 405, path);
    }
    assertEquals(Object.keys(paths!).sort(), [
      "/",
      "/about.json",
      "/healthz",
      "/map",
      "/metrics",
      "/openapi.json",
      "/page.css",
      "/page.js",
      "/score",
    ]);
    routes.HEALTH.strict().parse((await ask("/healthz")).json);
    routes.ABOUT.strict().parse((await ask("/about.json")).json);
    assertEquals((await ask("/none")).status, 404);
  },
);

testWith(NEEDS, "images-serve-refuses: what is no image has a status and a line that says what is wrong", async () => {
  const ask = asker(detector);
  const whole = normalPng();
  for (
    const [body, status, says] of [
      [new Uint8Array(), 400, "the request is empty"],
      [new FormData(), 400, "the form holds no file"],
      [formOf(["a.png", whole], ["b.png", new Uint8Array()]), 400, '"b.png": it is empty'],
      ["no image", 415, "it is not one of PNG, JPEG, WebP, TIFF, GIF and AVIF"],
      ['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 415, "it is svg, not one of PNG"],
      [whole.slice(0, whole.length - 40), 415, "Cannot read the image"],
      [formOf(["a.png", whole], ["b.txt", new Uint8Array(9)]), 415, '"b.txt"'],
    ] as const
  ) {
    const { status: got, error } = await ask("/score", post(body));
    assertEquals(got, status, error);
    assertStringIncludes(error, says);
  }
  const broken = await ask("/score", post("--x\r\n", { "content-type": "multipart/form-data; boundary=x" }));
  assertEquals([broken.status, /the form/.test(broken.error)], [400, true]);
  for (const level of ["0", "1", "x", "0.001"]) {
    const { status, error } = await ask(`/score?false_alarms=${level}`, post(whole));
    assertEquals([status, error.includes("\n")], [400, false], `${level}: ${error}`);
  }
  assertEquals((await ask("/score")).headers.get("allow"), "POST");
});
