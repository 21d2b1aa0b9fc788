/** The command `serve`, over its socket and in a browser. */

import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "puppeteer-core";
import { assertReadable, NEEDS as BROWSER, withBrowser } from "./browser.ts";
import { assertOneLine, NEEDS, run, start } from "./command_line.ts";
import { testWith, withFolder } from "./needs.ts";
import { anomalousPng, normalPng, smallDetector } from "./small_detector.ts";

interface Served {
  readonly process: Deno.ChildProcess;
  readonly url: string;
  readonly folder: string;
  readonly model: string;
}

/** Calls `use` with a server of the small detector. */
async function withServer(use: (served: Served) => Promise<void>): Promise<void> {
  const { saveDetector } = await import("../src/images/model_file.ts");
  await withFolder(async (folder) => {
    const model = join(folder, "small.model");
    const detector = await smallDetector();
    await saveDetector(detector, model);
    detector.dispose();
    const process = start("serve", model, "--port", "0", "--backend", "wasm", "--json");
    const reader = process.stdout.getReader();
    try {
      let said = "";
      while (!said.includes("\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`serve has ended: ${await new Response(process.stderr).text()}`);
        said += new TextDecoder().decode(value);
      }
      await use({ process, url: JSON.parse(said).url, folder, model });
    } finally {
      try {
        process.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await process.status;
      await reader.cancel();
      await process.stderr.cancel().catch(() => {});
    }
  });
}

/** A connection on which a request has begun: what is sent of it, and the rest. */
async function halfSent(url: string): Promise<{ rest: () => Promise<string>; close: () => void }> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const body = normalPng();
  const head = `POST /score HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: ${body.length}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(head));
  await connection.write(body.subarray(0, 50));
  return {
    async rest() {
      await connection.write(body.subarray(50));
      return await new Response(connection.readable).text();
    },
    close: () => connection.close(),
  };
}

/** Waits until so many images are in work. */
async function untilInWork(url: string, count: number): Promise<void> {
  while ((await (await fetch(`${url}healthz`)).json()).in_work !== count) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

testWith(
  NEEDS,
  "images-serve-ends: on SIGTERM what was begun is answered, what is new refused, and it exits 0",
  async () => {
    await withServer(async ({ process, url }) => {
      const begun = await halfSent(url);
      await untilInWork(url, 1);
      process.kill("SIGTERM");
      const health = async () => {
        const response = await fetch(`${url}healthz`);
        await response.body?.cancel();
        return response.status;
      };
      while (await health() !== 503) await new Promise((resolve) => setTimeout(resolve, 20));
      const answer = await begun.rest();
      assertMatch(answer, /^HTTP\/1\.1 200 [\s\S]*"p_value":/);
      assertEquals((await process.status).code, 0);
    });
  },
);

testWith(NEEDS, "images-serve-ends: a second signal ends it at once", async () => {
  await withServer(async ({ process, url }) => {
    const begun = await halfSent(url);
    await untilInWork(url, 1);
    process.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill("SIGINT");
    assertEquals((await process.status).code, 130);
    begun.close();
  });
});

testWith(NEEDS, "images-serve: a port that is taken, and a model that is none, are one line", async () => {
  await withServer(async ({ url, model }) => {
    const { port } = new URL(url);
    assertOneLine(await run("serve", model, "--port", port), 1, `at ${url}: another process listens there`);
    const none = await run("serve", `${model}.none`, "--port", "0", "--backend", "wasm");
    assertEquals([none.code, none.stdout], [1, ""]);
    assertMatch(none.stderr, /Cannot read the model ".*none": there is no such file\n$/);
  });
});

/** Chooses files in the dialogue that `press` opens. */
async function choose(page: Page, files: string[], press: () => Promise<void>): Promise<void> {
  const dialogue = page.waitForFileChooser();
  // What is pressed takes another way into the browser, and may overtake what catches the dialogue.
  await page.evaluate("0");
  await press();
  await (await dialogue).accept(files);
}

testWith(NEEDS, "images-serve-doors: to this machine alone it answers under its own names", async () => {
  await withServer(async ({ url }) => {
    const { port } = new URL(url);
    const ask = async (host: string) => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      const request = `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      await connection.write(new TextEncoder().encode(request));
      return (await new Response(connection.readable).text()).split("\r\n")[0];
    };
    assertEquals(await ask(`localhost:${port}`), "HTTP/1.1 200 OK");
    assertMatch((await ask(`example.org:${port}`))!, /^HTTP\/1\.1 421/);
  });
});

testWith(
  BROWSER,
  "images-serve-page: by keyboard alone files get verdicts, which follow the slider; readable by everybody",
  async () => {
    await withServer(async ({ url, folder }) => {
      const files = ["normal.png", "an odd one.png"].map((name) => join(folder, name));
      await Deno.writeFile(files[0]!, normalPng());
      await Deno.writeFile(files[1]!, anomalousPng());
      await withBrowser(async (open) => {
        const page = await open(url);
        await page.waitForFunction("document.querySelector('#shown').textContent !== ''");
        const focused = () => page.evaluate("document.activeElement.id");
        const verdicts = () => page.$$eval("tbody td:nth-child(2)", (cells) => cells.map((cell) => cell.textContent));
        await page.keyboard.press("Tab");
        assertEquals(await focused(), "files");
        await choose(page, files, () => page.keyboard.press("Enter"));
        await page.waitForFunction("/anomalous\\.$/.test(document.querySelector('#state').textContent)");
        assertEquals(await verdicts(), ["normal", "anomalous"]);
        await page.waitForFunction("document.querySelectorAll('tbody img').length === 2");
        assertEquals(await page.$eval("#state", (state) => state.textContent), "1 of 2 anomalous.");
        await assertReadable(page, "serve's page");

        await page.focus("#files");
        await page.keyboard.press("Tab");
        assertEquals(await focused(), "level");
        await page.keyboard.press("End");
        assertEquals(await verdicts(), ["anomalous", "anomalous"], "at a level of one all are");
        await page.keyboard.press("Home");
        assertEquals(await verdicts(), ["normal", "anomalous"], "the least level is that of a score above all");
        assertStringIncludes((await page.$eval("#level", (it) => it.getAttribute("aria-valuetext")))!, "4.8 of 100");
        await page.keyboard.press("Tab");
        assertEquals(await focused(), "results");
      });
    });
  },
);

testWith(BROWSER, "images-serve-page: what cannot be scored says why", async () => {
  await withServer(async ({ url, folder }) => {
    const file = join(folder, "no image.png");
    await Deno.writeTextFile(file, "no image");
    const seen = () =>
      withBrowser(async (open) => {
        const page = await open(url);
        await page.waitForFunction("document.querySelector('#shown').textContent !== ''");
        await choose(page, [file], () => page.click("#files"));
        await page.waitForFunction("document.querySelector('td.failed') !== null");
        assertStringIncludes((await page.$eval("td.failed", (cell) => cell.textContent))!, "it is not one of PNG");
      });
    // The browser complains of the answer by itself.
    await assertRejects(seen, Error, "415");
  });
});
