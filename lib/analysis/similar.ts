/**
 * The latents whose effect on the output is most alike, by cosine.
 *
 * Every pair is compared if that takes no more than a second or two. Of more latents each is compared with those of its own
 * group, the latents that are nearest to the same one of √n latents, and with those of a second group of that kind.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { norm } from "../norm.ts";
import { Rng } from "../rng.ts";
import { eachProduct } from "./cosines.ts";
import { Nearest } from "./nearest.ts";
import { round4 } from "./rounding.ts";

/** Latents that are named. */
const SIMILAR = 5;
/** Multiplications of all pairs, and numbers in memory for them, that are still affordable. */
const MOST_MULTIPLICATIONS = 2 ** 31, MOST_VALUES = 2 ** 24;
/** Numbers that stand for an effect while groups are made: its values added up in random places with random signs. */
const SKETCH = 128;
/** Latents of a group that are compared with each other; a larger group is taken in parts. */
const MOST_IN_GROUP = 512;
/** Times that groups are made, each around other latents: what one of them parts may be together in another. */
const GROUPINGS = 2;
/** Latents of the groups that are nearest by their sketches, of which the exact cosine is computed. */
const CANDIDATES = 16;

/** The effects to compare. */
export interface Effects {
  /** The latents, each with an effect other than 0. */
  latents: number[];
  /** Numbers in an effect. */
  width: number;
  /** A latent's effect, `[width]`. */
  effectOf(latent: number): Float32Array;
}

/** What {@linkcode similarLatents} finds. */
export interface SimilarLatents {
  /** Whether every pair was compared. */
  isExact: boolean;
  /** The most similar latents of one, the most similar first; none if it was not among those compared. */
  of(latent: number): { latents: number[]; cosines: number[] };
}

/** See the module comment. */
export function similarLatents(effects: Effects): SimilarLatents {
  const { latents, width } = effects;
  const n = latents.length;
  const isExact = n * n / 2 * width <= MOST_MULTIPLICATIONS && n * width <= MOST_VALUES;
  const nearest = isExact ? amongAll(effects) : withinGroups(effects);
  const placeOf = new Map(latents.map((latent, i) => [latent, i]));
  return {
    isExact,
    of(latent) {
      const i = placeOf.get(latent);
      const found = i === undefined ? [] : nearest.of(i);
      return { latents: found.map(({ j }) => latents[j]), cosines: found.map(({ cosine }) => round4(cosine)) };
    },
  };
}

function amongAll({ latents, width, effectOf }: Effects): Nearest {
  const units = new Float64Array(latents.length * width);
  latents.forEach((latent, i) => units.set(unit(effectOf(latent)), i * width));
  const nearest = new Nearest(latents.length, SIMILAR);
  eachProduct(units, {
    width,
    offer(i, j, cosine) {
      nearest.offer(i, j, cosine);
      nearest.offer(j, i, cosine);
    },
  });
  return nearest;
}

function withinGroups(effects: Effects): Nearest {
  const { latents, effectOf } = effects;
  const sketches = sketchesOf(effects);
  const candidates = new Nearest(latents.length, CANDIDATES);
  const groupings = Array.from({ length: GROUPINGS }, (_, grouping) => groupsOf(sketches, grouping / GROUPINGS));
  for (const rows of groupings.flat()) {
    for (let first = 0; first < rows.length; first += MOST_IN_GROUP) {
      const own = rows.slice(first, first + MOST_IN_GROUP);
      const values = new Float64Array(own.length * SKETCH);
      own.forEach((row, i) => values.set(sketches.subarray(row * SKETCH, (row + 1) * SKETCH), i * SKETCH));
      eachProduct(values, {
        width: SKETCH,
        offer(i, j, product) {
          candidates.offer(own[i], own[j], product);
          candidates.offer(own[j], own[i], product);
        },
      });
    }
  }
  const nearest = new Nearest(latents.length, SIMILAR);
  latents.forEach((latent, i) => {
    const effect = effectOf(latent), length = norm(effect);
    for (const { j } of candidates.of(i)) {
      const other = effectOf(latents[j]);
      nearest.offer(i, j, product(effect, other) / (length * norm(other)));
    }
  });
  return nearest;
}

/** Each effect's values added up in random places with random signs, at length 1, `[n, SKETCH]`: cosines stay about the same. */
function sketchesOf({ latents, width, effectOf }: Effects): Float64Array {
  const rng = Rng.fromSeed(0, "similar");
  const places = Uint8Array.from({ length: width }, () => rng.below(SKETCH));
  const signs = Int8Array.from({ length: width }, () => 2 * rng.below(2) - 1);
  const sketches = new Float64Array(latents.length * SKETCH);
  latents.forEach((latent, i) => {
    const effect = effectOf(latent), own = sketches.subarray(i * SKETCH, (i + 1) * SKETCH);
    for (let d = 0; d < width; d++) own[places[d]] += signs[d] * effect[d];
    own.set(unit(own));
  });
  return sketches;
}

/** Rows that are nearest to the same of √n rows; these are evenly spread from `offset` on, a share of their distance. */
function groupsOf(sketches: Float64Array, offset: number): number[][] {
  const n = sketches.length / SKETCH, count = Math.ceil(Math.sqrt(n));
  const groups = Array.from({ length: count }, () => [] as number[]);
  const centres = new Float64Array(count * SKETCH);
  for (let g = 0; g < count; g++) {
    const row = Math.min(n - 1, Math.floor((g + offset) * n / count));
    centres.set(sketches.subarray(row * SKETCH, (row + 1) * SKETCH), g * SKETCH);
  }
  for (let row = 0; row < n; row++) {
    let best = 0, largest = -Infinity;
    for (let g = 0; g < count; g++) {
      let sum = 0;
      for (let k = 0; k < SKETCH; k++) sum += centres[g * SKETCH + k] * sketches[row * SKETCH + k];
      if (sum > largest) {
        largest = sum;
        best = g;
      }
    }
    groups[best].push(row);
  }
  return groups;
}

/** A vector at length 1; the zero vector stays what it is. */
function unit(values: Float32Array | Float64Array): Float64Array {
  const length = norm(values) || 1;
  return Float64Array.from(values, (value) => value / length);
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
