/** `fig2`, driven as a user would. */

import { assert, assertEquals, assertGreater, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { searchedPoints } from "../figures/fig2.ts";
import { seededRng } from "../src/engine/random.ts";
import { convexHull } from "../src/paper/s5_2_hull.ts";
import { propositionObjective } from "../src/paper/s5_2_topology.ts";
import { testWith, withFolder } from "./needs.ts";

const NEEDS = ["read", "write", "env", "run", "sys"] as const;

async function fig2(...args: string[]) {
  const script = fromFileUrl(import.meta.resolve("../src/cli/fig2.ts"));
  const granted = ["read", "write", "env", "sys", "ffi"].map((name) => `--allow-${name}`);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...granted, script, ...args],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

testWith(NEEDS, "cli-fig2: a user's points give the contract's JSON, an SVG and a PNG, and a summary", async () => {
  await withFolder(async (folder) => {
    const square = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
    const file = join(folder, "points.json");
    await Deno.writeTextFile(file, JSON.stringify([...square, [0, 0], [0.25, -0.5]]));
    const { code, stdout, stderr } = await fig2("--points", file, "--units", "4", "--seed", "1", "--out", folder);
    assertEquals([code, stderr], [0, "backend: none, Eq. 9 is optimised in float64 on the host\n"]);
    assertStringIncludes(stdout, "4 units for 4 vertices of 6 points, seed 1\n");
    const data = JSON.parse(await Deno.readTextFile(join(folder, "fig2", "fig2.json")));
    assertEquals(Object.keys(data), ["points", "hull", "memory", "objective"]);
    assertEquals([data.points.length, data.memory.length, data.hull], [6, 4, square]);
    assertLess(data.objective, 1e-6);
    for (const [x, y] of square) {
      assert(data.memory.some(([u, v]: number[]) => Math.hypot(u! - x!, v! - y!) < 0.05), `a unit at ${x}, ${y}`);
    }
    const svg = await Deno.readTextFile(join(folder, "fig2", "fig2.svg"));
    assertStringIncludes(svg, "4 memory units, seed 1;");
    const png = await Deno.readFile(join(folder, "fig2", "fig2.png"));
    assertEquals([...png.subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
  });
});

testWith(
  NEEDS,
  "cli-fig2: without points the seed decides all; --json is one object, any --backend is taken",
  async () => {
    await withFolder(async (folder) => {
      const runs = [
        await fig2("--json", "--seed", "2", "--out", join(folder, "a")),
        await fig2("--json", "--seed", "2", "--out", join(folder, "b"), "--backend", "wasm"),
      ];
      const results = runs.map(({ stdout }) => JSON.parse(stdout));
      assertLess(results[0].vertexToUnit, 0.05);
      assertLess(results[0].unitOutside, 0.05);
      assertEquals(results[0].units, results[0].vertices);
      assertStringIncludes(runs[1]!.stderr, 'so "wasm" is not started');
      for (const name of ["fig2.json", "fig2.svg"]) {
        const [a, b] = ["a", "b"].map((sub) => Deno.readTextFileSync(join(folder, sub, "fig2", name)));
        assertEquals(a, b, name);
      }
    });
  },
);

testWith(NEEDS, "cli-fig2: fewer units than vertices work, and it says so", async () => {
  await withFolder(async (folder) => {
    const { code, stdout } = await fig2("--units", "3", "--out", folder);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "too few for Proposition 1, an approximation from within");
    const data = JSON.parse(await Deno.readTextFile(join(folder, "fig2", "fig2.json")));
    assertEquals(data.memory.length, 3);
    assertGreater(data.objective, 0.1);
  });
});

const REFUSED: Record<string, [text: string | undefined, says: string]> = {
  "no file": [undefined, "there is no file"],
  "not JSON": ["[[0, 0], [1,", "is not JSON"],
  "not an array": ['{"x": 1}', "holds one object; wanted is a JSON array of [x, y] pairs in [-1, 1]"],
  "a point of three numbers": ["[[0, 0], [1, 0], [0, 1, 0]]", "point 2 is [0,1,0]"],
  "a point that is text": ['[[0, 0], [1, 0], "0, 1"]', 'point 2 is "0, 1"'],
  "a point outside the square": ["[[0, 0], [1.5, 0], [0, 1]]", "point 1 is [1.5,0]"],
  "two points": ["[[0, 0], [1, 0]]", "holds 2 points; wanted are 3 or more"],
  "an empty file": ["", "is not JSON: it is empty"],
  "a BOM alone": ["\uFEFF", "is not JSON: it is empty"],
  "a number beyond float64": ["[[0, 0], [1, 0], [0, 1e999]]", "point 2 is [0,Infinity]"],
  "NaN": ["[[0, 0], [1, 0], [0, NaN]]", "is not JSON"],
  "null": ["null", "holds null"],
  "coordinates in one row": ["[0, 0, 1, 0, 0, 1]", "point 0 is 0"],
  "points one level too deep": ["[[[0, 0], [1, 0], [0, 1]]]", "point 0 is [[0,0],[1,0],[0,1]]"],
  "brackets without end": ["[".repeat(1e5) + "]".repeat(1e5), "point 0 is an array of arrays"],
  "no point": ["[]", "holds 0 points; wanted are 3 or more"],
  "one point": ["[[0, 0]]", "holds 1 point; wanted are 3 or more"],
  "one point thrice": ["[[0.5, 0], [0.5, 0], [0.5, 0]]", "lie on one line"],
  "points on a line but for rounding": ["[[0.1, 0.3], [0.2, 0.6], [0.3, 0.9]]", "lie on one line"],
  "too many points": [JSON.stringify(Array(100_001).fill([0, 0])), "holds 100001 points; wanted are at most 100000"],
  "points on a line": ["[[0, 0], [0.1, 0.1], [0.3, 0.3], [0.7, 0.7]]", "lie on one line"],
};

testWith(NEEDS, `cli-errors: points refused in one line with exit 1: ${Object.keys(REFUSED).join(", ")}`, async () => {
  await withFolder(async (folder) => {
    await Promise.all(
      Object.entries(REFUSED).map(async ([name, [text, says]]) => {
        const file = join(folder, `${name}.json`);
        if (text !== undefined) await Deno.writeTextFile(file, text);
        const { code, stdout, stderr } = await fig2("--points", file, "--out", folder);
        assertStringIncludes(stderr, says, name);
        assertStringIncludes(stderr, `${name}.json`, name);
        assertEquals([code, stdout, stderr.trim().split("\n").length], [1, "", 1], `${name}: ${stderr}`);
      }),
    );
  });
});

testWith(NEEDS, "cli-errors: a folder instead of a points file is one line with exit 1", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await fig2("--points", folder, "--out", folder);
    assertStringIncludes(stderr, `"${folder}" cannot be read`);
    assertEquals([code, stdout, stderr.trim().split("\n").length], [1, "", 1], stderr);
  });
});

testWith(NEEDS, "cli-fig2: a BOM and a point that occurs twice change nothing", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "points.json");
    await Deno.writeTextFile(file, "\uFEFF[[0, 0], [1, 0], [0, 1], [0, 1], [0, 0]]");
    const { code, stdout } = await fig2("--points", file, "--out", folder);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "3 units for 3 vertices of 5 points");
  });
});

testWith(
  NEEDS,
  "cli-fig2: 20,000 points are searched on their hull's vertices, and all of them count and are drawn",
  async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "points.json");
      const { uniform } = seededRng(0, "many");
      const many = Array.from({ length: 20_000 }, () => [2 * uniform() - 1, 2 * uniform() - 1]);
      await Deno.writeTextFile(file, JSON.stringify(many));
      const { code, stdout } = await fig2("--points", file, "--out", folder);
      const data = JSON.parse(await Deno.readTextFile(join(folder, "fig2", "fig2.json")));
      assertEquals([code, data.points, data.hull], [0, many, convexHull(many)]);
      assertStringIncludes(stdout, `searched on the hull's ${data.hull.length} vertices`);
      assertEquals(data.objective, propositionObjective(data.memory, many).value);
      assertLess(data.objective, 1e-4);
      const few = await fig2("--points", file, "--units", "3", "--out", folder);
      assertEquals([few.code, few.stderr.trim().split("\n").length], [1, 2]);
      assertStringIncludes(few.stderr, `wanted are ${data.hull.length} units or more, or at most 1000 points`);
    });
  },
);

Deno.test("cli-fig2: up to 1,000 points all are searched, and what would take hours is refused", () => {
  const { uniform } = seededRng(0, "limits");
  const points = Array.from({ length: 1001 }, () => [2 * uniform() - 1, 2 * uniform() - 1]);
  const hull = convexHull(points);
  assertEquals(searchedPoints(points.slice(1), hull, 1), points.slice(1));
  assertEquals(searchedPoints(points, hull, hull.length), hull);
  assertThrows(() => searchedPoints(points, hull, hull.length - 1), RangeError, "each of the 1001 points counts");
  assertEquals(searchedPoints(points.slice(1), hull, 63).length, 1000);
  assertThrows(() => searchedPoints(points.slice(1), hull, 64), RangeError, "64 units on 1000 points would take hours");
});

testWith(NEEDS, "cli-errors: fig2's wrong flag or number is one line with exit 2", async () => {
  const wrong: [string[], string][] = [
    [["--unit", "3"], '"--unit" is not a flag of fig2'],
    [["--units", "0"], '--units takes a whole number, 1 or more; it is "0"'],
    [["--units", "2.5"], '--units takes a whole number, 1 or more; it is "2.5"'],
    [["--seed", "one"], '--seed takes a whole number, 0 or more; it is "one"'],
    [["--backend", "gpu"], "--backend is one of"],
  ];
  await Promise.all(wrong.map(async ([args, says]) => {
    const { code, stdout, stderr } = await fig2(...args);
    assertStringIncludes(stderr, says);
    assertEquals([code, stdout, stderr.trim().split("\n").length], [2, "", 1], stderr);
  }));
});

testWith(NEEDS, "cli-help: fig2 --help lists the flags, exit 0", async () => {
  const { code, stdout, stderr } = await fig2("--help");
  assertEquals([code, stderr], [0, ""]);
  for (const flag of ["--points", "--units", "--seed", "--out", "--json", "--backend"]) {
    assertStringIncludes(stdout, flag);
  }
});
