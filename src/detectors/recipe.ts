/**
 * Every hyper-parameter of MEMGAN that the paper leaves open, with the value in use.
 *
 * @module
 */

/** A complete description of how MEMGAN is trained. */
export interface MemganRecipe {
  /** n, the number of memory units (paper: 50 on MNIST). */
  units: number;
  /** d, the size of a memory unit (paper: 64 on MNIST). */
  width: number;
  /** Passes over the training images (paper: 7 on MNIST). */
  epochs: number;
  /** m, images a step. */
  batch: number;
  /** The learning rate of all four Adam optimisers (paper: 1e-5 to 1e-4). */
  learningRate: number;
  /** Memory units start as N(0, memoryScale²). */
  memoryScale: number;
  /** Eq. 7's random vector is N(0, alphaScale²) before its softmax. */
  alphaScale: number;
  /** D's dropout rate. */
  dropout: number;
}
