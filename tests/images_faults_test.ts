/** What strangers give `fit`, `score`, `evaluate` and `serve`: each fault is one line, and nothing is half written. */

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { existsSync } from "node:fs";
import { DETECTORS, RECONSTRUCTING } from "../src/detectors/method_names.ts";
import { createMethod } from "../src/detectors/create.ts";
import { saveDetector } from "../mod.ts";
import { start } from "./chaos/processes.ts";
import { NEEDS, run } from "./command_line.ts";
import { SMALL, writeFaults, writePng, writeSlopes } from "./image_folders.ts";
import type { Need } from "./needs.ts";
import { testWith, withFolder } from "./needs.ts";
import { smallDetector } from "./small_detector.ts";
import { smallRecipe } from "./small_recipes.ts";

type Outcome = Awaited<ReturnType<typeof run>>;

const WASM = ["--backend", "wasm"] as const;

/** The last line on standard error says it, there are no others but for the first, which names the backend or what was found. */
function assertRefused({ code, stderr }: Outcome, says: string): void {
  const lines = stderr.trim().split("\n");
  assertEquals(code, 1, stderr);
  assertStringIncludes(lines.at(-1)!, says);
  assert(!/^\s+at /m.test(stderr), stderr);
  for (const line of lines.slice(0, -1)) assert(/^(found|backend|pca|`|native)/.test(line), line);
}

/** Calls `use` with a folder that has a model, and images like those that it learned from in `good`. */
async function withModel(use: (folder: string, model: string, good: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const [model, good] = [join(folder, "small.model"), join(folder, "good")];
    const detector = await smallDetector();
    await saveDetector(detector, model);
    detector.dispose();
    await writeSlopes(good, 20);
    await use(folder, model, good);
  });
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

testWith(NEEDS, "images-input: score names each file that is no image; evaluate names it and --skip", async () => {
  await withModel(async (folder, model, good) => {
    const bad = join(folder, "bad");
    const faults = await writeFaults(bad);
    for (const [name, why] of Object.entries(faults)) {
      // A link that leads nowhere is found where its folder is searched.
      if (name === "link.png" || name === "circle.png") continue;
      const scored = await run("score", model, join(bad, name), ...WASM);
      assertRefused(scored, `Cannot read the image "${join(bad, name)}": ${why}`);
      assertEquals(scored.stdout, "");
    }
    await writePng(join(bad, "whole.png"), 16, new Uint8Array(256));
    const measure = (...args: string[]) =>
      run("evaluate", model, "--normal", good, "--anomalous", bad, "--out", join(folder, "out"), ...args, ...WASM);
    assertRefused(await measure(), "are allowed; --skip passes over such files");
    assertRefused(
      await run("evaluate", model, "--normal", bad, "--anomalous", join(folder, "none"), "--out", folder, ...WASM),
      `Cannot find images: there is no "${join(folder, "none")}"`,
    );
    assertEquals(names(join(folder, "out")), []);
    for (const skipped of [await measure("--skip"), await run("score", model, bad, "--skip", ...WASM)]) {
      assertEquals(skipped.code, 0, skipped.stderr);
      for (const [name, why] of Object.entries(faults)) assertStringIncludes(skipped.stderr, `${name}": ${why}`);
    }
  });
});

testWith(NEEDS, "images-input: a name that is not UTF-8 is an image that cannot be read", async () => {
  await withModel(async (folder, model, good) => {
    const name = `${good}/caf$(printf '\\351').png`;
    await new Deno.Command("sh", { args: ["-c", `cp "${good}/0000.png" "${name}"`] }).output();
    const says = "its name is not in UTF-8; rename it; --skip passes over such files";
    assertRefused(await run("score", model, good, ...WASM, "--csv", join(folder, "scores.csv")), says);
    assertRefused(await run("fit", good, "--out", join(folder, "m"), ...SMALL), says);
    assertEquals(names(folder), ["good", "small.model"]);
  });
});

testWith(
  NEEDS,
  "images-input: images of one colour each, equal ones and such of all sizes are learned from and scored",
  async () => {
    const { default: sharp } = await import("sharp");
    const kinds: Record<string, (i: number) => { width: number; height: number; background: string }> = {
      plain: (i) => ({ width: 16, height: 16, background: `rgb(${i * 7 % 256}, ${i * 31 % 256}, ${i * 57 % 256})` }),
      equal: () => ({ width: 16, height: 16, background: "#888" }),
      sizes: (i) => ({ width: 1 + i * i, height: 1 + 7 * i % 30, background: `rgb(${i}, ${i}, ${i})` }),
    };
    for (const [kind, picture] of Object.entries(kinds)) {
      await withFolder(async (folder) => {
        const [images, model] = [join(folder, "images"), join(folder, "m.model")];
        await Deno.mkdir(images);
        for (let i = 0; i < 24; i++) {
          await sharp({ create: { channels: 3, ...picture(i) } }).png().toFile(join(images, `${i}.png`));
        }
        const fitted = await run("fit", images, "--out", model, ...SMALL);
        assertEquals(fitted.code, 0, `${kind}: ${fitted.stderr}`);
        const { code, stdout, stderr } = await run("score", model, images, "--json", ...WASM);
        assertEquals(code, 0, `${kind}: ${stderr}`);
        const scores = (JSON.parse(stdout) as { score: number; anomalous: boolean }[]).map(({ score }) => score);
        assert(scores.length === 24 && scores.every(Number.isFinite), `${kind}: ${scores}`);
      });
    }
  },
);

testWith(NEEDS, "images-input: slightly tinted images are the same grey to fit as to score", async () => {
  await withFolder(async (folder) => {
    const { default: sharp } = await import("sharp");
    const images = join(folder, "images");
    await Deno.mkdir(images);
    for (let i = 0; i < 20; i++) {
      const base = (pixel: number) => 60 + pixel * (i + 3) % 120;
      const tint = Uint8Array.from({ length: 768 }, (_, at) => base(Math.floor(at / 3)) + [0, 9, 20][at % 3]!);
      await sharp(tint, { raw: { width: 16, height: 16, channels: 3 } }).png().toFile(join(images, `${i}.png`));
    }
    const fitted = async (name: string, ...flags: string[]) => {
      const model = join(folder, name);
      const { code, stderr } = await run("fit", images, "--out", model, ...SMALL, ...flags);
      assertEquals(code, 0, stderr);
      return await Deno.readFile(model);
    };
    // What score sees is decoded as --grey has it.
    const [found, asked] = [await fitted("found"), await fitted("asked", "--grey")];
    assert(found.toBase64() === asked.toBase64(), "the two models differ");
  });
});

testWith(NEEDS, "images-input: a hold-out that leaves nothing to learn from is refused", async () => {
  await withFolder(async (folder) => {
    await writeSlopes(join(folder, "images"), 20);
    const fitted = await run("fit", join(folder, "images"), "--out", join(folder, "m"), ...SMALL, "--hold-out", "0.99");
    assertRefused(fitted, "Cannot fit: --hold-out 0.99 leaves none of 20 images to learn from");
  });
});

testWith(NEEDS, "images-input: more images than memory holds are refused while they are read", async () => {
  await withFolder(async (folder) => {
    await writeSlopes(join(folder, "images"), 30);
    const fit = async (bytes: number) => {
      const poor = join(folder, "poor.ts");
      const free = `Deno.systemMemoryInfo = () => ({ available: ${bytes}, swapFree: 0 })`;
      await Deno.writeTextFile(poor, `${free} as Deno.SystemMemoryInfo;\n`);
      const script = fromFileUrl(import.meta.resolve("../src/cli/fit.ts"));
      const args = ["run", "--quiet", "-A", "--preload", poor, script, join(folder, "images")];
      const command = new Deno.Command(Deno.execPath(), { args: [...args, "--out", join(folder, "m"), ...SMALL] });
      const { code, stdout, stderr } = await command.output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    };
    // While all are grey: read in colour and in grey, or in grey and three copies of it; 4 values a pixel either way.
    const image = 4 * 4 * 256;
    assertRefused(
      await fit(2.5 * image),
      "Cannot fit: 3 of 30 images need 0.000012 GB of memory, 0.000010 GB are free",
    );
    const warned = await fit(29.5 * image);
    assertStringIncludes(warned.stderr, "30 images may need 0.00012 GB of memory, 0.00012 GB are free; fewer images");
    assert(!(await fit(31 * image)).stderr.includes("may need"));
  });
});

Deno.test("images-score: the methods that are said to reconstruct images do, and the others do not", async () => {
  await tf.setBackend("cpu");
  const shape = { height: 16, width: 16, channels: 1 };
  const reconstructing = DETECTORS.filter((method) => {
    const detector = createMethod(method, { shape, recipe: smallRecipe(method) });
    detector.dispose();
    return detector.reconstruct !== undefined;
  });
  assertEquals(reconstructing, RECONSTRUCTING);
});

testWith(NEEDS, "images-score: a method without maps says which methods have some", async () => {
  await withModel(async (folder, _, good) => {
    const model = join(folder, "ocsvm.model");
    await run("fit", good, "--out", model, ...SMALL, "--method", "ocsvm");
    const says = `ocsvm does not reconstruct images; ${RECONSTRUCTING.join(", ")} do`;
    assertRefused(await run("score", model, good, "--maps", join(folder, "maps"), ...WASM), says);
    assertEquals(names(folder), ["good", "ocsvm.model", "small.model"]);
  });
});

testWith(NEEDS, "images-score: a folder in place of the list is refused before an image is scored", async () => {
  await withModel(async (folder, model, good) => {
    const scored = await run("score", model, good, "--csv", good, ...WASM);
    assertRefused(scored, `Cannot write "${good}": it is a folder, a file's name is wanted`);
    assertEquals(names(folder), ["good", "small.model"]);
  });
});

testWith(NEEDS, "images-model: a damaged model is one line of score, evaluate and serve", async () => {
  await withModel(async (folder, model, good) => {
    const bytes = await Deno.readFile(model);
    await Deno.writeFile(model, bytes.subarray(0, bytes.length / 2));
    const says = `Cannot read the model "${model}": `;
    assertRefused(await run("score", model, good, "--maps", join(folder, "maps"), ...WASM), says);
    assertRefused(await run("serve", model, "--port", "0", ...WASM), says);
    const folders = ["--normal", good, "--anomalous", folder + "/none", "--out", folder];
    assertRefused(await run("evaluate", model, ...folders, ...WASM), says);
    assertEquals(names(folder), ["good", "small.model"]);
  });
});

const isGranted = NEEDS.every((name) => Deno.permissions.querySync({ name }).state === "granted");

/** Tests are often run by root, who may read and write everything unless that right is taken away. */
const isRoot = isGranted && Deno.uid() === 0;
const SETPRIV = "/usr/bin/setpriv";
const RIGHTS = "-dac_override,-dac_read_search";
const PLAIN_USER = isRoot ? `exec ${SETPRIV} --bounding-set=${RIGHTS} --inh-caps=${RIGHTS} "$@"` : 'exec "$@"';
const AS_OTHERS: readonly Need[] = isRoot && !existsSync(SETPRIV)
  ? [...NEEDS, { absent: `root may read everything, and there is no ${SETPRIV}` }]
  : NEEDS;

testWith(AS_OTHERS, "images-input: what may not be read or written is one line of each command", async () => {
  await withModel(async (folder, model, good) => {
    const call = async (command: string, ...args: string[]) =>
      await start(`src/cli/${command}.ts`, [...args, ...WASM], { shell: PLAIN_USER }).ended as Outcome;
    const closed = join(good, "closed.png");
    await writePng(closed, 16, new Uint8Array(256));
    await Deno.chmod(closed, 0);
    const says = `Cannot read the image "${closed}": it may not be read; --skip passes over such files`;
    const fit = (...args: string[]) => call("fit", good, ...SMALL, ...args);
    assertRefused(await fit("--out", join(folder, "m")), says);
    assertRefused(await call("score", model, good, "--csv", join(folder, "scores.csv")), says);
    const out = ["--out", join(folder, "out")];
    await writeSlopes(join(folder, "odd"), 1);
    assertRefused(await call("evaluate", model, "--normal", good, "--anomalous", join(folder, "odd"), ...out), says);
    await Deno.remove(closed);

    const locked = join(folder, "locked");
    await Deno.mkdir(locked);
    await Deno.chmod(locked, 0o555);
    assertRefused(await fit("--out", join(locked, "m")), `Cannot write results into "${locked}": Permission denied`);
    for (const flags of [["--csv", join(locked, "scores.csv")], ["--maps", locked]]) {
      assertRefused(await call("score", model, good, ...flags), `Cannot write results into "${locked}"`);
    }
    await Deno.chmod(locked, 0);
    assertRefused(await call("score", model, locked), `Cannot list the images in "${locked}"`);
    await Deno.chmod(model, 0);
    assertRefused(await call("serve", model, "--port", "0"), `Cannot read the model "${model}": it may not be read`);
    assertEquals(names(folder), ["good", "locked", "odd", "out", "small.model"]);
  });
});
