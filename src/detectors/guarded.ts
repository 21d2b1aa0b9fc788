/**
 * The door of every detector: what comes in is checked, what goes out is finite, and what was taken is given back.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { z } from "zod";
import type { Images, ImageShape } from "../data/images.ts";
import { checkImages, checkNormalTrain, sizeText } from "../data/images.ts";
import type { Parameter } from "../engine/parameter.ts";
import { checked } from "../platform/checked.ts";
import type { Detector, FitOptions, NamedArray } from "./detector.ts";
import { SEED, SHAPE, whole } from "./recipes/ranges.ts";
import { restore, snapshot } from "./training/weights.ts";

/** What every detector computes, behind the door. */
interface Model {
  /** The number of epochs of a fit; 0 if it has none. */
  readonly epochs: number;
  /** Fits it on at least one image. */
  fit(images: Images, options: FitOptions): Promise<void>;
  /** One score per image. */
  score(images: Images): Promise<Float32Array>;
  /** The pixels of each image as the method reconstructs it. */
  reconstruct?(images: Images): Promise<Float32Array>;
}

/** A detector whose parameters exist before it is fitted. */
export interface NetworkModel extends Model {
  /** The parameters that it saves. */
  readonly saved: readonly Parameter[];
  /** Those that it needs for training alone. */
  readonly unsaved?: readonly Parameter[];
  /** Called after they were restored. */
  restored?(): void;
  /** Brings up to date what it saves and has not needed yet. */
  settle?(): Promise<void>;
}

/** A detector that is nothing before it is fitted. */
export interface FittedModel extends Model {
  /** What it learned, by name. */
  save(): Record<string, NamedArray>;
  /** Restores what `save` returned; returns the number of values of an image that it scores. */
  load(arrays: Readonly<Record<string, NamedArray>>): number;
}

/** What a detector is made from. */
export interface Ingredients<R> {
  /** Holds for its recipes. */
  readonly schema: z.ZodType<R>;
  /** Its hyper-parameters. */
  readonly recipe: R;
  /** The run's seed; nothing for a method that draws none. */
  readonly seed?: number;
  /** The size of its images; nothing where the images that it is fitted on decide. */
  readonly shape?: ImageShape | undefined;
}

/** Does something on images, which are checked first, as a detector that can score; or without any, at any time. */
export type Use = <T>(doing: string, work: () => Promise<T>, ...of: readonly Images[]) => Promise<T>;

const parametersOf = ({ saved, unsaved = [] }: NetworkModel): readonly Parameter[] => [...saved, ...unsaved];

/** The result of a function, and the tensors that it keeps; if it throws, none. */
function keeping<T>(make: () => T): [result: T, tensors: readonly tf.Tensor[]] {
  const engine = tf.engine();
  engine.startScope("detector");
  const { track } = engine.state.activeScope;
  try {
    const result = make();
    return [result, [...track]];
  } catch (error) {
    tf.dispose([...track]);
    throw error;
  } finally {
    engine.endScope();
  }
}

/**
 * Makes a detector that checks all that it is given.
 *
 * @param method The row's name.
 * @param ingredients What it is made from.
 * @param make Makes what it computes from the checked recipe, and with `use` its further functions, which are `extra`.
 * @returns The detector.
 * @throws {RangeError} If a hyper-parameter or the seed is out of its range.
 * @throws {TypeError} If one is missing, unknown or of another type.
 */
export function guarded<R, E extends object = Record<never, never>>(
  method: string,
  { schema, recipe, seed, shape }: Ingredients<R>,
  make: (recipe: R, use: Use) => (NetworkModel | FittedModel) & { readonly extra?: E },
): Detector & E {
  const creating = `create ${method}`;
  const sound = checked(schema, recipe, creating, "recipe");
  if (seed !== undefined) checked(SEED, seed, creating, "seed");
  if (shape !== undefined) checked(SHAPE, shape, creating, "shape");

  let [ready, running, touched] = [false, 0, false];
  /** The size of the images that it takes, as far as it is known. */
  let size: ImageShape | number | undefined = shape;

  const use: Use = async (doing, work, ...of) => {
    const what = `${doing} with ${method}`;
    live(what);
    if (!ready && of.length > 0) throw new TypeError(`Cannot ${what}: it is not fitted; call fit or load before`);
    for (const images of of) check(images, what);
    return await run(work);
  };
  const [made, tensors] = keeping(() => make(sound, use));
  let model: typeof made | undefined = made;
  const { epochs, extra } = made;
  // What has no epochs is its networks as they start.
  if ("saved" in made) ready = epochs === 0;

  function live(what: string): typeof made {
    if (model === undefined) throw new TypeError(`Cannot ${what}: it is disposed of`);
    return model;
  }
  function idle(what: string): typeof made {
    if (running > 0) throw new TypeError(`Cannot ${what}: it is at work; await what it does`);
    return live(what);
  }
  /** Sets parameters as they start if a fit has changed them: another fit does not depend on it. */
  function startOver(now: typeof made, of: typeof parametersOf): void {
    if (!("saved" in now) || !touched || of(now).length === 0) return;
    const [other, kept] = keeping(() => make(sound, use));
    const fresh = other as NetworkModel;
    of(now).forEach((parameter, i) => parameter.set(tf.clone(of(fresh)[i]!.value)));
    tf.dispose([...parametersOf(fresh).map(({ value }) => value), ...kept]);
  }
  async function run<T>(work: () => Promise<T>): Promise<T> {
    running++;
    try {
      return await work();
    } finally {
      running--;
    }
  }
  function check(images: Images, what: string): void {
    checkImages(images, what);
    const { height, width, channels } = images;
    const fits = typeof size === "number"
      ? height * width * channels === size
      : size === undefined || sizeText(size) === sizeText(images);
    if (fits) return;
    const wanted = typeof size === "number" ? `have ${size} pixels` : `be ${sizeText(size!)}`;
    throw new RangeError(`Cannot ${what}: images must ${wanted}, they are ${sizeText(images)}`);
  }

  const detector: Detector = {
    method,
    epochs,
    async fit(train, options = {}) {
      const what = `fit ${method}`;
      const now = idle(what);
      const images = checkNormalTrain(train, what);
      if (shape !== undefined) check(images, what);
      const { resume, onEpoch } = options;
      if (resume !== undefined) checked(whole(0).max(epochs), resume.epoch, what, "resume.epoch");
      const { height, width, channels } = images;
      ready = false;
      size = { height, width, channels };
      startOver(now, parametersOf);
      touched = true;
      await run(() =>
        now.fit(images, {
          ...options,
          // Between two epochs it can score: a monitor does.
          onEpoch: onEpoch && (async (report) => {
            ready = true;
            try {
              await onEpoch(report);
            } finally {
              ready = false;
            }
          }),
        })
      );
      ready = true;
    },
    score: (images) =>
      use("score", async () => {
        if (images.count === 0) return new Float32Array();
        const scores = await made.score(images);
        const at = scores.findIndex((score) => !Number.isFinite(score));
        if (at < 0) return scores;
        throw new RangeError(`Cannot score with ${method}: the score of image ${at} is ${scores[at]}`);
      }, images),
    ...(made.reconstruct && {
      reconstruct: (images: Images) =>
        use("reconstruct", async () => ({ ...images, pixels: await made.reconstruct!(images) }), images),
    }),
    async save() {
      const now = live(`save ${method}`);
      if (running > 0 && !ready) idle(`save ${method}`);
      if ("saved" in now) {
        await now.settle?.();
        return await snapshot(now.saved);
      }
      if (!ready) throw new TypeError(`Cannot save ${method}: it is not fitted; call fit or load before`);
      return now.save();
    },
    load(arrays) {
      const now = idle(`load ${method}`);
      if ("saved" in now) {
        restore(method, now.saved, arrays);
        startOver(now, ({ unsaved = [] }) => unsaved);
        now.restored?.();
        touched = false;
      } else {
        ready = false;
        const values = now.load(arrays);
        if (shape !== undefined && values !== shape.height * shape.width * shape.channels) {
          throw new RangeError(
            `Cannot load ${method}: its images are ${
              sizeText(shape)
            }, what is loaded is for images of ${values} pixels`,
          );
        }
        size = shape ?? values;
      }
      ready = true;
    },
    dispose() {
      if (model === undefined) return;
      idle(`dispose of ${method}`);
      if ("saved" in model) { for (const parameter of parametersOf(model)) parameter.dispose(); }
      tf.dispose([...tensors]);
      model = undefined;
    },
  };
  return Object.assign(detector, extra) as Detector & E;
}
