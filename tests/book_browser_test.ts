/** The book in a real browser: nothing fails, it can be read by everybody, and what answers to the reader does. */

import { assert, assertAlmostEquals, assertEquals, assertLess, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "puppeteer-core";
import { assertReadable, NEEDS, withBrowser } from "./browser.ts";
import { testWith, withFolder } from "./needs.ts";
import { SMALL_DATA, smallSpec } from "./small_run.ts";

/** Calls `use` with a page opener, on a store that `fill` has filled. */
async function withBook(
  use: (open: (page: string) => Promise<Page>) => Promise<void>,
  fill?: (root: string) => Promise<void>,
): Promise<void> {
  // It looks at the environment when it is loaded, which plain `deno test` may not.
  const { writeBook } = await import("../src/cli/book_files.ts");
  await withFolder(async (folder) => {
    await fill?.(folder);
    await writeBook({
      folder,
      store: fill === undefined ? undefined : folder,
      conformance: () => Promise.resolve({ statuses: new Map(), how: "They were not run.", whole: false }),
      load: () => Promise.resolve(SMALL_DATA),
    });
    await withBrowser((open) => use((name) => open(`file://${join(folder, "book", name)}`)));
  });
}

/** A page of each kind. */
const PAGES = [
  "index.html",
  "s4_2_cycle.html",
  "s4_4_mutual_information.html",
  "s5_2_topology.html",
  "s6_2_mnist.html",
  "errata.html",
  "choices.html",
  "live_hull.html",
  "live_projection.html",
  "code/src-paper-s4_2_cycle.ts.html",
  "code/tests-cases_test.ts.html",
];

testWith(
  NEEDS,
  "book-readable: no page has an accessibility violation, in light and dark, or is wider than a phone",
  async () => {
    await withBook(async (open) => {
      for (const name of PAGES) {
        const page = await open(name);
        await assertReadable(page, name);
        await page.close();
      }
    });
  },
);

testWith(
  NEEDS,
  "book-readable: equations are set, keys go from clause to clause, and the search finds one",
  async () => {
    await withBook(async (open) => {
      const page = await open("s4_2_cycle.html");
      assertLess(2, (await page.$$(".katex-display")).length);
      assertEquals(await page.$(".katex-error"), null);
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      assertEquals(await page.evaluate("location.hash"), "#mem-attention-softmax");
      await page.keyboard.press("k");
      assertEquals(await page.evaluate("location.hash"), "#cycle-loss");
      await page.click("#keys");
      await page.keyboard.press("j");
      assertEquals(await page.evaluate("location.hash"), "#cycle-loss", "the keys are off");
      await page.click("#keys");
      await page.keyboard.press("/");
      await page.keyboard.type("steps an epoch");
      await Promise.all([page.waitForNavigation(), page.click("#found a")]);
      assert(await page.$(":target") !== null, page.url());
      const before = page.url();
      await Promise.all([page.waitForNavigation(), page.keyboard.press("ArrowLeft")]);
      assertNotEquals(page.url(), before);
    });
  },
);

testWith(NEEDS, "book-live: the reader's points find their vertices, and P(z) stays inside the hull", async () => {
  await withBook(async (open) => {
    const hull = await open("live_hull.html");
    const least = async () => {
      await hull.waitForFunction("document.body.dataset.done !== undefined");
      return Number(await hull.evaluate("document.body.dataset.done"));
    };
    // As many units as vertices: Proposition 1's case. Its rounding is 10⁻⁹ of the extent a point.
    assertLess(await least(), 1e-6);
    const count = (await hull.$$(".point")).length;
    await hull.evaluate("document.querySelector('.point').focus()");
    await hull.keyboard.press("Delete");
    const [, second] = await hull.$$(".point");
    await second!.click({ count: 2 });
    assertEquals((await hull.$$(".point")).length, count - 2);
    await hull.$eval("#units", (input) => {
      (input as unknown as { value: string }).value = "2";
      input.dispatchEvent(new Event("change"));
    });
    assertLess(1e-3, await least());

    const projection = await open("live_projection.html");
    const nearest = async () => Number(await projection.evaluate("document.body.dataset.nearest"));
    const before = await nearest();
    await projection.$eval("#scale", (input) => {
      (input as unknown as { value: string }).value = "1";
      input.dispatchEvent(new Event("input"));
    });
    assertLess(before, await nearest());
    await projection.evaluate("document.querySelector('.point').focus()");
    for (let i = 0; i < 3; i++) await projection.keyboard.press("ArrowDown");
    const label = await projection.$eval(".point", (point) => point.getAttribute("aria-label"));
    assertEquals(label, "code z at (0.80, 0.20)");
  });
});

/** A store with one run of one small epoch, its weights and its scores. */
async function trained(root: string): Promise<void> {
  const [{ doRun }, { startBackend }] = [
    await import("../src/experiments/run.ts"),
    await import("../src/engine/backend.ts"),
  ];
  const backend = await startBackend({ only: "cpu" });
  await doRun(smallSpec(1), { root, load: () => Promise.resolve(SMALL_DATA), backend, commit: undefined });
}

testWith(
  NEEDS,
  "book-live: what is drawn gets a code, shares, a reconstruction and a score of its own, and a test image the run's score",
  async () => {
    await withBook(async (open) => {
      const page = await open("live_memgan.html");
      // Where the board does not fit, the pointer leaves the window with what is drawn.
      await page.setViewport({ width: 1200, height: 1200 });
      /** Draws a line through points of the board, and tells what the page makes of the drawing. */
      const draw = async (...points: [number, number][]) => {
        const { x, y } = (await (await page.$("#board"))!.boundingBox())!;
        const [[left, top], ...rest] = points as [[number, number], ...[number, number][]];
        await page.evaluate("delete document.body.dataset.score");
        await page.mouse.move(x + left, y + top);
        await page.mouse.down();
        for (const [dx, dy] of rest) await page.mouse.move(x + dx, y + dy, { steps: 5 });
        await page.mouse.up();
        await page.waitForFunction("document.body.dataset.score !== undefined");
        const heights = (id: string) =>
          page.$$eval(`${id} rect`, (bars) => bars.map((bar) => bar.getAttribute("height")).join());
        return {
          code: await heights("#code"),
          shares: await heights("#bars"),
          rebuilt: await page.$eval("#rebuilt", (canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL()),
          score: await page.$eval("#says", (says) => says.textContent),
        };
      };
      await page.click("#clear");
      const line = await draw([200, 60], [200, 350]);
      assertMatch(line.score, /^A\(x\) = \d+\.\d\d: above \d+ % of the test images of digit 0/);
      assertEquals([line.code.split(",").length, line.shares.split(",").length], [8, 4]);
      await page.click("#clear");
      const circle = await draw([200, 60], [330, 200], [200, 340], [80, 200], [200, 60]);
      for (const part of ["code", "shares", "rebuilt", "score"] as const) {
        assertNotEquals(line[part], circle[part], part);
      }

      await page.click("#examples button:nth-of-type(2)");
      const shown = Number(await page.evaluate("document.body.dataset.score"));
      const run = Number(await page.evaluate("MEMGAN.examples[1].score"));
      // Both sum 784 squares in float32, in batches of another size.
      assertAlmostEquals(shown, run, 1e-4 * run);
      await assertReadable(page, "live_memgan.html");
    }, trained);
  },
);
