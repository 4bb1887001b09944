/**
 * The decoder's output with a latent at a share of its largest activation: exact for a linear decoder.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** What a strip is computed from, one number a pixel each. */
export interface LinearTiles {
  /** The decoder's output without the latent, in units of the data. */
  base: ArrayLike<number>;
  /** Levels of the latent's effect tile: 128 is no change, */
  effect: ArrayLike<number>;
  /** and 255 this change, in units of the data. */
  effectScale: number;
}

/** The values of the data that are drawn black and white. */
export interface Range {
  black: number;
  white: number;
}

/** A latent's activation in the base and in its effect tile. */
export interface Activations {
  /** 0, or the mean activation of a sigmoid latent. */
  atRest: number;
  largest: number;
}

/**
 * The decoder's output at a share of the largest activation, in units of the data.
 *
 * The decoder is linear, so that its output is base + (activation − atRest) / (largest − atRest) · effect.
 */
export function strengthValues(
  { base, effect, effectScale }: LinearTiles,
  { share, atRest, largest }: Activations & { share: number },
): Float64Array<ArrayBuffer> {
  const part = largest === atRest ? 0 : (share * largest - atRest) / (largest - atRest);
  return Float64Array.from(base, (value, i) => value + part * effectScale * (effect[i] - 128) / 127);
}

/** Levels of values: 0 at black, 255 at white, cut off beyond. */
export function levelsOfValues(
  values: ArrayLike<number>,
  { black, white }: Range,
): Uint8ClampedArray<ArrayBuffer> {
  return Uint8ClampedArray.from(values, (value) => (value - black) / (white - black) * 255);
}
