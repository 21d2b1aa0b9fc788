/** What a server does not take, without a socket: too much, too slow, from elsewhere. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { ImageDetector } from "../src/images/image_detector.ts";
import { createApp } from "../src/images/server/app.ts";
import { LIMITS } from "../src/images/server/limits.ts";
import { isOwnHost } from "../src/platform/http.ts";
import { asker, formOf, NEEDS, post } from "./asking.ts";
import { testWith } from "./needs.ts";
import { normalPng, png, smallDetector } from "./small_detector.ts";

const detector = await smallDetector();

/** A detector that does not score until it is let. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  let scored = 0;
  const slow: ImageDetector = {
    ...detector,
    async score(images) {
      await promise;
      scored++;
      return await detector.score(images);
    },
  };
  return { slow, release: resolve, scored: () => scored };
}

testWith(NEEDS, "images-serve-limits: a request that is too long is refused before it is read", async () => {
  const ask = asker(detector, { limits: { ...LIMITS, bytes: 1000 } });
  assertEquals((await ask("/score", post(new Uint8Array(1001)))).status, 413);
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      pulled += 100;
      controller.enqueue(new Uint8Array(100));
    },
  });
  assertEquals((await ask("/score", { method: "POST", body: endless })).status, 413);
  assert(pulled < 2000, `${pulled} bytes were read`);
});

testWith(NEEDS, "images-serve-limits: an image of too many pixels is refused before it is unpacked", async () => {
  const ask = asker(detector);
  await ask("/score", post(normalPng()));
  const before = Deno.memoryUsage().rss;
  const { status, error } = await ask("/score", post(png(new Uint8Array(100), 30_000, 30_000)));
  assertEquals(status, 413);
  assertMatch(error, /it has 30000 × 30000 pixels, 25,000,000 are allowed$/);
  // Unpacked it would take 900 MB.
  assert(Deno.memoryUsage().rss - before < 2e8);
});

testWith(
  NEEDS,
  "images-serve-limits: what is in work is bounded, in images and in bytes; more is told to come back",
  async () => {
    const { slow, release } = held();
    const ask = asker(slow, { limits: { ...LIMITS, images: 4, allBytes: 2000, bytes: 1900 } });
    // Its body does not come: it has its room all the same.
    const { promise: sent, resolve: send } = Promise.withResolvers<void>();
    const late = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        await sent;
        controller.enqueue(normalPng());
        controller.close();
      },
    });
    const inWork = [ask("/score", { method: "POST", body: late }), ask("/score", post(normalPng()))];
    const crowd = await ask("/score", post(formOf(["a", normalPng()], ["b", normalPng()], ["c", normalPng()])));
    assertEquals([crowd.status, crowd.headers.get("retry-after")], [503, "1"], crowd.error);
    const heavy = await ask("/score", post(new Uint8Array(1900)));
    assertEquals([heavy.status, /bytes .* are in work/.test(heavy.error)], [503, true], heavy.error);
    assertEquals((await ask("/score", post(formOf(...Array(5).fill(["a", normalPng()] as const))))).status, 413);
    inWork.push(ask("/score", post(normalPng())), ask("/score", post(normalPng())));
    const fifth = await ask("/score", post(normalPng()));
    assertEquals([fifth.status, /4 images of at most 4/.test(fifth.error)], [503, true], fifth.error);
    send();
    release();
    assertEquals((await Promise.all(inWork)).map(({ status }) => status), [200, 200, 200, 200]);
    assertEquals((await ask("/healthz")).json, { status: "ok", method: "pca", in_work: 0 });
  },
);

testWith(NEEDS, "images-serve-limits: what takes too long gets 504, and leaves the queue", async () => {
  const { slow, release, scored } = held();
  const app = createApp(slow, { limits: { ...LIMITS, seconds: 2, images: 500 } });
  const score = (body: BodyInit) => app.fetch(new Request("http://localhost/score", post(body)));
  // More than a batch at work and one that is unpacked.
  const statuses = (await Promise.all(Array.from({ length: 200 }, () => score(normalPng())))).map(({ status }) =>
    status
  );
  assertEquals(new Set(statuses), new Set([504]));
  release();
  assertEquals((await score(normalPng())).status, 200);
  assert(scored() <= 3, "two batches at most were taken before the time was up");
  await app.close();
  assertEquals((await score(normalPng())).status, 503, "the server is ending");
});

testWith(
  NEEDS,
  "images-serve-doors: strangers' names and pages of other sites are refused, programs are not",
  async () => {
    const ask = asker(detector, { isHost: (host) => isOwnHost(host, 8000) });
    const score = async (headers: Record<string, string>) =>
      (await ask("/score", post(normalPng(), { host: "localhost:8000", ...headers }))).status;
    assertEquals(await score({}), 200);
    for (const host of ["example.org:8000", "localhost:80", "127.0.0.1.example.org:8000", ""]) {
      assertEquals(await score({ host }), 421, host);
      assertEquals((await ask("/", { headers: { host } })).status, 421, host);
    }
    for (
      const origin of ["https://example.org", "http://localhost:9000", "null", "https://localhost:8000.example.org"]
    ) {
      assertEquals(await score({ origin }), 403, origin);
    }
    assertEquals(await score({ origin: "http://localhost:8000" }), 200);
    assertEquals(await score({ "sec-fetch-site": "cross-site" }), 403);
    assertEquals(await score({ "sec-fetch-site": "same-site" }), 403);
    assertEquals(await score({ "sec-fetch-site": "same-origin", origin: "https://proxy.example" }), 200);
    const asked = await ask("/score", {
      method: "OPTIONS",
      headers: { host: "localhost:8000", origin: "https://a.b" },
    });
    assertEquals(asked.status, 404);
    const { headers } = await ask("/", { headers: { host: "localhost:8000" } });
    assertStringIncludes(headers.get("content-security-policy")!, "default-src 'none'");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
  },
);
