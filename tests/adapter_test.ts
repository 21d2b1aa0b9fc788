/** Graphics drivers and TensorFlow in one process, each time a process of its own: where it goes wrong, it ends by a signal. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { testWith } from "./needs.ts";

/** A piece of code in a process of its own. */
function evaluate(code: string, env: Record<string, string> = {}): Deno.Command {
  // Without a configuration of its own a piece of code has that of the folder that it runs in.
  return new Deno.Command(Deno.execPath(), { args: ["eval", code], cwd: fromFileUrl(import.meta.resolve("../")), env });
}

testWith(
  ["native", "run"],
  "backend-choice: a graphics driver and TensorFlow live in one process, whichever is asked for first",
  async () => {
    const order = (first: string, second: string) =>
      `const { startBackend } = await import(${JSON.stringify(import.meta.resolve("../src/engine/backend.ts"))});
    const { createDsebm } = await import(${JSON.stringify(import.meta.resolve("../src/detectors/dsebm.ts"))});
    const { DSEBM } = await import(${JSON.stringify(import.meta.resolve("../src/detectors/recipes/baselines.ts"))});
    const { graphicsAdapter } = await import(${JSON.stringify(import.meta.resolve("../src/engine/adapter.ts"))});
    const images = { count: 4, height: 28, width: 28, channels: 1, pixels: new Float32Array(4 * 784) };
    for (const only of ["${first}", "${second}"]) {
      if (only === "webgpu") await graphicsAdapter();
      else await startBackend({ only });
    }
    await createDsebm({ ...DSEBM.mnist, channels: 2, batch: 4, epochs: 1 }, 0, images).fit({ role: "normal-train", images });`;
    for (const code of [order("webgpu", "native"), order("native", "webgpu")]) {
      const { success, signal } = await evaluate(code).output();
      assertEquals([success, signal], [true, null], code);
    }
  },
);

const OFF_LINUX = { absent: "on Linux alone graphics drivers are told apart" };

testWith(
  ["run", ...(Deno.build.os === "linux" ? [] : [OFF_LINUX])],
  "backend-choice: Vulkan's graphics drivers alone are asked for, unless the user says otherwise",
  async () => {
    const asked = async (setting: string) => {
      const code = `const { graphicsAdapter } = await import(${
        JSON.stringify(import.meta.resolve("../src/engine/adapter.ts"))
      });
      await graphicsAdapter();
      console.log(Deno.env.get("DENO_WEBGPU_BACKEND"));`;
      const { stdout } = await evaluate(code, { DENO_WEBGPU_BACKEND: setting }).output();
      return new TextDecoder().decode(stdout).trim();
    };
    assertEquals([await asked(""), await asked("noop")], ["vulkan", "noop"]);
  },
);
