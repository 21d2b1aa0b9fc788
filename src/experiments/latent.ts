/**
 * The latent space of a trained memgan: its memory units, and the codes of normal and of abnormal test images.
 *
 * @module
 */

import type { Dataset } from "../data/dataset.ts";
import type { Images } from "../data/images.ts";
import { gather, spread } from "../data/images.ts";
import type { Point } from "../paper/s5_2_polytope.ts";
import { prepareData } from "./prepare.ts";
import type { Trained } from "./trained.ts";

/** Points in the latent space, d coordinates each. */
export interface Latent {
  /** M, n units. */
  readonly memory: Point[];
  /** How far training moved M: ‖M − M₀‖ over ‖M₀‖, its norm at the start. */
  readonly moved: number;
  /** E(x) of the images that it was trained on, which are of the normal class. */
  readonly train: Point[];
  /** E(x) of test images of the normal class. */
  readonly normal: Point[];
  /** E(x) of test images of other classes. */
  readonly anomaly: Point[];
}

function rowsOf(values: ArrayLike<number>, width: number): Point[] {
  return Array.from(
    { length: values.length / width },
    (_, i) => Array.from({ length: width }, (_, k) => values[i * width + k]!),
  );
}

/**
 * The latent space of a run; a backend must be running.
 *
 * @param trained The run.
 * @param data The data set that it was trained on.
 * @param most The maximum number of images of each kind.
 * @returns Its units and codes.
 */
export async function latentOf(
  { spec, recipe, moved, load }: Trained,
  data: Dataset,
  most: number,
): Promise<Latent> {
  const memgan = await load();
  const { train, evaluated: { images, labels } } = prepareData(spec, data);
  const codesOf = async (images: Images, indices: readonly number[]) =>
    rowsOf(await memgan.encode(gather(images, spread(indices, most))), recipe.width);
  const labelled = (label: 0 | 1) => [...labels.keys()].filter((i) => labels[i] === label);
  try {
    const { values } = (await memgan.save())["memory"]!;
    return {
      memory: rowsOf(values, recipe.width),
      moved: moved ?? await memgan.memoryMoved(),
      train: await codesOf(train.images, [...Array(train.images.count).keys()]),
      normal: await codesOf(images, labelled(0)),
      anomaly: await codesOf(images, labelled(1)),
    };
  } finally {
    memgan.dispose();
  }
}
