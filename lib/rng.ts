/**
 * The project's only source of randomness: a seeded generator whose state can be stored and restored.
 *
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), its four words filled
 * from the random seed by splitmix32. Not for cryptography. `Math.random` is banned elsewhere.
 *
 * Imports nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The four 32-bit words of a generator, as stored in a checkpoint. */
export type RngState = readonly [number, number, number, number];

/** A seeded generator of uniform and normal numbers. */
export class Rng {
  #s: Uint32Array;

  /** @param state Four words, not all zero. Use {@linkcode Rng.fromSeed} to start from a seed. */
  constructor(state: RngState) {
    if (state.every((word) => word === 0)) {
      throw new RangeError("Cannot start Rng: all words are 0, expected at least one set bit");
    }
    this.#s = Uint32Array.from(state);
  }

  /**
   * A generator for one purpose.
   *
   * @param seed Any integer of at most 53 bits.
   * @param stream What the numbers are for. Two streams of one random seed are unrelated, so that drawing more numbers
   * for one purpose (say, initial weights) never changes another (the shuffle).
   *
   * @example
   * ```ts
   * import { Rng } from "./rng.ts";
   * import assert from "node:assert/strict";
   *
   * assert.equal(Rng.fromSeed(7, "init").uniform(), Rng.fromSeed(7, "init").uniform());
   * assert.notEqual(Rng.fromSeed(7, "init").uniform(), Rng.fromSeed(7, "shuffle").uniform());
   * ```
   */
  static fromSeed(seed: number, stream: string): Rng {
    let hash = 0x811c9dc5; // FNV-1a over the stream's name, then both halves of the random seed
    const absorb = (word: number) => hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
    for (const char of stream) absorb(char.codePointAt(0)!);
    absorb(seed >>> 0);
    absorb(Math.floor(seed / 2 ** 32) >>> 0);
    const splitmix32 = () => {
      hash = (hash + 0x9e3779b9) >>> 0;
      let z = hash;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return (z ^ (z >>> 16)) >>> 0;
    };
    return new Rng([splitmix32(), splitmix32(), splitmix32(), splitmix32()]);
  }

  /** A copy of the four words; `new Rng(state)` continues from here. */
  get state(): RngState {
    return [this.#s[0], this.#s[1], this.#s[2], this.#s[3]];
  }

  /** The next integer in [0, 2³²). */
  uint32(): number {
    const s = this.#s;
    const result = Math.imul(rotl(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11);
    return result;
  }

  /** A number in [min, max), with 53 random bits before scaling. */
  uniform(min = 0, max = 1): number {
    const bits = (this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6);
    return min + (max - min) * bits * 2 ** -53;
  }

  /** A normal number (Box and Muller 1958, the cosine branch). */
  normal(mean = 0, standardDeviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return mean + standardDeviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** An integer in [0, n), without modulo bias (rejection of the incomplete last block). */
  below(n: number): number {
    const limit = 2 ** 32 - (2 ** 32 % n);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % n;
  }

  /** The integers 0 … n−1 in random order (Fisher and Yates, Durstenfeld's form). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

function rotl(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
