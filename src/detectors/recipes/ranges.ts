/**
 * The ranges of hyper-parameters.
 *
 * @module
 */

import { z } from "zod";
import type { ImageShape } from "../../data/images.ts";

/** A whole number of at least so many. */
export const whole = (least: number): z.ZodInt => z.int().min(least);

/** A number above 0. */
export const positive: z.ZodNumber = z.number().positive();

/** 0 or a number above it: a weight, a decay. */
export const weight: z.ZodNumber = z.number().min(0);

/** A number from 0 to below 1: a dropout rate, Adam's β. */
export const fraction: z.ZodNumber = z.number().min(0).lt(1);

/** A number above 0, at most 1: a share. */
export const share: z.ZodNumber = z.number().positive().max(1);

/** A power of 2 whose square neither overflows float32 nor vanishes in it. */
export const exponent: z.ZodNumber = z.number().min(-30).max(30);

/** A run's seed. */
export const SEED: z.ZodInt = whole(0);

/** The size of images. */
export const SHAPE: z.ZodType<ImageShape> = z.object({ height: whole(1), width: whole(1), channels: whole(1) });

/** Batches have two images at least, since batch normalisation cannot tell one from its mean. */
export const schedule = { epochs: whole(0), batch: whole(2), learningRate: positive };

/** What all GANs have. */
export const gan = { ...schedule, latent: whole(1), beta1: fraction, averaging: fraction.exactOptional() };
