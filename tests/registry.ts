/**
 * Serves the package as a registry of modules does: over HTTP, what `publish.include` lists and nothing else, each package's name
 * replaced by what the import map has for it. Prints its port.
 */

import { fromFileUrl } from "@std/path";
import config from "../deno.json" with { type: "json" };

const NAMES: Readonly<Record<string, string>> = config.imports;

/** A specifier as `deno publish` writes it. */
function published(specifier: string): string {
  const name = Object.keys(NAMES).find((each) => specifier === each || specifier.startsWith(each.replace(/\/?$/, "/")));
  return name === undefined ? specifier : NAMES[name]! + specifier.slice(name.length);
}

Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) }, async ({ url }) => {
  const path = new URL(url).pathname.slice(1);
  if (!config.publish.include.some((each) => path === each || path.startsWith(`${each}/`))) {
    return new Response("not published", { status: 404 });
  }
  const text = await Deno.readTextFile(fromFileUrl(new URL(`../${path}`, import.meta.url)));
  const body = text.replaceAll(
    /\b(from |import |import\()"([^"]+)"/g,
    (_, before, name) => `${before}"${published(name)}"`,
  );
  return new Response(body, { headers: { "content-type": "text/typescript" } });
});
