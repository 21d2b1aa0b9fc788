/** Queue, batches and counts of a server, without one. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Batcher } from "../src/images/server/batcher.ts";
import { Counters } from "../src/images/server/counters.ts";

const { signal } = new AbortController();

/** A batcher of numbers that tells what it did, and waits at each batch until it is let go on. */
function recorded(limits: Partial<{ most: number; full: number; atOnce: number; waits: boolean }> = {}) {
  const [batches, prepared]: [number[][], number[]] = [[], []];
  let [now, most] = [0, 0];
  let go = () => {};
  const batcher = new Batcher<number, number, string>({
    async prepare(item) {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      prepared.push(item);
      if (item < 0) throw new RangeError(`no ${item}`);
      return item;
    },
    size: (item) => item,
    async work(batch) {
      batches.push([...batch]);
      if (limits.waits) await new Promise<void>((resolve) => go = resolve);
      if (batch.includes(13)) throw new RangeError("13");
      return batch.map(String);
    },
    most: limits.most ?? 100,
    full: limits.full ?? Infinity,
    atOnce: limits.atOnce ?? 100,
  });
  return { batcher, batches, prepared, go: () => go(), atOnce: () => most };
}

/** Lets all that is ready to run do so. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

Deno.test("images-serve-batches: what arrives together is one batch, each with its own result", async () => {
  const { batcher, batches } = recorded();
  assertEquals(await Promise.all([3, 1, 2].map((item) => batcher.add(item, signal))), ["3", "1", "2"]);
  assertEquals(batches, [[3, 1, 2]]);
  assertEquals(await batcher.add(4, signal), "4");
  assertEquals(batches.length, 2);
});

Deno.test("images-serve-batches: what arrives at any moment after a result is done too", async () => {
  for (let moments = 0; moments < 12; moments++) {
    const { batcher } = recorded();
    await batcher.add(1, signal);
    for (let i = 0; i < moments; i++) await Promise.resolve();
    const late = new Promise((resolve) => setTimeout(() => resolve("never"), 200));
    assertEquals(await Promise.race([batcher.add(2, signal), late]), "2", `${moments} microtasks later`);
  }
});

Deno.test("images-serve-batches: a batch ends at its number and at its size, and few are unpacked at a time", async () => {
  const { batcher, batches, atOnce } = recorded({ most: 3, full: 10, atOnce: 2 });
  await Promise.all([1, 1, 1, 1, 9, 9, 1, 20].map((item) => batcher.add(item, signal)));
  assertEquals(batches, [[1, 1, 1], [1, 9], [9, 1], [20]]);
  // Two of one batch and two of the next.
  assert(atOnce() <= 4, `${atOnce()}`);
});

Deno.test("images-serve-batches: during the work the next batch is unpacked, and no more", async () => {
  const { batcher, batches, prepared, go } = recorded({ most: 1, atOnce: 1, waits: true });
  const all = [1, 2, 3].map((item) => batcher.add(item, signal));
  await settle();
  assertEquals([batches, prepared], [[[1]], [1, 2]]);
  for (let i = 0; i < 3; i++) {
    go();
    await settle();
  }
  assertEquals(await Promise.all(all), ["1", "2", "3"]);
  await batcher.drained();
});

Deno.test("images-serve-batches: what cannot be unpacked fails alone, and what fails together does not stop the rest", async () => {
  const { batcher, batches } = recorded({ most: 2 });
  const all = await Promise.allSettled([1, -1, 2, 13, 4, 3].map((item) => batcher.add(item, signal)));
  assertEquals(batches, [[1, 2], [13, 4], [3]]);
  const failed = all.flatMap(({ status }, i) => status === "rejected" ? [i] : []);
  assertEquals(failed, [1, 3, 4]);
});

Deno.test("images-serve-batches: who waits no more is not unpacked", async () => {
  const { batcher, prepared } = recorded();
  const controller = new AbortController();
  const both = [batcher.add(1, controller.signal), batcher.add(2, signal)] as const;
  controller.abort(new RangeError("late"));
  await assertRejects(() => both[0], RangeError, "late");
  assertEquals(await both[1], "2");
  assertEquals(prepared, [2]);
});

/** The samples of a text in Prometheus's format, which it must be to the letter. */
function parseMetrics(text: string): Map<string, number> {
  assert(text.endsWith("\n"));
  const [samples, types] = [new Map<string, number>(), new Map<string, string>()];
  for (const line of text.trimEnd().split("\n")) {
    const [, type, name, kind] = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line) ?? [];
    if (type === "TYPE") types.set(name!, kind!);
    if (type !== undefined) continue;
    const sample = /^([a-z_]+)(\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})? ([\d.e+-]+)$/.exec(line);
    assert(sample !== null, line);
    const family = sample[1]!.replace(/_(bucket|sum|count)$/, "");
    assert(types.has(sample[1]!) || types.get(family) === "histogram", line);
    samples.set(sample[1]! + (sample[2] ?? ""), Number(sample[3]));
  }
  return samples;
}

Deno.test("images-serve-metrics: counts are in Prometheus's text format, and buckets count all up to their bound", () => {
  const counters = new Counters();
  assertEquals(parseMetrics(counters.text(0, 1)).get("memgan_images_total"), 0);
  counters.request("/score", 200, 0.02);
  counters.request("/score", 200, 0.2);
  counters.request("/map", 503, 60);
  counters.image(true);
  counters.image(false);
  const samples = parseMetrics(counters.text(7, 1e8));
  const buckets = ["0.01", "0.025", "0.25", "10", "+Inf"].map((le) =>
    samples.get(`memgan_request_seconds_bucket{le="${le}"}`)
  );
  assertEquals(buckets, [0, 1, 2, 2, 3]);
  assertEquals([samples.get("memgan_request_seconds_count"), samples.get("memgan_request_seconds_sum")], [3, 60.22]);
  assertEquals(samples.get('memgan_requests_total{path="/score",status="200"}'), 2);
  assertEquals(samples.get('memgan_requests_total{path="/map",status="503"}'), 1);
  assertEquals(samples.get("process_resident_memory_bytes"), 1e8);
  assertEquals(["images_total", "anomalies_total", "images_in_work"].map((name) => samples.get(`memgan_${name}`)), [
    2,
    1,
    7,
  ]);
});
