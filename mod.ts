/**
 * MEMGAN (Yang, Zhang, Soltani Bozchalooi, Darve, arXiv 2002.02669), equation by equation.
 *
 * Everything that the paper defines is a pure function on TensorFlow.js tensors, named in the paper's terms. The networks and
 * optimisers that `trainStep` moves are in `@memgan/memgan/nn`.
 *
 * For images of your own: `startBackend`, `readImages`, `createDetector`, `saveDetector` and `loadDetector`. `createMethod` makes
 * the detectors of the paper's tables, which score and give no verdicts.
 *
 * @example Eq. 5, the projection onto a memory of two units, on TensorFlow.js's plain backend
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { project } from "@memgan/memgan";
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@tensorflow/tfjs-backend-cpu";
 *
 * const M = tf.tensor2d([[1, 0], [-1, 0]]);
 * assertAlmostEquals(project(M, tf.tensor2d([[1, 0]])).dataSync()[0]!, Math.tanh(1), 1e-6);
 * ```
 *
 * @module
 */

export { aliObjective, ganObjective } from "./src/paper/s3_problem.ts";
export { sampleConvexCombination } from "./src/paper/s4_1_memory.ts";
export { attend, cycleLoss, project } from "./src/paper/s4_2_cycle.ts";
export { projectionLoss } from "./src/paper/s4_3_projection.ts";
export { mutualInformationLoss } from "./src/paper/s4_4_mutual_information.ts";
export { trainStep } from "./src/paper/s4_5_training.ts";
export type { Players } from "./src/paper/s4_5_training.ts";
export { LOSS_TERMS, REMOVABLE } from "./src/paper/terms.ts";
export type { Removable } from "./src/paper/terms.ts";
export { convexHull } from "./src/paper/s5_2_hull.ts";
export { distanceToHull, polytopeContains } from "./src/paper/s5_2_polytope.ts";
export type { Point } from "./src/paper/s5_2_polytope.ts";
export { optimiseMemory, propositionObjective } from "./src/paper/s5_2_topology.ts";
export type { Objective, OptimisedMemory } from "./src/paper/s5_2_topology.ts";
export { anomalyScore } from "./src/paper/s5_3_detection.ts";
export { auroc } from "./src/experiments/auroc.ts";

export { createDetector } from "./src/images/detector.ts";
export type { AnyImages, DetectorOptions, ImageDetector, Learned } from "./src/images/image_detector.ts";
export { loadDetector, saveDetector } from "./src/images/model_file.ts";
export type { Origin } from "./src/images/model_file.ts";
export { readImages } from "./src/images/folder.ts";
export type { ReadImage, Unreadable } from "./src/images/folder.ts";
export type { Decoded, Decoding } from "./src/images/decode.ts";
export { ImageError } from "./src/images/files.ts";
export type { ImageFile } from "./src/images/files.ts";
export { StoreError } from "./src/platform/files.ts";
export { createMethod } from "./src/detectors/create.ts";
export type { DetectorOf, MethodOptions } from "./src/detectors/create.ts";
export { DETECTORS, METHODS } from "./src/detectors/method_names.ts";
export type { DetectorName, Method } from "./src/detectors/method_names.ts";
export type { RecipeOf } from "./src/detectors/recipes/recipes.ts";
export type { AdganRecipe } from "./src/detectors/adgan.ts";
export type { AladRecipe } from "./src/detectors/alad.ts";
export type { DagmmRecipe } from "./src/detectors/dagmm.ts";
export type { DcaeRecipe } from "./src/detectors/dcae.ts";
export type { DsebmRecipe } from "./src/detectors/dsebm.ts";
export type { DsvddRecipe } from "./src/detectors/dsvdd.ts";
export type { IforestRecipe } from "./src/detectors/iforest.ts";
export type { KdeRecipe } from "./src/detectors/kde.ts";
export type { MemaeRecipe } from "./src/detectors/memae.ts";
export type { OcsvmRecipe } from "./src/detectors/ocsvm.ts";
export type { OcsvmOracleRecipe } from "./src/detectors/ocsvm_oracle.ts";
export type { PcaRecipe } from "./src/detectors/pca.ts";
export type { GanRecipe } from "./src/detectors/training/adversarial.ts";
export type { Schedule } from "./src/detectors/training/autoencoding.ts";
export { createMemgan } from "./src/detectors/memgan.ts";
export type { Memgan } from "./src/detectors/memgan.ts";
export { CIFAR10_RECIPE, MNIST_RECIPE } from "./src/detectors/recipes/memgan.ts";
export type { MemganRecipe } from "./src/detectors/recipes/memgan.ts";
export { CheckpointError, NonFiniteLossError } from "./src/detectors/detector.ts";
export type {
  Checkpoint,
  Detector,
  EpochReport,
  FitOptions,
  MemoryDetector,
  NamedArray,
  Undecided,
} from "./src/detectors/detector.ts";
export type { Images, ImageShape, NormalTrain } from "./src/data/images.ts";
export { fitPreprocessing, PREPROCESSINGS } from "./src/data/preprocess.ts";
export type { Preprocessing, Range, Transform } from "./src/data/preprocess.ts";
export { BACKENDS, startBackend } from "./src/engine/backend.ts";
export type { Backend, BackendName, BackendOptions, Computing } from "./src/engine/backend.ts";
export { BackendError } from "./src/engine/backend_error.ts";

// What the signatures above are made of; to have any, see `nn.ts`.
export type { Optimiser } from "./src/engine/descend.ts";
export type { Discriminator, Encoder, Generator, Layer, Mask, Mode, Parameterised } from "./src/engine/layer.ts";
export type { Parameter } from "./src/engine/parameter.ts";
export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from "./src/engine/tensor.ts";
