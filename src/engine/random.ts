/**
 * The random number generator: one seed, named generators, every draw made on the host.
 *
 * A draw depends on the seed, the generator's name and its index, never on the backend or on other generators. Training takes
 * a fresh generator of each name every epoch, so that a run resumed at an epoch draws what the uninterrupted run would have
 * drawn, and no state has to be stored.
 *
 * @module
 */

/** A seeded generator of pseudo-random numbers. */
export interface Rng {
  /** A number in [0, 1), a multiple of 2⁻²⁴, so exact in float32. */
  uniform(): number;
  /** A standard normal number (Box and Muller's polar method). */
  normal(): number;
  /** `length` uniform numbers. */
  uniforms(length: number): Float32Array;
  /** `length` standard normal numbers. */
  normals(length: number): Float32Array;
  /** The integers 0 … `length` − 1 in random order (Fisher and Yates). */
  permutation(length: number): Uint32Array;
}

/** Four 32-bit words from a text: FNV-1a over it from four offsets, each finished by Murmur3's avalanche. */
function words(text: string): [number, number, number, number] {
  const state = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35] as [number, number, number, number];
  for (let lane = 0; lane < 4; lane++) {
    let h = state[lane]!;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    state[lane] = h ^ (h >>> 16);
  }
  return state;
}

/**
 * xoroshiro128+ (Blackman and Vigna, 2018), of which the upper 24 bits of the lower 32 are taken: the lowest are its weak ones.
 *
 * It is written out because dropout draws half a million numbers per step: with its state in an array of 32-bit integers it
 * takes half the time of a library whose state is in an object. A test checks it against that library.
 *
 * @param state The upper and lower halves of its two words of 64 bits; changed.
 * @returns The next number, in 0 … 2²⁴ − 1.
 */
export function xoroshiro128plus(state: Int32Array): number {
  const s01 = state[0]!, s00 = state[1]!, s11 = state[2]!, s10 = state[3]!;
  const a0 = s10 ^ s00, a1 = s11 ^ s01;
  state[1] = s00 << 24 ^ s01 >>> 8 ^ a0 ^ a0 << 16;
  state[0] = s01 << 24 ^ s00 >>> 8 ^ a1 ^ (a1 << 16 | a0 >>> 16);
  state[3] = a1 << 5 ^ a0 >>> 27;
  state[2] = a0 << 5 ^ a1 >>> 27;
  return (s00 + s10) >>> 8;
}

/**
 * The generator of a seed, a name and an index.
 *
 * @param seed The run's seed, a whole number.
 * @param name What is drawn: `init`, `shuffle`, `alpha`, `dropout`, …
 * @param index Which of the name's generators, for instance the epoch.
 * @returns A generator that always yields the same numbers.
 * @throws {RangeError} If `seed` or `index` is not a whole number ≥ 0.
 *
 * @example The same name and seed draw the same numbers, another name draws others
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { seededRng } from "./random.ts";
 *
 * assertEquals(seededRng(0, "alpha").uniforms(3), seededRng(0, "alpha").uniforms(3));
 * assertNotEquals(seededRng(0, "alpha").uniforms(3), seededRng(0, "dropout").uniforms(3));
 * assertEquals([...seededRng(7, "shuffle").permutation(4)].sort(), [0, 1, 2, 3]);
 * ```
 */
export function seededRng(seed: number, name: string, index = 0): Rng {
  for (const [what, value] of [["seed", seed], ["index", index]] as const) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Cannot seed a generator: ${what} must be a whole number >= 0, it is ${value}`);
    }
  }
  const state = Int32Array.from(words(`${seed}/${name}/${index}`));
  for (let i = 0; i < 16; i++) xoroshiro128plus(state);
  let spare: number | undefined;
  const uniform = () => xoroshiro128plus(state) / 0x1000000;
  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    let u, v, s;
    do {
      u = 2 * uniform() - 1;
      v = 2 * uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt(-2 * Math.log(s) / s);
    spare = v * scale;
    return u * scale;
  };
  const fill = (length: number, draw: () => number) => {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i++) values[i] = draw();
    return values;
  };
  return {
    uniform,
    normal,
    uniforms: (length) => fill(length, uniform),
    normals: (length) => fill(length, normal),
    permutation(length) {
      const order = Uint32Array.from({ length }, (_, i) => i);
      for (let i = length - 1; i > 0; i--) {
        const j = Math.floor(uniform() * (i + 1));
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return order;
    },
  };
}
