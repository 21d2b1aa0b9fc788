/**
 * A clause's expression, evaluated in float64 from the specification's own text, and small random inputs to evaluate it on.
 *
 * The inputs are those of MEMGAN with the simplest networks that depend on everything they may: E(x) = Eᵀx, G(z) = tanh(Gᵀz),
 * D(x, z) = σ(xᵀDz). Sizes are drawn, so that no shape can be confused with another for long.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { EvalFunction, Matrix } from "mathjs";
import { all, create } from "mathjs";
import { seededRng } from "../../src/engine/random.ts";
import { expressionOf } from "../../src/report/spec.ts";

const math = create(all!);

export type Row = readonly number[];

/** What an expression of one example sees. Functions take and give rows. */
export interface Scope {
  readonly rows: Readonly<Record<string, Row>>;
  readonly matrices: Readonly<Record<string, readonly Row[]>>;
  readonly functions: Readonly<Record<string, (...args: Row[]) => Row | number>>;
}

const row = (value: Matrix | number[]): Row => (Array.isArray(value) ? value : value.valueOf()) as number[];

const compiled = new Map<string, EvalFunction>();

/** Evaluates clauses' expressions, one of the sum's terms struck out if it is named; each is compiled once. */
export function evaluator(clause: string, without = ""): (scope: Scope) => Row {
  const key = `${clause} ${without}`;
  const text = expressionOf(clause);
  const struck = () => text.replace(/L = .*/, (sum) => sum.replace(without, "0"));
  const code = compiled.get(key) ?? math.compile(without === "" ? text : struck());
  compiled.set(key, code);
  return ({ rows, matrices, functions }) => {
    const scope: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(rows)) scope[name] = math.matrix([...value]);
    for (const [name, value] of Object.entries(matrices)) scope[name] = math.matrix(value.map((each) => [...each]));
    for (const [name, f] of Object.entries(functions)) {
      scope[name] = (...args: Matrix[]) => {
        const value = f(...args.map(row));
        return typeof value === "number" ? value : math.matrix([...value]);
      };
    }
    // Several lines give a set of results, of which the last is meant.
    const value = code.evaluate(scope) as number | Matrix | { entries: unknown[] };
    const last = typeof value === "object" && "entries" in value ? value.entries.at(-1) : value;
    return typeof last === "number" ? [last] : row(last as Matrix);
  };
}

const times = (v: Row, w: readonly Row[]): Row =>
  w[0]!.map((_, j) => v.reduce((sum, value, i) => sum + value * w[i]![j]!, 0));

export const dot = (a: Row, b: Row): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** What is differentiated. */
export const VARIABLES = ["M", "E", "G", "D"] as const;

/** The sizes of inputs: examples, units, and the numbers in a code and in an image. */
export interface Sizes {
  m: number;
  n: number;
  d: number;
  p: number;
}

/** Images, random vectors and codes, a row per example; the memory; the networks' weights. */
export type Inputs = Record<"x" | "r" | "z" | typeof VARIABLES[number], number[][]>;

/** Draws inputs. Their values are exact in float32, so that both sides start from the same. */
export function drawInputs(seed: number, { m, n, d, p }: Sizes): Inputs {
  const rng = seededRng(seed, "world");
  const matrix = (rows: number, columns: number) => Array.from({ length: rows }, () => [...rng.normals(columns)]);
  return {
    x: matrix(m, p),
    r: matrix(m, n),
    z: matrix(m, d),
    M: matrix(n, d),
    E: matrix(p, d),
    G: matrix(d, p),
    D: matrix(p, d),
  };
}

/** What the expression of example `i` sees of the inputs. */
export function scopeOf({ x, r, z, M, E, G, D }: Inputs, i: number): Scope {
  return {
    rows: { x: x[i]!, r: r[i]!, z: z[i]! },
    matrices: { M },
    functions: {
      E: (image) => times(image!, E),
      G: (code) => times(code!, G).map(Math.tanh),
      // Eq. 1's D looks at an image alone.
      D: (image, code = D[0]!.map(() => 1)) => sigmoid(dot(times(image!, D), code)),
    },
  };
}

/** The same inputs as tensors, and the networks on them. */
export type TensorInputs = Record<keyof Inputs, tf.Tensor2D> & {
  encode(x: tf.Tensor2D): tf.Tensor2D;
  generate(z: tf.Tensor2D): tf.Tensor2D;
  /** D's logits. */
  judge(x: tf.Tensor2D, z?: tf.Tensor2D): tf.Tensor1D;
};

/** Adds the networks to inputs that are tensors. */
export function tensorInputs(tensors: Record<keyof Inputs, tf.Tensor2D>): TensorInputs {
  const { E, G, D } = tensors;
  return {
    ...tensors,
    encode: (x) => tf.matMul(x, E),
    generate: (z) => tf.tanh(tf.matMul(z, G)),
    judge: (x, z = tf.onesLike(tensors.z)) => tf.sum<tf.Tensor1D>(tf.mul(tf.matMul(x, D), z), 1),
  };
}
