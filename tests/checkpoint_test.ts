/** Checkpoints: a run goes on from one that holds and was made as it is made, and from no other. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "@std/path";
import { startBackend } from "../src/engine/backend.ts";
import { seededRng } from "../src/engine/random.ts";
import type { Conditions } from "../src/experiments/provenance.ts";
import { differenceOf } from "../src/experiments/provenance.ts";
import { resumable } from "../src/experiments/resume.ts";
import { doRun } from "../src/experiments/run.ts";
import { sha256Of } from "../src/experiments/run_files.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/experiments/safetensors.ts";
import { CHECKPOINT } from "../src/experiments/checkpoint_file.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { OF_ANY_FILE } from "./chaos/corruptions.ts";
import { testWith, withFolder } from "./needs.ts";
import { SMALL_DATA, smallSpec } from "./small_run.ts";

const MADE: Conditions = {
  backend: "native",
  device: "TensorFlow 2.21.0 on the CPU, 1 thread",
  arithmetic: 4,
  versions: { deno: "2.9.6", tfjs: "4.22.0", tensorflow: "2.21.0" },
  cpu: "AMD EPYC",
  features: "fma avx avx2",
  threads: 1,
  environment: { TF_ENABLE_ONEDNN_OPTS: "1" },
};

const CURVE = "epoch,loss,auroc_monitor\n1,0.5,\n2,0.25,0.75\n";

const ARRAYS = { memory: { shape: [3], values: Float32Array.of(1, 2, 3) } };

/** A file of arrays as other programs write it. */
function unsealed(bytes: Uint8Array): Uint8Array {
  const text = String.fromCharCode(...bytes);
  const other = text.replace(/"sha256":"\w{64}"/, (found) => found.replace("sha256", "sha999"));
  assert(other !== text);
  return Uint8Array.from(other, (letter) => letter.charCodeAt(0));
}

/** A run of three epochs, of which two are done. */
async function halfDone(root: string, arrays = ARRAYS, epoch = 2): Promise<RunFolder> {
  const folder = new RunFolder(root, smallSpec(3));
  await folder.open();
  await folder.write("curve.csv", CURVE);
  await folder.writeCheckpoint({ epoch, made: MADE, curve: sha256Of(CURVE), seconds: 7, arrays });
  return folder;
}

/** Whether a run goes on, and what it says if not. */
async function resumes(folder: RunFolder, made = MADE): Promise<{ goesOn: boolean; said: string[] }> {
  const said: string[] = [];
  const resumed = await resumable(folder, made, (line) => said.push(line));
  if (resumed !== undefined) {
    assertEquals(resumed.checkpoint, { epoch: 2, made: MADE, curve: sha256Of(CURVE), seconds: 7, arrays: ARRAYS });
    assertEquals(resumed.curve.text(), CURVE);
  }
  return { goesOn: resumed !== undefined, said };
}

testWith(
  ["read", "write", "env"],
  "checkpoint-truth: a corrupt checkpoint or curve is set aside in one line, and never resumed",
  async () => {
    const rng = seededRng(0, "checkpoints");
    for (const file of [CHECKPOINT, "curve.csv"]) {
      for (const { kind, corrupt } of OF_ANY_FILE) {
        await withFolder(async (root) => {
          const folder = await halfDone(root);
          assertEquals(await resumes(folder), { goesOn: true, said: [] });
          const bytes = await Deno.readFile(folder.file(file));
          const bad = corrupt(bytes, rng);
          await (bad === undefined ? Deno.remove(folder.file(file)) : Deno.writeFile(folder.file(file), bad));
          const { goesOn, said } = await resumes(folder);
          const what = `${file}: ${kind}`;
          // What follows the checkpoint's epoch in the curve is of a process that was killed between the two.
          if (goesOn) return assertEquals(file, "curve.csv", what);
          if (file === CHECKPOINT && bad === undefined) return assertEquals(said, [], what);
          assertEquals(said.length, 1, what);
          assertMatch(
            said[0]!,
            new RegExp(
              `^starts over; what was there is set aside in "${root}/set-aside/${folder.hash}-1": Cannot read "[^"]+${file}": `,
            ),
            what,
          );
          assertEquals(await folder.checkpoint(), undefined);
          if (bad === undefined) return;
          assertEquals(await Deno.readFile(join(root, "set-aside", `${folder.hash}-1`, file)), bad, what);
          await folder.close();
        });
      }
    }
  },
);

testWith(
  ["read", "write", "env"],
  "checkpoint-truth: one of another run, epoch, of no digest or of a value that is not finite is set aside",
  async () => {
    const metadata = {
      run: "0".repeat(16),
      epoch: "2",
      seconds: "7",
      made: JSON.stringify(MADE),
      curve: sha256Of(CURVE),
    };
    const run = new RunFolder("x", smallSpec(3)).hash;
    const nan = { memory: { shape: [1], values: Float32Array.of(NaN) } };
    const cases: [bytes: Uint8Array, message: RegExp][] = [
      [encodeSafetensors(ARRAYS, metadata), /it is of run 0{16}, that of [0-9a-f]{16} is wanted$/],
      [encodeSafetensors(ARRAYS, { ...metadata, run, epoch: "4" }), /it is of epoch 4, 1 to 3 are the run's$/],
      [encodeSafetensors(ARRAYS, { ...metadata, run, epoch: "0" }), /it is of epoch 0, 1 to 3/],
      [encodeSafetensors(ARRAYS, { ...metadata, run, epoch: "2.5" }), /epoch is "2\.5" \(/],
      [encodeSafetensors(ARRAYS, { ...metadata, run, seconds: "never" }), /seconds is "never" \(/],
      [encodeSafetensors(ARRAYS, { ...metadata, run, made: "{}" }), /backend is missing \(/],
      [unsealed(encodeSafetensors(ARRAYS, { ...metadata, run })), /the SHA-256 of its arrays and texts is missing$/],
      // As versions of this code wrote them before they had a digest.
      [encodeSafetensors(ARRAYS, { epoch: "2", backend: "native", seconds: "7" }), /run is missing \(/],
      [encodeSafetensors(nan, { ...metadata, run }), /array "memory" has a value that is not finite$/],
    ];
    for (const [bytes, message] of cases) {
      await withFolder(async (root) => {
        const folder = await halfDone(root);
        await Deno.writeFile(folder.file(CHECKPOINT), bytes);
        const { goesOn, said: [line] } = await resumes(folder);
        assertEquals(goesOn, false);
        assertMatch(line!, message);
        await folder.close();
      });
    }
  },
);

testWith(
  ["read", "write", "env"],
  "checkpoint-truth: versions, processor, threads and environment belong to what a run is made under",
  async () => {
    await withFolder(async (root) => {
      const folder = await halfDone(root);
      const other: [change: Partial<Conditions>, said: string][] = [
        [{ backend: "wasm" }, "on backend native, and this is wasm"],
        [{ arithmetic: 5 }, "by arithmetic 4, and this code has 5"],
        [{ versions: { ...MADE.versions, tensorflow: "2.20.0" } }, "with tensorflow 2.21.0, and here it is 2.20.0"],
        [{ versions: { ...MADE.versions, tfjs: "4.21.0" } }, "with tfjs 4.22.0, and here it is 4.21.0"],
        [{ cpu: "another" }, "with cpu AMD EPYC, and here it is another"],
        [{ features: "fma avx" }, "with features fma avx avx2, and here it is fma avx"],
        [{ threads: 2 }, "with threads 1, and here it is 2"],
        [{ device: "CUDA" }, "with device TensorFlow 2.21.0 on the CPU, 1 thread, and here it is CUDA"],
        [{ environment: { TF_ENABLE_ONEDNN_OPTS: "0" } }, "with TF_ENABLE_ONEDNN_OPTS 1, and here it is 0"],
        [
          { environment: { ...MADE.environment, NVIDIA_TF32_OVERRIDE: "0" } },
          "with NVIDIA_TF32_OVERRIDE unknown, and here it is 0",
        ],
      ];
      for (const [change, said] of other) {
        const line = `starts over; its checkpoint of epoch 2 was made ${said}`;
        assertEquals(await resumes(folder, { ...MADE, ...change }), { goesOn: false, said: [line] });
      }
      assertEquals(differenceOf(MADE, { ...MADE }), undefined);
      assertEquals((await resumes(folder)).goesOn, true);
      await folder.close();
    });
  },
);

testWith(
  ["read", "write", "env", "sys", "native"],
  "checkpoint-truth: where a moment is missing or misshapen the run starts over, and ends as it would have",
  async () => {
    const backend = await startBackend({ only: "native" });
    const spec = {
      ...smallSpec(2),
      method: "dcae",
      recipe: { epochs: 2, dropAfter: 1, batch: 20, learningRate: 1e-3, decay: 0 },
    } as const;
    const options = { load: () => Promise.resolve(SMALL_DATA), backend, commit: undefined };
    await withFolder(async (root) => {
      const whole = join(root, "whole");
      const folder = new RunFolder(whole, spec);
      let seen: Uint8Array | undefined;
      // The first one, of epoch 1.
      const onProgress = () => {
        if (seen === undefined && existsSync(folder.file(CHECKPOINT))) {
          seen = Deno.readFileSync(folder.file(CHECKPOINT));
        }
      };
      await doRun(spec, { ...options, root: whole, onProgress });
      const curve = (await folder.readText("curve.csv"))!.split("\n").slice(0, 2).join("\n") + "\n";
      for (const change of ["missing", "misshapen", "none"] as const) {
        const half = new RunFolder(join(root, change), spec);
        const { arrays, metadata } = decodeSafetensors("seen", seen!, true);
        const moment = Object.keys(arrays).find((name) => name.endsWith("/v"))!;
        if (change === "missing") delete arrays[moment];
        if (change === "misshapen") arrays[moment] = { shape: [1], values: new Float32Array(1) };
        await half.open();
        await half.write("curve.csv", curve);
        await half.write(CHECKPOINT, encodeSafetensors(arrays, metadata));
        await half.close();
        const said: string[] = [];
        await doRun(spec, { ...options, root: join(root, change), say: (line) => said.push(line) });
        if (change === "none") assertEquals(said, []);
        else {
          const has = change === "missing" ? "it is missing" : String.raw`it has \[1\]`;
          assertMatch(
            said.join("|"),
            new RegExp(`^starts over; .*: Cannot resume dcae: "${moment}" must have the shape \\[[\\d, ]+\\], ${has}$`),
          );
        }
        for (const name of ["scores.csv", "curve.csv", "weights.safetensors"]) {
          assertEquals(
            await Deno.readFile(half.file(name)),
            await Deno.readFile(folder.file(name)),
            `${change}: ${name}`,
          );
        }
      }
    });
  },
);
