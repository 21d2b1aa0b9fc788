/** The cases of `spec/cases/`, and when what `src/` finds agrees with one. */

import { assert, assertEquals } from "@std/assert";
import discriminatorFile from "../../spec/cases/algorithm_1_discriminator.json" with { type: "json" };
import encoderFile from "../../spec/cases/algorithm_1_encoder.json" with { type: "json" };
import generatorFile from "../../spec/cases/algorithm_1_generator.json" with { type: "json" };
import loopFile from "../../spec/cases/algorithm_1_loop.json" with { type: "json" };
import memoryFile from "../../spec/cases/algorithm_1_memory.json" with { type: "json" };
import aliFile from "../../spec/cases/ali_objective.json" with { type: "json" };
import scoreFile from "../../spec/cases/anomaly_score.json" with { type: "json" };
import cycleFile from "../../spec/cases/cycle_loss.json" with { type: "json" };
import ganFile from "../../spec/cases/gan_objective.json" with { type: "json" };
import projectFile from "../../spec/cases/mem_projection_convex.json" with { type: "json" };
import memFile from "../../spec/cases/mem_objective.json" with { type: "json" };
import miFile from "../../spec/cases/mi_loss.json" with { type: "json" };
import projectionFile from "../../spec/cases/projection_loss.json" with { type: "json" };
import hullFile from "../../spec/cases/prop_1_objective.json" with { type: "json" };
import { greatest } from "../../src/platform/extremes.ts";

export type Nested = number | Nested[];
export type Arrays = Record<string, Nested>;

export interface Case {
  clause: string;
  description: string;
  inputs: Arrays;
  cotangents?: Arrays;
  outputs: Arrays;
  gradients?: Arrays;
  tolerance?: Tolerance;
}

interface Tolerance {
  relative: number;
  absolute: number;
}

/** What `src/` made of a case's inputs, by the same names as in the case. */
export interface Found {
  outputs: Arrays;
  gradients: Arrays;
}

export const FILES = {
  discriminatorFile,
  encoderFile,
  generatorFile,
  loopFile,
  memoryFile,
  aliFile,
  scoreFile,
  cycleFile,
  ganFile,
  projectFile,
  memFile,
  miFile,
  projectionFile,
  hullFile,
};

export const CASES: Case[] = Object.values(FILES).flatMap((file) => file.cases as Case[]);

/**
 * float32 against float64: a few dozen roundings of 6e-8 each, relative to the largest summand. The absolute part is
 * for what is 0: the 1e-12 under the root of a norm makes a norm of 0 one of 1e-6.
 */
const TOLERANCE: Tolerance = { relative: 1e-5, absolute: 2e-6 };

export const numbers = (nested: Nested): number[] => [nested].flat(Infinity as 1) as number[];

const shapeOf = (nested: Nested): number[] => typeof nested === "number" ? [] : [nested.length, ...shapeOf(nested[0]!)];

function assertAgrees(actual: Nested, expected: Nested, { relative, absolute }: Tolerance, name: string): void {
  assertEquals(shapeOf(actual), shapeOf(expected), `the shape of ${name}`);
  const [got, wanted] = [numbers(actual), numbers(expected)];
  const allowed = relative * greatest(wanted.map(Math.abs)) + absolute;
  wanted.forEach((each, i) => {
    const delta = Math.abs(got[i]! - each);
    // Written so that a NaN fails.
    assert(delta <= allowed, `${name}[${i}] is ${got[i]}, the twin has ${each}: ${delta} apart, ${allowed} allowed`);
  });
}

/** All that the case states, and no more than `src/` is asked for. */
export function assertCase(each: Case, found: Found): void {
  const tolerance = each.tolerance ?? TOLERANCE;
  for (const [name, expected] of Object.entries(each.outputs)) {
    assertAgrees(found.outputs[name]!, expected, tolerance, name);
  }
  for (const [name, expected] of Object.entries(each.gradients ?? {})) {
    assertAgrees(found.gradients[name]!, expected, tolerance, `the gradient in ${name}`);
  }
}
