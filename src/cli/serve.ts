/**
 * `deno task serve`: a page and an HTTP interface that score images.
 *
 * @module
 */

import type { Command } from "./command.ts";
import { load, runMain, UsageError } from "./command.ts";
import { announceBackend } from "./environment.ts";

const command: Command<"port" | "host" | "json"> = {
  task: "serve",
  about: "Serves a model: a page to drop images on, and POST /score, GET /healthz, /metrics, /openapi.json.",
  takes: { usage: "MODEL", least: 1, most: 1 },
  flags: {
    port: { value: "N", help: "the port; 0 for a free one (default: 8000)" },
    host: { value: "HOST", help: "the address to listen at; 0.0.0.0 for every one (default: 127.0.0.1)" },
    json: { help: "print the address as JSON" },
  },
};

await runMain(command, async (given) => {
  const [path] = given.rest as [string];
  const [port, hostname] = [given.whole("port", 0) ?? 8000, given.text("host") ?? "127.0.0.1"];
  if (port > 65535) throw new UsageError(`--port wants 0 to 65535; it is ${port}`);
  const { loadDetector } = await load<typeof import("../images/model_file.ts")>(
    import.meta.resolve("../images/model_file.ts"),
  );
  const { createApp } = await load<typeof import("../images/server/app.ts")>(
    import.meta.resolve("../images/server/app.ts"),
  );
  await announceBackend(given);
  const detector = await loadDetector(path);
  const app = createApp(detector);
  const server = Deno.serve({
    port,
    hostname,
    onListen({ hostname, port }) {
      const url = `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/`;
      console.log(given.on("json") ? JSON.stringify({ url }) : url);
    },
  }, (request) => app.fetch(request));
  const stop = () => void server.shutdown();
  Deno.addSignalListener("SIGTERM", stop);
  Deno.addSignalListener("SIGINT", stop);
  await server.finished;
  await app.drained();
  detector.dispose();
});
