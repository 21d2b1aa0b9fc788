/** Setting `native` up: what is taken, what is refused, and what is said where it cannot be done. */

import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import process from "node:process";
import { ADDON, addonPath } from "../src/engine/native_addon.ts";
import { downloadWheels, SetupError, unpackWheels, verifyWheels } from "../src/engine/native_build.ts";
import { run as runAs } from "../src/engine/native_programs.ts";
import { hasNvidiaGpu } from "../src/engine/native_setup.ts";
import { tryLibrary, tryOnce } from "../src/engine/native_trial.ts";
import { wheelsFor } from "../src/engine/native_wheels.ts";
import type { Need } from "./needs.ts";
import { testAlone, testWith, withFolder } from "./needs.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

const NEEDS: readonly Need[] = ["read", "write", "env", "run", "sys"];

/** Names that a shell, a pattern, a linker or a decoder may stumble over. */
const ODD = "a [b]* ü, c";

/** A wheel's entries: their names and modes. */
type Entries = readonly (readonly [name: string, mode: number])[];

/** Writes wheels, each by its path. */
async function writeWheels(wheels: Readonly<Record<string, Entries>>): Promise<void> {
  const code = `
import json, sys, zipfile
for path, entries in json.loads(sys.argv[1]).items():
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, mode in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            wheel.writestr(entry, b"x" * 1000)`;
  const { success, stderr } = await new Deno.Command("python3", { args: ["-c", code, JSON.stringify(wheels)] })
    .output();
  assert(success, new TextDecoder().decode(stderr));
}

/** Makes a program of the shell's, to be found before others. */
async function fake(folder: string, name: string, script: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** A program of somebody else's, with packages of its own and thus without the addon, that asks for a set-up; what it prints. */
async function setUpIn(
  folder: string,
  env: Record<string, string>,
): Promise<{ name: string; reason: string; said: string[] }> {
  await Deno.writeTextFile(
    join(folder, "deno.json"),
    JSON.stringify({
      nodeModulesDir: "auto",
      lock: false,
      links: [ROOT],
      imports: { "@memgan/memgan": "jsr:@memgan/memgan" },
    }),
  );
  await Deno.writeTextFile(
    join(folder, "main.js"),
    `import { startBackend } from "@memgan/memgan";
     const said = [];
     const { name, reason } = await startBackend({ setUp: true, say: (line) => said.push(line) });
     console.log(JSON.stringify({ name, reason, said }));`,
  );
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "main.js"],
    cwd: folder,
    env: { NO_COLOR: "1", MEMGAN_CACHE: join(folder, "cache"), PIP_RETRIES: "0", ...env },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
}

testWith(
  ["run", "env"],
  "native-setup: what a program prints is told without colours, as a manifest takes it",
  async () => {
    const failed = await runAs("sh", ["-c", "printf '\\033[31mERROR: no\\033[0m wheel\\n' >&2; exit 1"]);
    assertEquals([failed.ok, failed.tail], [false, "ERROR: no wheel"]);
  },
);

Deno.test("native-setup: every wheel has a SHA-256 of its own, and CUDA's are those of one TensorFlow", () => {
  const wheels = [...wheelsFor(true), ...wheelsFor(false)];
  assertEquals(new Set(wheels.map(({ sha256 }) => sha256)).size, wheels.length);
  for (const { sha256 } of wheels) assertMatch(sha256, /^[0-9a-f]{64}$/);
  assertEquals(new Set(wheels.filter(({ name }) => name.startsWith("tensorflow")).map((each) => each.version)).size, 1);
});

/** Where pip finds wheels of the right names with other content, and nothing else. */
async function tampered(folder: string): Promise<Record<string, string>> {
  const links = join(folder, "links");
  await Deno.mkdir(links, { recursive: true });
  const files = [...wheelsFor(true), ...wheelsFor(false)].map(({ name, version }) =>
    `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`
  );
  const entries: Entries = [["tensorflow/libtensorflow_cc.so.2", 0o644]];
  await writeWheels(Object.fromEntries(files.map((file) => [join(links, file), entries])));
  return { PIP_NO_INDEX: "1", PIP_FIND_LINKS: links };
}

testAlone(
  NEEDS,
  "native-setup: a wheel of the right name with another content is refused, by both hashes",
  async () => {
    await withFolder(async (folder) => {
      Object.assign(process.env, await tampered(folder));
      const [wheel] = wheelsFor(false);
      const { message } = await assertRejects(
        () => downloadWheels("python3", join(folder, ODD), wheelsFor(false)),
        SetupError,
        "what pip found is not TensorFlow's own wheel: its SHA-256 is ",
      );
      assertStringIncludes(message, `${wheel!.sha256} is expected`);
    });
  },
);

testWith(
  NEEDS,
  "native-setup: where CUDA's wheels are others, the CPU's are tried, then the next backend, and nothing stays",
  async () => {
    await withFolder(async (folder) => {
      const bin = join(folder, "bin");
      await fake(bin, "nvidia-smi", "echo GPU 0: a card");
      const env = { ...await tampered(folder), PATH: `${bin}:${process.env["PATH"]}` };
      const { name, reason, said } = await setUpIn(folder, env);
      assert(name !== "native");
      assertStringIncludes(reason, "no native: the TensorFlow wheel could not be downloaded: what pip found is not");
      assertMatch(said[0]!, /^native: downloading TensorFlow [\d.]+ with CUDA/);
      assertMatch(said[1]!, /^native: the TensorFlow wheel could not .*; taking TensorFlow for the CPU instead$/);
      assertEquals([...Deno.readDirSync(join(folder, "cache"))], []);
    });
  },
);

testWith(
  NEEDS,
  "native-setup: before anything is unpacked, each file is known by its hash, whatever pip says",
  async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "tensorflow_cpu-2.21.0-py3-none-any.whl");
      await Deno.writeTextFile(path, "abc");
      const abc = {
        name: "a",
        version: "1",
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      };
      assertEquals(await verifyWheels(folder, [abc]), [path]);
      await assertRejects(() => verifyWheels(folder, [abc, { ...abc, sha256: "" }]), SetupError, "pip left out a 1");
      await Deno.writeTextFile(path, "abd");
      await assertRejects(
        () => verifyWheels(folder, [abc]),
        SetupError,
        "is not the one expected: the SHA-256 of tensorf",
      );
    });
  },
);

testAlone(
  NEEDS,
  "native-setup: where no index answers, that is the reason, not pip's `No matching distribution`",
  async () => {
    await withFolder(async (folder) => {
      const env = {
        PIP_INDEX_URL: "http://127.0.0.1:9/simple",
        PIP_FIND_LINKS: "",
        PIP_NO_INDEX: "",
        PIP_RETRIES: "0",
      };
      Object.assign(process.env, env);
      await assertRejects(
        () => downloadWheels("python3", folder, wheelsFor(false)),
        SetupError,
        "there is no network, or no package index answers",
      );
    });
  },
);

for (
  const [what, name, mode, says] of [
    ["leads out of the folder", "tensorflow/include/tsl/../../../../out", 0o644, "leads out of its folder"],
    ["is absolute", "/nvidia/out", 0o644, "leads out of its folder"],
    ["is a link", "nvidia/link", 0o120777, "which is a link"],
  ] as const
) {
  testWith(NEEDS, `native-setup: a wheel with an entry that ${what} is not unpacked`, async () => {
    await withFolder(async (folder) => {
      const [path, into] = [join(folder, "a.whl"), join(folder, "into")];
      await writeWheels({ [path]: [[name, mode], ["nvidia/after", 0o644]] });
      await assertRejects(() => unpackWheels("python3", [path], into), SetupError, says);
      assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["a.whl"]);
    });
  });
}

testWith(NEEDS, "native-setup: what unpacks to more than it may is refused; programs stay programs", async () => {
  await withFolder(async (folder) => {
    const [path, into] = [join(folder, `${ODD}.whl`), join(folder, ODD)];
    const ptxas = "nvidia/cuda_nvcc/bin/ptxas";
    await writeWheels({ [path]: [[ptxas, 0o100755], ["nvidia/lib", 0o100644], ["other/file", 0o644]] });
    await assertRejects(() => unpackWheels("python3", [path], into, 2999), SetupError, "more than 2999 bytes");
    await unpackWheels("python3", [path], into, 3000);
    const modes = [ptxas, "nvidia/lib"].map((name) => Deno.statSync(join(into, name)).mode! & 0o111);
    assertEquals(modes, [0o111, 0]);
    assertEquals([...Deno.readDirSync(into)].map(({ name }) => name), ["nvidia"]);
  });
});

testAlone(NEEDS, "native-setup: a driver that hangs is no GPU, and holds nothing up", async () => {
  await withFolder(async (folder) => {
    process.env["PATH"] = `${folder}:${process.env["PATH"]}`;
    for (
      const [script, wanted] of [["exec sleep 30", false], ["sleep 30; true", false], ["echo GPU 0", true]] as const
    ) {
      await fake(folder, "nvidia-smi", script);
      const start = performance.now();
      assertEquals(await hasNvidiaGpu(300), wanted, script);
      assert(performance.now() - start < 5000, script);
    }
  });
});

testWith(
  NEEDS,
  "native-setup: whatever a library does to the process that loads it, its last words come back",
  async () => {
    await withFolder(async (folder) => {
      const addon = join(folder, ODD, "addon.node");
      await Deno.mkdir(join(folder, ODD));
      await Deno.writeTextFile(addon, "no library");
      assertMatch(await tryLibrary(addon) ?? "", /invalid ELF header|file too short/);
      for (
        const [body, says] of [
          ["abort();", /SIGABRT/],
          ['fputs("symbol lookup error: gone\\n", stderr); _exit(127);', /^symbol lookup error: gone$/],
          ["_exit(127);", /without a word/],
        ] as const
      ) {
        const source = join(folder, "addon.cc");
        const code = `#include <cstdio>\n#include <cstdlib>\n#include <unistd.h>\n`;
        await Deno.writeTextFile(source, `${code}__attribute__((constructor)) static void f() { ${body} }\n`);
        const args = ["-shared", "-fPIC", source, "-o", addon];
        assert((await new Deno.Command("g++", { args }).output()).success);
        assertMatch(await tryLibrary(addon) ?? "", says);
      }
    });
  },
);

testWith([...NEEDS, "native"], "native-setup: what has loaded is not loaded again until its files change", async () => {
  await withFolder(async (home) => {
    const built = await Deno.realPath(addonPath()!);
    const addon = join(home, ADDON);
    await Deno.copyFile(built, addon);
    await Deno.symlink(join(dirname(built), "tensorflow"), join(home, "tensorflow"));
    assertEquals(await tryOnce(home), { words: undefined, damaged: false });
    const { mtime } = await Deno.stat(join(home, "loaded.json"));
    assertEquals(await tryOnce(home), { words: undefined, damaged: false });
    assertEquals((await Deno.stat(join(home, "loaded.json"))).mtime, mtime);
    await Deno.writeTextFile(addon, "damaged");
    const { words, damaged } = await tryOnce(home);
    assertMatch(words ?? "", /ELF|too short/);
    assertEquals(damaged, true);
  });
});

testWith(
  NEEDS,
  "native-setup: where the cache cannot be or be written, that is the reason, and the next backend runs",
  async () => {
    await withFolder(async (folder) => {
      await Deno.writeTextFile(join(folder, "file"), "");
      for (
        const [cache, says] of [
          ["cache", 'MEMGAN_CACHE must be an absolute path, it is "cache"'],
          [join(folder, "file", "cache"), /ENOTDIR|Not a directory/],
        ] as const
      ) {
        const { name, reason } = await setUpIn(folder, { MEMGAN_CACHE: cache });
        assert(name !== "native");
        assertMatch(reason, typeof says === "string" ? new RegExp(`no native: [^;]*${says}`) : says);
      }
    });
  },
);

testWith(
  [...NEEDS, "native"],
  "native-setup: without a folder for its graphs native is passed over, with the reason",
  async () => {
    await withFolder(async (folder) => {
      const { name, reason } = await setUpIn(folder, { TMPDIR: join(folder, "none") });
      assert(name !== "native");
      assertStringIncludes(reason, `no native: Cannot make a temporary folder in "${join(folder, "none")}": `);
    });
  },
);
