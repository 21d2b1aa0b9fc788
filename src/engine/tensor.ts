/**
 * TensorFlow.js's types of tensors, by the names that it has for them: those of the public API, where each is to be documented.
 *
 * @module
 */

import type * as tf from "@tensorflow/tfjs-core";

/** A tensor of any rank. */
export type Tensor = tf.Tensor;
/** A number. */
export type Scalar = tf.Scalar;
/** A vector, [m]. */
export type Tensor1D = tf.Tensor1D;
/** A matrix, [m, d]. */
export type Tensor2D = tf.Tensor2D;
/** Images, [m, h, w, c]. */
export type Tensor4D = tf.Tensor4D;
