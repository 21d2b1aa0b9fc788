/** What a run says of how it was made is true, wherever the code lies and whatever started it. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { startBackend } from "../src/engine/backend.ts";
import { pinEnvironment } from "../src/engine/native_environment.ts";
import { tensorflowVersion } from "../src/engine/ops.ts";
import { cpuFeatures } from "../src/experiments/processor.ts";
import { MANIFEST } from "../src/experiments/provenance.ts";
import { doRun } from "../src/experiments/run.ts";
import { RunFolder } from "../src/experiments/store.ts";
import { repeatedText } from "../src/report/reproducibility.ts";
import { testAlone, testWith, withFolder } from "./needs.ts";
import { SMALL_DATA, smallSpec } from "./small_run.ts";

const ROOT = fromFileUrl(import.meta.resolve("../"));

async function output(command: string, args: string[], options: Deno.CommandOptions = {}) {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, ...options }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

testWith(
  ["read", "write", "env", "sys"],
  "run-manifest: a manifest says what computed, and not what should have",
  async () => {
    const backend = await startBackend({ only: "cpu" });
    const computing = {
      device: "an abacus",
      threads: 3,
      versions: { tfjs: "0.1.0", tensorflow: "2.9.9" },
      environment: { A: "b" },
    };
    const spec = { ...smallSpec(1), method: "pixelmean", recipe: {} } as const;
    await withFolder(async (root) => {
      await doRun(spec, {
        root,
        load: () => Promise.resolve(SMALL_DATA),
        backend: { ...backend, computing },
        commit: "0123abcd",
      });
      const manifest = MANIFEST.parse(JSON.parse((await new RunFolder(root, spec).readText("manifest.json"))!));
      const { device, threads, versions, environment, commit, features } = manifest;
      assertEquals({ device, threads, environment }, { device: "an abacus", threads: 3, environment: { A: "b" } });
      assertEquals(versions, { deno: Deno.version.deno, tfjs: "0.1.0", tensorflow: "2.9.9" });
      assertEquals([commit, features], ["0123abcd", cpuFeatures()]);
    });
  },
);

testWith(["native"], "run-manifest: the version of TensorFlow is that of the library that is loaded", async () => {
  const { computing, reason } = await startBackend({ only: "native" });
  assertMatch(tensorflowVersion(), /^\d+\.\d+\.\d+/);
  assertEquals(computing.versions["tensorflow"], tensorflowVersion());
  assertStringIncludes(reason, `TensorFlow ${tensorflowVersion()} on`);
});

const LINUX = Deno.build.os === "linux" ? [] : [{ absent: "this is not Linux" }];

testWith(
  ["run", "native", ...LINUX],
  "run-manifest: the processor's instruction sets are those that the system names",
  async () => {
    const flags = (await output("cat", ["/proc/cpuinfo"])).match(/^flags.*$/m)?.[0].split(" ") ?? [];
    for (const name of ["sse4_1", "fma", "avx", "avx2", "avx512f", "avx512_bf16"]) {
      if (Deno.build.arch === "x86_64") {
        assertEquals(
          cpuFeatures()!.split(" ").includes(name),
          flags.includes(name),
          name,
        );
      }
    }
  },
);

testAlone(
  [],
  "run-environment: what changes TensorFlow's numbers is pinned, what only speaks or chooses a GPU is kept",
  () => {
    const theirs = [
      "ONEDNN_MAX_CPU_ISA",
      "DNNL_MAX_CPU_ISA",
      "ONEDNN_DEFAULT_FPMATH_MODE",
      "XLA_FLAGS",
      "TF_XLA_FLAGS",
      "KMP_AFFINITY",
      "TF_USE_CUDNN_AUTOTUNE",
      "MKL_NUM_THREADS",
      "OMP_DYNAMIC",
    ];
    for (const name of theirs) Deno.env.set(name, "x");
    for (const name of ["TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"]) {
      Deno.env.set(name, "9");
    }
    Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "0");
    Deno.env.set("NVIDIA_TF32_OVERRIDE", "0");
    const pinned = {
      OMP_NUM_THREADS: "1",
      TF_ENABLE_ONEDNN_OPTS: "1",
      TF_NUM_INTEROP_THREADS: "1",
      TF_NUM_INTRAOP_THREADS: "1",
    };
    assertEquals(pinEnvironment(1, true), { ...pinned, NVIDIA_TF32_OVERRIDE: "0" });
    for (const name of theirs) assertEquals(Deno.env.get(name), undefined, name);
    for (const [name, value] of Object.entries(pinned)) assertEquals(Deno.env.get(name), value, name);
    assertEquals(Deno.env.get("TF_CPP_MIN_LOG_LEVEL"), "0");
    assertEquals(pinEnvironment(4, false)["TF_ENABLE_ONEDNN_OPTS"], "0");
    return Promise.resolve();
  },
);

testWith(
  ["read", "write", "env", "run", "native"],
  "run-environment: whatever oneDNN and TensorFlow are told from outside, a run's bits are the same",
  async () => {
    await withFolder(async (root) => {
      const script = fromFileUrl(import.meta.resolve("./small_run.ts"));
      const scores = async (name: string, env: Record<string, string>) => {
        await output(Deno.execPath(), ["run", "--quiet", "-A", script, join(root, name), "1"], { env });
        const folder = new RunFolder(join(root, name), smallSpec(1));
        const { environment } = JSON.parse((await folder.readText("manifest.json"))!);
        return { scores: await folder.readText("scores.csv"), environment };
      };
      const odd = {
        TF_ENABLE_ONEDNN_OPTS: "0",
        ONEDNN_MAX_CPU_ISA: "SSE41",
        ONEDNN_DEFAULT_FPMATH_MODE: "ANY",
        OMP_NUM_THREADS: "5",
      };
      assertEquals(await scores("odd", odd), await scores("plain", {}));
    });
  },
);

testWith(
  ["read", "write", "env", "run"],
  "run-manifest: the commit is that of this code, and of no repository that it happens to lie in",
  async () => {
    await withFolder(async (folder) => {
      const git = (...args: string[]) =>
        output("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
          cwd: folder,
          env: { GIT_CONFIG_GLOBAL: "/dev/null" },
        });
      const copy = async (to: string) => {
        for (const path of ["src/cli", "src/platform", "src/data", "src/engine", "vendor/std/cli", "vendor/std/path"]) {
          for await (const { name, isFile } of Deno.readDir(join(ROOT, path))) {
            await Deno.mkdir(join(to, path), { recursive: true });
            if (isFile) await Deno.copyFile(join(ROOT, path, name), join(to, path, name));
          }
        }
        const imports = {
          "@std/cli": "./vendor/std/cli/mod.ts",
          "@std/path": "./vendor/std/path/mod.ts",
          zod: "data:text/javascript,",
        };
        await Deno.writeTextFile(join(to, "deno.json"), JSON.stringify({ imports }));
      };
      const commit = async (of: string, options: Deno.CommandOptions = {}) => {
        const module = join(of, "src", "cli", "environment.ts");
        const code = `import { commitHash } from ${JSON.stringify(module)}; console.log(await commitHash());`;
        await Deno.writeTextFile(join(of, "ask.ts"), code);
        return await output(Deno.execPath(), ["run", "-A", "--no-check", join(of, "ask.ts")], options);
      };
      await copy(folder);
      await git("init", "-q");
      await git("add", "src", "deno.json", "vendor");
      await git("commit", "-qm", "code");
      const hash = (await git("rev-parse", "HEAD")).slice(0, 12);
      assertEquals(await commit(folder), hash);
      assertEquals(
        await commit(folder, { cwd: dirname(folder), env: { GIT_DIR: "/nowhere", GIT_WORK_TREE: "/" } }),
        hash,
      );
      const unpacked = join(folder, "third_party", "memgan");
      await copy(unpacked);
      assertEquals(await commit(unpacked), "undefined", "unpacked into another repository");
      await git("add", "third_party");
      await git("commit", "-qm", "a copy");
      assertEquals(await commit(unpacked), "undefined", "kept in another repository");
      const now = (await git("rev-parse", "HEAD")).slice(0, 12);
      await Deno.writeTextFile(join(folder, "deno.json"), "\n", { append: true });
      assertEquals(await commit(folder), `${now}+`);
    });
  },
);

Deno.test("run-deterministic: runs made under something else are compared by their AUROC, and not to the last bit", () => {
  const of = { dataset: "mnist", method: "memgan", preprocessing: "std", class: 3, seed: 0 } as const;
  const run = { ...of, run: "a", auroc: 0.9, seconds: 1, arithmetic: 4, made: "here" };
  const then = { ...run, seconds: 2 };
  assertMatch(repeatedText([run], [then])!, /1 of 1 have the same AUROC to the last bit/);
  assertEquals(
    repeatedText([run], [{ ...then, auroc: 0.9, made: "there" }]),
    "The AUROCs of the 1 run stored from other software or another machine differ by less than 0.005 points.",
  );
});
