/**
 * `deno task serve`: a page and an HTTP interface that score images.
 *
 * @module
 */

import type { Command } from "./flags.ts";
import { load, runMain } from "./command.ts";
import { UsageError } from "./flags.ts";
import { announceBackend } from "./environment.ts";
import { listen, urlOf } from "./listen.ts";
import { isLoopback, isOwnHost } from "../platform/http.ts";
import { dropRights } from "../platform/permissions.ts";

const command: Command<"port" | "host" | "json" | "out"> = {
  task: "serve",
  about:
    "Serves a model to this machine until Ctrl-C: a page to drop images on, and POST /score, GET /healthz, /metrics,\n" +
    "/openapi.json. Whoever reaches the address may use it; there is no password.",
  takes: { usage: "MODEL", least: 1, most: 1 },
  flags: {
    port: { value: "N", help: "the port; 0 for a free one (default: 8000)" },
    host: { value: "HOST", help: "the address to listen at; 0.0.0.0 for every one (default: 127.0.0.1)" },
    json: { help: "print the address as JSON" },
    out: { value: "DIR", help: "not used: it writes nothing" },
  },
};

await runMain(command, async (given) => {
  const [path] = given.rest as [string];
  const [port, hostname] = [given.whole("port", 0) ?? 8000, given.text("host") ?? "127.0.0.1"];
  if (port > 65535) throw new UsageError(`--port wants 0 to 65535; it is ${port}`);
  const place = { hostname, port, what: "the model" };
  // A port that is taken is said before anything is loaded.
  await listen(place, () => new Response(null, { status: 503 })).shutdown();
  const [{ loadDetector }, { createApp }] = [
    await load<typeof import("../images/model_file.ts")>(import.meta.resolve("../images/model_file.ts")),
    await load<typeof import("../images/server/app.ts")>(import.meta.resolve("../images/server/app.ts")),
  ];
  await announceBackend(given);
  const detector = await loadDetector(path);
  const isHost = (host: string | null) => isOwnHost(host, server.addr.port, hostname);
  const app = createApp(detector, isLoopback(hostname) ? { isHost } : {});
  await app.warmUp();
  const server = listen(place, (request) => app.fetch(request));
  await dropRights();
  // It listens, and has nobody else to talk to.
  for (const name of ["net", "read"] as const) await Deno.permissions.revoke({ name });
  const url = urlOf({ hostname, port: server.addr.port });
  console.log(given.on("json") ? JSON.stringify({ url }) : url);
  let stopping = false;
  for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
    Deno.addSignalListener(signal, () => {
      if (stopping) Deno.exit(code);
      stopping = true;
      console.error("finishing what was asked; a second signal ends at once");
      // A server that is shut down cuts off what is still being sent to it.
      void app.close().then(() => server.shutdown());
    });
  }
  await server.finished;
  detector.dispose();
});
