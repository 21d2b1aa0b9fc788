/**
 * `deno task bench:serve`: a server under load, 200 requests at once over this machine's own network.
 *
 * The load is made by this process, and the server is another: on two cores each has about one.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import type { Command } from "../src/cli/flags.ts";
import { load, runMain } from "../src/cli/command.ts";
import { announceBackend } from "../src/cli/environment.ts";
import { benchTable } from "./table.ts";

const command: Command<"at-once" | "seconds" | "pictures"> = {
  task: "bench:serve",
  about:
    "Serves each model, and scores a folder's images over and over by many requests at once. Exit 1 where an answer is\n" +
    "neither 200 nor 503.",
  takes: { usage: "MODEL…", least: 1 },
  flags: {
    pictures: { value: "DIR", help: "the folder of the images that are sent" },
    "at-once": { value: "N", help: "requests at once (default: 200)" },
    seconds: { value: "N", help: "how long (default: 60)" },
  },
};

/** Milliseconds of load before it counts. */
const WARM = 5000;

/** The server's resident memory, in MB, as it says itself. */
async function residentMegabytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}metrics`)).text();
  return Math.round(Number(/^process_resident_memory_bytes (.+)$/m.exec(text)![1]) / 1e6);
}

/** Starts a server; its process and its address. */
async function serve(args: readonly string[]): Promise<{ process: Deno.ChildProcess; url: string }> {
  const script = fromFileUrl(import.meta.resolve("../src/cli/serve.ts"));
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script, ...args, "--port", "0", "--json"],
    stdout: "piped",
  }).spawn();
  const { value } = await process.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  return { process, url: JSON.parse(value!).url };
}

/** What came of a minute of requests. */
interface Load {
  readonly milliseconds: number[];
  readonly statuses: Map<number, number>;
}

async function fire(url: string, images: readonly Uint8Array<ArrayBuffer>[], atOnce: number, until: number) {
  const done: Load = { milliseconds: [], statuses: new Map() };
  let next = 0;
  const client = async () => {
    while (performance.now() < until) {
      const start = performance.now();
      const response = await fetch(`${url}score`, { method: "POST", body: images[next++ % images.length]! });
      await response.body?.cancel();
      done.statuses.set(response.status, (done.statuses.get(response.status) ?? 0) + 1);
      if (response.ok) done.milliseconds.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return done;
}

await runMain(command, async (given) => {
  const [atOnce, seconds] = [given.whole("at-once", 1) ?? 200, given.whole("seconds", 1) ?? 60];
  const [{ imageFiles }, { cpuModel }, { loadDetector }] = [
    await load<typeof import("../src/images/files.ts")>(import.meta.resolve("../src/images/files.ts")),
    await load<typeof import("../src/experiments/processor.ts")>(
      import.meta.resolve("../src/experiments/processor.ts"),
    ),
    await load<typeof import("../src/images/model_file.ts")>(import.meta.resolve("../src/images/model_file.ts")),
  ];
  const images: Uint8Array<ArrayBuffer>[] = [];
  for await (const { path } of imageFiles([given.text("pictures") ?? "."])) {
    images.push(await Deno.readFile(path));
    if (images.length === 1000) break;
  }
  const only = given.text("backend");
  const backend = await announceBackend(given);
  const rows = [];
  let failed = false;
  for (const model of given.rest) {
    const { method, options: { shape } } = await loadDetector(model);
    const { process, url } = await serve([model, ...(only === undefined ? [] : ["--backend", only])]);
    // Until all is compiled, and the heap has found its size.
    await fire(url, images, atOnce, performance.now() + WARM);
    const [start, before] = [performance.now(), await residentMegabytes(url)];
    const { milliseconds, statuses } = await fire(url, images, atOnce, start + 1000 * seconds);
    const took = (performance.now() - start) / 1000;
    const after = await residentMegabytes(url);
    process.kill("SIGTERM");
    const { code } = await process.status;
    failed ||= code !== 0 || [...statuses.keys()].some((status) => status !== 200 && status !== 503);
    milliseconds.sort((a, b) => a - b);
    const at = (share: number) => Math.round(milliseconds[Math.floor(share * (milliseconds.length - 1))]!);
    rows.push({
      method,
      "image": `${shape.height} × ${shape.width} × ${shape.channels}`,
      seconds,
      "images a second": Math.round(milliseconds.length / took),
      "median, ms": at(0.5),
      "p99, ms": at(0.99),
      "answers": [...statuses].sort().map(([status, count]) => `${count} × ${status}`).join(", "),
      "memory before, MB": before,
      "memory after, MB": after,
    });
    console.error(JSON.stringify(rows.at(-1)));
  }
  const machine = { cpu: cpuModel(), deno: Deno.version.deno, backend: `${backend.name}, ${backend.computing.device}` };
  const result = { machine, rows };
  console.log(given.on("json") ? JSON.stringify(result, undefined, 1) : benchTable(result));
  return failed ? 1 : 0;
});
