/** The command `serve`, over its socket and in a browser. */

import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "puppeteer-core";
import { assertReadable, NEEDS as BROWSER, withBrowser } from "./browser.ts";
import { assertOneLine, NEEDS, run } from "./command_line.ts";
import { testWith } from "./needs.ts";
import { serving, withServer } from "./served.ts";
import { anomalousPng, normalPng } from "./small_detector.ts";

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

testWith(
  NEEDS,
  "images-serve-ends: kill -9 under load loses what was in flight alone, and a new server answers as the old one",
  async () => {
    await withServer(async ({ process, url, model }) => {
      const images = Array.from({ length: 10 }, (_, i) => i % 3 === 0 ? anomalousPng() : normalPng(i));
      const ask = async (address: string, i: number) =>
        await (await fetch(`${address}score`, { method: "POST", body: images[i]! })).json();
      const alone: unknown[] = [];
      for (const i of images.keys()) alone.push(await ask(url, i));
      let [answers, lost] = [0, 0];
      const client = async (first: number) => {
        for (let i = first;; i = (i + 1) % images.length) {
          try {
            assertEquals(await ask(url, i), alone[i]);
            answers++;
          } catch (error) {
            // A wrong answer is an error of another kind.
            if (!(error instanceof TypeError)) throw error;
            lost++;
            return;
          }
          if (answers === 300) process.kill("SIGKILL");
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, first) => client(first % images.length)));
      assertEquals([answers >= 300, lost, (await process.status).code], [true, 20, 137]);
      await serving(model, new URL(url).port, async (_, again) => {
        assertEquals(again, url);
        for (const i of images.keys()) assertEquals(await ask(again, i), alone[i]);
      });
    });
  },
);

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
        const [inside, whole] = await page.$eval("#results", (it) => [it.clientWidth, it.scrollWidth]);
        assertEquals(inside, whole, "on a phone every column is seen");

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
        await page.waitForFunction("document.querySelector('#state').textContent.endsWith('.')");
        assertEquals(await page.$eval("#state", (state) => state.textContent), "0 of 0 anomalous; 1 not scored.");
      });
    // The browser complains of the answer by itself.
    await assertRejects(seen, Error, "415");
  });
});
