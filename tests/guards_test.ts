/** Where float32 would overflow or divide zero by zero: values and gradients of the paper's equations at their extremes. */

import { assert, assertAlmostEquals } from "@std/assert";
import "../src/engine/gradients.ts";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../src/engine/backend.ts";
import { ganObjective } from "../src/paper/s3_problem.ts";
import { sampleConvexCombination } from "../src/paper/s4_1_memory.ts";
import { attend, cycleLoss, norms } from "../src/paper/s4_2_cycle.ts";
import { projectionLoss } from "../src/paper/s4_3_projection.ts";
import { mutualInformationLoss } from "../src/paper/s4_4_mutual_information.ts";
import { anomalyScore } from "../src/paper/s5_3_detection.ts";
import { backendNeeds } from "./backend_needs.ts";
import { testWith } from "./needs.ts";

/** Holds values to what they are in exact arithmetic, as closely as float32 can: a few roundings of 6·10⁻⁸. */
async function assertValues(got: tf.Tensor, wanted: readonly number[], what: string): Promise<void> {
  const values = await got.data();
  assert(values.length === wanted.length, what);
  wanted.forEach((value, i) => assertAlmostEquals(values[i]!, value, 1e-6 * Math.max(1, Math.abs(value)), what));
}

for (const backend of ["cpu", "native", "wasm", "webgpu"] as const) {
  const test = (name: string, fn: () => Promise<void>) =>
    testWith(backendNeeds(backend), `${name}, on ${backend}`, async () => {
      await startBackend({ only: backend });
      await fn();
    });

  test("gan-objective: neither logarithm overflows where D is sure, right or wrong, nor does a gradient", async () => {
    // exp(−110) is no number of float32: a D of that size is 0, and its logarithm −∞. That of exp(−1000) is none of float64.
    for (const logit of [110, 1000]) {
      for (const [real, fake] of [[logit, -logit], [-logit, logit]] as const) {
        const wrong = real < 0;
        const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
          ganObjective(a as tf.Tensor1D, b as tf.Tensor1D)
        )([tf.tensor1d([real]), tf.tensor1d([fake])]);
        await assertValues(value, [wrong ? -2 * logit : 0], `V at ${real} and ${fake}`);
        await assertValues(grads[0]!, [wrong ? 1 : 0], `dV/dℓ of a real pair at ${real}`);
        await assertValues(grads[1]!, [wrong ? -1 : 0], `dV/dℓ of a generated pair at ${fake}`);
      }
    }
  });

  test("mi-loss: where α′ favours one unit by e^1000 the loss is finite and right, and so is its gradient", async () => {
    const M = tf.tensor2d([[1000], [0]]);
    const loss = (code: tf.Tensor) => mutualInformationLoss(M, tf.tensor2d([[0.5, 0.5]]), code as tf.Tensor2D);
    const { value, grad } = tf.valueAndGrad(loss)(tf.ones([1, 1]));
    // −½·log 1 − ½·log e^−1000, and (α′ − α)·Mz′ = (½, −½)·(1000, 0).
    await assertValues(value, [500], "l_mi");
    await assertValues(grad, [500], "dl_mi/dz′");
  });

  test("mem-attention-softmax: attention to a code of the length 1000 is finite and adds up to 1", async () => {
    const M = tf.tensor2d([[1, 0], [0, 1], [-1, 0]]);
    const weighted = (z: tf.Tensor) => tf.sum(tf.mul(attend(M, z as tf.Tensor2D), [1, 2, 3]));
    const z = tf.tensor2d([[1000, 0]]);
    await assertValues(attend(M, z), [1, 0, 0], "α");
    await assertValues(tf.grad(weighted)(z), [0, 0], "dα/dz");
  });

  test("mem-sampling-convex: α of a random vector with coordinates of 1000 is finite and adds up to 1", async () => {
    const { alpha, z } = sampleConvexCombination(tf.tensor2d([[3], [7]]), tf.tensor2d([[1000, 1000], [-1000, 1000]]));
    await assertValues(alpha, [0.5, 0.5, 0, 1], "α");
    await assertValues(z, [5, 7], "z");
  });

  test("choice-norm: where what is compared is equal the norm is 10⁻⁶ at most and its gradient 0, not 0/0", async () => {
    const x = tf.ones([2, 3]);
    // √(0 + 10⁻¹²); Eq. 8's score of an image that is rebuilt exactly is the same.
    for (const norm of [norms(tf.zeros([1, 3])), anomalyScore(tf.ones([1, 3]), tf.ones([1, 3]))]) {
      assertAlmostEquals((await norm.data())[0]!, 1e-6, 1e-9);
    }
    await assertValues(tf.grad((made: tf.Tensor) => cycleLoss(x, made))(x), Array(6).fill(0), "dl_cyc");
    // The only convex combination of one unit is the unit.
    const unit = tf.tensor2d([[1, 2]]);
    await assertValues(tf.grad((z: tf.Tensor) => projectionLoss(unit, z as tf.Tensor2D))(unit), [0, 0], "dl_proj");
  });
}
