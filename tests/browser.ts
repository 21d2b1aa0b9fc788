/** Pages in a real browser. */

import { assert, assertEquals } from "@std/assert";
import type axe from "axe-core";
import type { Page } from "puppeteer-core";
import type { Need } from "./needs.ts";

/** Where a machine keeps its Chromium; Debian's package, and the usual names besides. */
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Milliseconds to wait for the browser: a page of thousands of coloured words takes minutes on a busy machine. */
const PATIENCE = 600_000;

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const executablePath = BROWSERS.find(isThere);
const BROWSER = { absent: `there is no Chromium at ${BROWSERS.join(", ")}` };

/** What such a test needs. */
export const NEEDS: readonly Need[] = [
  "read",
  "write",
  "env",
  "run",
  "sys",
  ...executablePath === undefined ? [BROWSER] : [],
];

/** Calls `use` with what opens a page at an address; an error in a page fails. */
export async function withBrowser(use: (open: (url: string) => Promise<Page>) => Promise<void>): Promise<void> {
  // It looks at the environment when it is loaded, which plain `deno test` may not.
  const { default: puppeteer } = await import("puppeteer-core");
  const complaints: string[] = [];
  // A test's machine may have no sandbox, and no network that the browser's own services would look for.
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
  const browser = await puppeteer.launch({
    executablePath: executablePath!,
    pipe: true,
    args,
    protocolTimeout: PATIENCE,
  });
  try {
    await use(async (url) => {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE);
      page.on("pageerror", (error) => complaints.push(`${url}: ${error}`));
      page.on("console", (message) => message.type() === "error" && complaints.push(`${url}: ${message.text()}`));
      await page.goto(url);
      return page;
    });
    assertEquals(complaints, []);
  } finally {
    await browser.close();
  }
}

/** What axe finds against a page, in either scheme of colours, and that it is no wider than a phone. */
export async function assertReadable(page: Page, name: string): Promise<void> {
  const { default: { source } } = await import("axe-core");
  // What else axe looks for does not depend on the scheme.
  for (const [scheme, rules] of [["light", ""], ["dark", ', runOnly: ["color-contrast"]']] as const) {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    await page.evaluate(source);
    const { violations } = await page.evaluate(`axe.run({ preload: false${rules} })`) as axe.AxeResults;
    const what = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html).join(" ")}`);
    assertEquals(what, [], `${name}, ${scheme}`);
  }
  await page.setViewport({ width: 390, height: 800 });
  const width = Number(await page.evaluate("document.documentElement.scrollWidth"));
  assert(width <= 390, `${name} is ${width} pixels wide on a phone of 390`);
}
