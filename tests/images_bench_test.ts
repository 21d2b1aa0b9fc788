/** What the methods did on folders of pictures, and the defaults of `fit` that follow from it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { damage, DEFECTS } from "../bench/defects.ts";
import { NORMAL_CLASS, plan } from "../bench/image_plan.ts";
import { bestOf, defaultsText, imagesTable } from "../bench/images_table.ts";
import { commandTasks } from "../bench/tasks.ts";
import { seededRng } from "../src/engine/random.ts";
import measured from "../results/bench/images.json" with { type: "json" };
import { testWith } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

const row = (method: string, source: string, auroc: number) => ({
  ...{ method, source, auroc, test: source, preprocessing: "none", size: "28", epochs: 0 },
  ...{ falseAlarms: 0.01, "fit, s": 1, "score, s": 2 },
});

testWith(["read", "run", "env"], "images-default: fit's help has the defaults that the measurement gives", async () => {
  const { args } = commandTasks().find(({ task }) => task === "fit")!;
  const output = await new Deno.Command(Deno.execPath(), { args: [...args, "--help"], cwd: ROOT }).output();
  const stdout = new TextDecoder().decode(output.stdout);
  const { method, preprocessing, size } = bestOf(measured.rows);
  assertStringIncludes(stdout, `(default: ${method}`);
  assertStringIncludes(stdout, `(default: ${preprocessing})`);
  assertStringIncludes(stdout, `(default: ${size})`);
  const ofMnist = (name: string) =>
    measured.rows.find((row) =>
      row.source === "mnist" && row.method === name && row.preprocessing === "std" && row.size === "28"
    )!.auroc;
  for (const name of ["ocsvm", "memgan", "kde", "pca", "pixelmean"]) {
    assertStringIncludes(stdout, (100 * ofMnist(name)).toFixed(1));
  }
  const unbeaten = [...new Set(measured.rows.map(({ test }) => test))].flatMap((test) => {
    const own = measured.rows.filter((row) => row.test === test);
    const best = Math.max(...own.map(({ auroc }) => auroc));
    const trivial = own.find(({ method, auroc }) =>
      auroc === best && ["untrained", "pixelmean", "pca"].includes(method)
    );
    return trivial === undefined ? [] : [`${test} (${trivial.method})`];
  });
  assertStringIncludes(stdout, `Nothing beats a trivial method there on ${unbeaten.join("; ")}.`);
});

Deno.test("images-default: tests of one source count once, equal values share a rank, and tiles are no candidates", () => {
  const rows = [
    ...[row("a", "x", 0.9), row("a", "y", 0.5), row("a", "y", 0.5), row("a", "y", 0.5), row("a", "z", 0.5)],
    ...[row("b", "x", 0.8), row("b", "y", 0.6), row("b", "y", 0.6), row("b", "y", 0.6), row("b", "z", 0.5)],
    ...["x", "y", "z"].map((source) => ({ ...row("c", source, 1), size: "16 tiles" })),
    row("d", "x", 1),
  ];
  // Ranks 1, 2, 1.5 and 2, 1, 1.5: the first of equal ones, and without y it is ahead.
  assertEquals([bestOf(rows).method, bestOf(rows, "x").method, bestOf(rows, "y").method], ["a", "b", "a"]);
});

Deno.test("images-default: a table has a column for each test, and a dash where a method was not measured", () => {
  const machine = { cpu: "a processor", deno: "2", backend: "native" };
  const rows = [row("a", "x", 0.9), row("a", "y", 0.5), row("b", "x", 0.8)];
  const job = { source: "mnist", preprocessing: "std", size: 64, as: "grey", epochs: 0 } as const;
  const jobs = ["pca", "kde"].map((method) => ({ ...job, method: method as "pca" }));
  const done = { ...row("pca", "mnist", 0.5), preprocessing: "std", size: "64" };
  assert(imagesTable({ machine, rows: [done] }, jobs).endsWith("native. Not measured yet: mnist at 64: kde."));
  assert(imagesTable({ machine, rows: [done] }, jobs.slice(0, 1)).endsWith("native."));
  const [head, , a, b] = imagesTable({ machine, rows }, []).split("\n");
  assertStringIncludes(head!, "| x | y |");
  assertStringIncludes(a!, "| **90.0** | **50.0** |");
  assertStringIncludes(b!, "| 80.0 | – |");
  assertStringIncludes(defaultsText({ machine, rows }), "--method a");
});

Deno.test("images-default: every job is planned once, and the class that is normal is the one of the README's picture", () => {
  const jobs = plan().map((job) => JSON.stringify(job));
  assertEquals(new Set(jobs).size, jobs.length);
  assertEquals(NORMAL_CLASS.mnist, 8);
});

Deno.test("images-default: a defect is small, within the picture, another one each time, and the same by the same seed", () => {
  const pixels = Float32Array.from({ length: 4096 }, (_, i) => (i * 7919 % 256) / 255);
  const tile = { count: 1, height: 64, width: 64, channels: 1, pixels };
  for (const kind of DEFECTS) {
    const [rng, again] = [seededRng(0, "defects"), seededRng(0, "defects")];
    const shares = Array.from({ length: 50 }, () => {
      const { image, mask } = damage(tile, kind, rng);
      assertEquals(damage(tile, kind, again).image.pixels, image.pixels);
      image.pixels.forEach((value, i) => assert(mask.pixels[i] === 1 || value === pixels[i]));
      return mask.pixels.reduce((a, b) => a + b) / 4096;
    });
    assert(shares.every((share) => share > 0.001 && share < 0.1), `${kind}: ${shares}`);
    assert(new Set(shares).size > 10, kind);
  }
});
