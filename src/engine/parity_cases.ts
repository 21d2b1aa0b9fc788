/**
 * The cases of the parity suite, as data: a name, and a function from seeded inputs to tensors.
 *
 * Gradients are taken with a random cotangent, so that errors in a kernel cannot cancel out. Odd sizes and channel counts that
 * are no multiple of four are deliberate: vectorised kernels go wrong in their remainders.
 *
 * @module
 */

import "./gradients.ts";
import * as tf from "@tensorflow/tfjs-core";
import type { Shape4 } from "./convolution.ts";
import * as derivatives from "./derivatives.ts";
import { seededRng } from "./random.ts";

/** A case. */
export interface ParityCase {
  /** What it covers. */
  readonly name: string;
  /** Computes on the current backend. */
  readonly run: () => tf.Tensor[];
}

/** Draws standard normal tensors; the same for the same case on every backend. */
type Draw = <R extends tf.Rank = tf.Rank>(...shape: number[]) => tf.Tensor<R>;

function parityCase(name: string, compute: (draw: Draw) => tf.Tensor[]): ParityCase {
  const run = () => {
    const rng = seededRng(0, `parity ${name}`);
    return compute(<R extends tf.Rank>(...shape: number[]) =>
      tf.tensor<R>(rng.normals(shape.reduce((a, b) => a * b, 1)), shape as tf.ShapeMap[R])
    );
  };
  return { name, run };
}

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** The value of `f` and its gradients with respect to every input, by TensorFlow.js's tape. */
function taped(draw: Draw, f: Operation, ...inputs: tf.Tensor[]): tf.Tensor[] {
  const y = f(...inputs);
  return [y, ...tf.grads(f)(inputs, draw(...y.shape))];
}

function tapedCase(name: string, shapes: readonly number[][], f: Operation): ParityCase {
  return parityCase(name, (draw) => taped(draw, f, ...shapes.map((shape) => draw(...shape))));
}

/** A kernel's side, stride and padding, and the sides of the image on its two sides. */
const GEOMETRIES = [
  [4, 2, "same", 14, 7],
  [4, 2, "same", 6, 3],
  [4, 2, "same", 9, 5],
  [3, 2, "same", 7, 4],
  [3, 2, "same", 8, 4],
  [1, 2, "same", 7, 4],
  [4, 1, "valid", 4, 1],
  [4, 1, "valid", 7, 4],
  [3, 1, "same", 5, 5],
  [1, 1, "valid", 5, 5],
] as const;

/** Channels of the large image and of the small one. */
const CHANNELS = [[1, 8], [3, 5], [5, 7], [16, 32]] as const;

const CONVOLUTIONS: readonly ParityCase[] = GEOMETRIES.flatMap(([k, stride, padding, large, small]) =>
  CHANNELS.flatMap(([outer, inner]) => {
    const geometry = `${k}/${stride}/${padding}, ${outer} to ${inner} channels, ${large} to ${small} wide`;
    const back = `${k}/${stride}/${padding}, ${inner} to ${outer} channels, ${small} to ${large} wide`;
    const filter: Shape4 = [k, k, outer, inner];
    const [image, features]: [Shape4, Shape4] = [[3, large, large, outer], [3, small, small, inner]];
    return [
      tapedCase(
        `conv2d ${geometry}`,
        [image, filter],
        (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, padding),
      ),
      tapedCase(
        `conv2dTranspose ${back}`,
        [features, filter],
        (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, image, stride, padding),
      ),
    ];
  })
);

/** Where one side of the image is odd and the other even, so are those of the kernel. */
const OBLONG: readonly ParityCase[] = [[3, 7], [9, 2]].flatMap(([outer, inner]) => {
  const filter = [3, 4, outer!, inner!];
  const [image, features]: [Shape4, Shape4] = [[3, 7, 10, outer!], [3, 4, 5, inner!]];
  return [
    tapedCase(
      `conv2d 3x4/2/same, ${outer} to ${inner} channels, 7x10 to 4x5`,
      [image, filter],
      (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same"),
    ),
    tapedCase(
      `conv2dTranspose 3x4/2/same, ${inner} to ${outer} channels, 4x5 to 7x10`,
      [features, filter],
      (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, image, 2, "same"),
    ),
  ];
});

/** The derivatives that are written by hand; see `derivatives.ts`. */
const DERIVATIVES: readonly ParityCase[] = [
  ...([[6, 5, 5, 7], [64, 1, 1, 33], [3, 14, 14, 32]] as const).map((shape) =>
    parityCase(`derivatives batchNorm, ${shape.join("x")}`, (draw) => {
      const channels = shape[3];
      // Off centre: a variance computed as E[x²] − E[x]² loses digits there.
      const x = tf.add<tf.Tensor4D>(draw<tf.Rank.R4>(...shape), 3);
      const running = [draw<tf.Rank.R1>(channels), tf.square(draw<tf.Rank.R1>(channels))] as const;
      const [gamma, beta] = [draw<tf.Rank.R1>(channels), draw<tf.Rank.R1>(channels)];
      const followed: tf.Tensor[] = [];
      const follow = (next: derivatives.Running) => void followed.push(...next.map((each) => tf.keep(tf.clone(each))));
      derivatives.batchNorm(x, gamma, beta, 1e-5, { running, momentum: 0.1, follow });
      const norm = (...[x, gamma, beta]: tf.Tensor[]) =>
        derivatives.batchNorm(x as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-5);
      return [...followed, ...taped(draw, norm, x, gamma, beta)];
    })
  ),
  parityCase("derivatives batchNormInference", (draw) => {
    const [a, b, c, d] = [draw<tf.Rank.R1>(7), draw<tf.Rank.R1>(7), draw<tf.Rank.R1>(7), draw<tf.Rank.R1>(7)];
    return [derivatives.batchNormInference(draw<tf.Rank.R4>(4, 3, 3, 7), a, b, 1e-5, [c, tf.square(d)])];
  }),
  tapedCase("derivatives leakyRelu", [[9, 17]], (x) => derivatives.leakyRelu(x!, 0.1)),
  tapedCase("derivatives relu", [[9, 17]], (x) => derivatives.relu(x!)),
  tapedCase("derivatives tanh", [[9, 17]], (x) => derivatives.tanh(x!)),
];

const matMul = (transposeA: boolean, transposeB: boolean): Operation => (a, b) =>
  tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, transposeA, transposeB);

const MATRICES: readonly ParityCase[] = [
  tapedCase("matMul", [[13, 50], [50, 9]], matMul(false, false)),
  tapedCase("matMul, first transposed", [[50, 13], [50, 9]], matMul(true, false)),
  tapedCase("matMul, second transposed", [[13, 50], [9, 50]], matMul(false, true)),
  tapedCase("matMul, both transposed", [[50, 13], [9, 50]], matMul(true, true)),
  tapedCase("matMul, one column", [[13, 50], [50, 1]], matMul(false, false)),
  // Long sums use special kernels.
  tapedCase("matMul, inner size 2048", [[4, 2048], [2048, 64]], matMul(false, false)),
  tapedCase("matMul, inner size 2048, second transposed", [[4, 2048], [64, 2048]], matMul(false, true)),
  tapedCase("matMul of three matrices each", [[3, 8, 5], [3, 8, 4]], (a, b) => tf.matMul(a, b, true, false)),
  tapedCase("transpose", [[3, 4, 5, 6]], (x) => tf.transpose(x, [3, 1, 0, 2])),
];

const SHAPE: number[][] = [[11, 13]];

const REST: readonly ParityCase[] = [
  tapedCase("batch norm from moments", [[4, 5, 5, 7], [7], [7]], (x, gamma, beta) => {
    const { mean, variance } = tf.moments(x!, [0, 1, 2]);
    return tf.add(tf.mul(tf.mul(tf.sub(x!, mean), tf.rsqrt(tf.add(variance, 1e-5))), gamma!), beta!);
  }),
  tapedCase("leakyRelu", SHAPE, (x) => tf.leakyRelu(x!, 0.1)),
  tapedCase("relu", SHAPE, (x) => tf.relu(x!)),
  tapedCase("tanh", SHAPE, (x) => tf.tanh(x!)),
  tapedCase("sigmoid", SHAPE, (x) => tf.sigmoid(x!)),
  // Logits of a confident discriminator: exp(30) must not overflow, nor 1 + exp(−30) round to 1 and lose it.
  tapedCase("softplus at −30 to 30", SHAPE, (x) => tf.softplus(tf.mul(x!, 10))),
  tapedCase("log, exp, sqrt, rsqrt, square", SHAPE, (x) => {
    const positive = tf.add(tf.square(x!), 0.5);
    return tf.addN([tf.log(positive), tf.exp(tf.neg(positive)), tf.sqrt(positive), tf.rsqrt(positive)]);
  }),
  tapedCase("softmax", SHAPE, (x) => tf.softmax(x as tf.Tensor2D)),
  tapedCase("softmax cross-entropy", SHAPE, (x) => {
    const target = tf.softmax(tf.tensor2d(seededRng(0, "parity target").normals(143), [11, 13]));
    return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(x as tf.Tensor2D)), 1)));
  }),
  tapedCase("L2 norm of each row", SHAPE, (x) => tf.sqrt(tf.sum(tf.square(x!), 1))),
  tapedCase("sums and means along axes", [[4, 5, 6, 7]], (x) =>
    tf.add(
      tf.mul(tf.sum(x!, [0, 1, 2]), tf.mean(x!, [1, 2, 0])),
      tf.mul(tf.sum(tf.square(x!), [0, 1, 2]), tf.mean(tf.sum(x!, 3))),
    )),
  tapedCase(
    "arithmetic with broadcasting",
    [[6, 5, 7], [7], [6, 1, 7], [1]],
    (a, b, c, d) => tf.div(tf.sub(tf.mul(a!, b!), c!), tf.add(tf.square(d!), 1)),
  ),
  tapedCase("slice, concat, pad, stack, split, tile", [[6, 8], [6, 3]], (a, b) => {
    const joined = tf.concat([a!, tf.slice(b!, [0, 1], [6, 2])], 1);
    const [left, right] = tf.split(joined, 2, 1) as [tf.Tensor, tf.Tensor];
    return tf.tile(tf.pad(tf.stack([left, right]), [[0, 0], [1, 2], [0, 1]]), [1, 2, 1]);
  }),
  parityCase("where, greater, maximum, step", (draw) => {
    const [a, b, c] = [draw(6, 8), draw(6, 8), draw(6, 8)];
    const choose: Operation = (x, y) => tf.where(tf.greater(c, 0), x!, tf.mul(y!, tf.step(c)));
    return [...taped(draw, choose, a, b), ...taped(draw, (x, y) => tf.maximum(x!, y!), a, b)];
  }),
];

/** All cases. */
export const PARITY_CASES: readonly ParityCase[] = [...CONVOLUTIONS, ...OBLONG, ...DERIVATIVES, ...MATRICES, ...REST];
