/** Full disks under `fit`, `score` and `evaluate`: one line, and nothing that is not whole. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { canMount, full } from "./chaos/disks.ts";
import { start } from "./chaos/processes.ts";
import { NEEDS as COMMANDS, run } from "./command_line.ts";
import { SMALL, writeSlopes } from "./image_folders.ts";
import type { Need } from "./needs.ts";
import { testWith, withFolder } from "./needs.ts";

/** Whether a small disk can be had here; where nothing may be run, that is the reason that is given. */
async function needs(): Promise<readonly Need[]> {
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return COMMANDS;
  let can = false;
  await withFolder(async (folder) => void (can = await canMount(folder).catch(() => false)));
  return can ? COMMANDS : [...COMMANDS, { absent: "no file system can be mounted here" }];
}

testWith(
  await needs(),
  "images-score: on a full disk models, lists, maps and pages are whole or not there",
  async () => {
    await withFolder(async (folder) => {
      const [good, model, disk] = ["good", "m.model", "disk"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      await writeSlopes(good, 60, 64);
      const fitted = await run("fit", good, "--out", model, ...SMALL);
      assertEquals(fitted.code, 0, fitted.stderr);
      const images = ["--normal", good, "--anomalous", join(folder, "odd")];
      await writeSlopes(join(folder, "odd"), 3, 64, 1);
      const whole = await Deno.readFile(model);
      /** Calls a command whose disk has so many kilobytes; what it says, and the files that are on the disk then. */
      const onDisk = async (kilobytes: number, command: string, ...args: string[]) => {
        const kept = `${disk}-kept`;
        await Promise.all([disk, kept].map((path) => Deno.mkdir(path)));
        const shell = full(disk, kilobytes);
        const { code, stderr } = await start(`src/cli/${command}.ts`, [...args, "--backend", "wasm"], { shell }).ended;
        const files = await Promise.all(
          [...Deno.readDirSync(kept)].map(async ({ name }) => [name, await Deno.readFile(join(kept, name))] as const),
        );
        await Promise.all([disk, kept].map((path) => Deno.remove(path, { recursive: true })));
        return { code, last: stderr.trim().split("\n").at(-1)!, files };
      };
      const calls = [
        ["m.model", "fit", good, ...SMALL, "--out", join(disk, "m.model")],
        [
          "m.model.training",
          "fit",
          good,
          ...SMALL,
          "--method",
          "dcae",
          "--epochs",
          "2",
          "--out",
          join(disk, "m.model"),
        ],
        ["scores.csv", "score", model, good, "--csv", join(disk, "scores.csv")],
        ["evaluation.html", "evaluate", model, ...images, "--out", disk],
      ] as const;
      for (const [file, command, ...args] of calls) {
        const { code, last, files } = await onDisk(4, command, ...args);
        assertEquals([code, files], [1, []], last);
        assertStringIncludes(last, `Cannot write "${join(disk, file)}": No space left on device`);
      }
      const { code, last, files } = await onDisk(64, "score", model, good, "--maps", disk);
      assertEquals(code, 1, last);
      assertStringIncludes(last, "No space left on device");
      // The maps that had room are whole: they end as a PNG does.
      assert(files.length > 0 && files.every(([name]) => name.endsWith(".png")));
      for (const [name, bytes] of files) {
        assertEquals(new TextDecoder("latin1").decode(bytes.slice(-8, -4)), "IEND", name);
      }
      const room = await onDisk(1024, "fit", good, ...SMALL, "--out", join(disk, "m.model"));
      assertEquals([room.code, room.files.length], [0, 1], room.last);
      assert(room.files[0]![1].toBase64() === whole.toBase64(), "with room the model is the same");
    });
  },
);
