/**
 * How much of a dictionary is found again by another one, and by the runs that differ in the random seed alone.
 *
 * A latent's directions are the decoder's column and the encoder's row of a one-layer model (`directions.ts`); models with
 * hidden layers have none. Dead latents are not matched and count as found by nobody. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Directions } from "../directions.ts";
import { norm } from "../../norm.ts";
import { matchDirections, type MatchingOptions } from "./matching.ts";

/** A pair of latents is shared if both of its cosines are above this (Paulo and Belrose, arXiv 2501.16615). */
export const SHARED_ABOVE = 0.7;

/** A dictionary that is compared. */
export interface ComparedDictionary extends Directions {
  /** Numbers in a direction. */
  width: number;
  /** Whether each latent is ever active, `[nLatents]`. */
  isAlive: boolean[];
}

/** The partner of each latent in another dictionary. */
export interface Partners {
  /** −1 for none, `[nLatents]`. */
  latent: Int32Array;
  /** Cosines of the decoder and the encoder directions with their signs; 0 for none, `[nLatents]`. */
  decoderCosine: Float64Array;
  encoderCosine: Float64Array;
}

/** Two figures of how alike two dictionaries are; null if there is no latent that is not dead. */
export interface Likeness {
  /** Mean |cosine| of the decoder directions of matched latents (PW-MCC, arXiv 2505.20254). */
  pwMcc: number | null;
  /** 2 · shared pairs / (latents of both that are not dead). */
  shareShared: number | null;
  /** The same of the pairs that are alike by the decoder alone. */
  shareDecoder: number | null;
}

/** Two matched dictionaries. */
export interface MatchedDictionaries extends Likeness {
  /** Of each latent of the first in the second one, and the other way round. */
  ofA: Partners;
  ofB: Partners;
  matched: number;
  shared: number;
  /** Latents that are not dead and have no partner. */
  unmatched: { a: number; b: number };
  isExact: boolean;
}

/**
 * Matches the latents of two dictionaries one to one by |cosine| of their decoder directions; dead ones are left out.
 *
 * @throws RangeError if a direction is not finite.
 *
 * @example
 * ```ts
 * import { matchDictionaries } from "./stability.ts";
 * import assert from "node:assert/strict";
 *
 * const isAlive = [true, true], decoder = Float32Array.of(1, 0, 0, 1);
 * const a = { width: 2, isAlive, decoder, encoder: decoder };
 * const b = { width: 2, isAlive, decoder: Float32Array.of(0, 1, 1, 0), encoder: Float32Array.of(0, 2, 0, 2) };
 * const { pwMcc, shareShared, ofA } = matchDictionaries(a, b); // the second pair's encoders are at a right angle
 * assert.deepEqual([pwMcc, shareShared, [...ofA.latent]], [1, 0.5, [1, 0]]);
 * ```
 */
export function matchDictionaries(
  a: ComparedDictionary,
  b: ComparedDictionary,
  { onCosine }: Pick<MatchingOptions, "onCosine"> = {},
): MatchedDictionaries {
  const { width } = a, rowsA = alive(a), rowsB = alive(b);
  const { partners, cosines, isExact } = matchDirections(
    { values: a.decoder, rows: rowsA },
    { values: b.decoder, rows: rowsB },
    { width, onCosine },
  );
  const ofA: Partners = {
    latent: partners,
    decoderCosine: cosines,
    encoderCosine: Float64Array.from(partners, (j, i) => j < 0 ? 0 : encoderCosine(a, b, { i, j })),
  };
  const ofB = turned(ofA, b.isAlive.length);
  let matched = 0, shared = 0, byDecoder = 0, sum = 0;
  for (const i of rowsA) {
    if (partners[i] < 0) continue;
    matched++;
    sum += Math.abs(cosines[i]);
    if (isShared(ofA, i)) shared++;
    if (isDecoderShared(ofA, i)) byDecoder++;
  }
  const share = (pairs: number) => rowsA.length + rowsB.length > 0 ? 2 * pairs / (rowsA.length + rowsB.length) : null;
  return {
    ...{ ofA, ofB, matched, shared, isExact, unmatched: { a: rowsA.length - matched, b: rowsB.length - matched } },
    pwMcc: matched > 0 ? sum / matched : null,
    shareShared: share(shared),
    shareDecoder: share(byDecoder),
  };
}

/** Whether a latent and its partner count as one feature. */
export type IsSame = (partners: Partners, latent: number) => boolean;

/** Whether both cosines of a latent and its partner, with their signs, are above {@linkcode SHARED_ABOVE}. */
export const isShared: IsSame = (partners, i) =>
  isDecoderShared(partners, i) && partners.encoderCosine[i] > SHARED_ABOVE;

/** Whether the decoder's cosine alone is above it: an encoder keeps what it was drawn with where the data do not vary. */
export const isDecoderShared: IsSame = ({ latent, decoderCosine }, i) =>
  latent[i] >= 0 && decoderCosine[i] > SHARED_ABOVE;

/** The partners of n runs' latents in each other: `of(r, s)` are those of run r in run s, another one. */
export interface PartnersOfRuns {
  isAlive: boolean[][];
  of(r: number, s: number): Partners;
}

/** In how many of the runs each latent of run r was found: 1 for its own, 0 if it is dead; `[nLatents]`. */
export function foundIn({ isAlive, of }: PartnersOfRuns, { r, isSame }: { r: number; isSame: IsSame }): Int32Array {
  const found = Int32Array.from(isAlive[r], Number);
  for (let s = 0; s < isAlive.length; s++) {
    if (s === r) continue;
    const partners = of(r, s);
    for (let i = 0; i < found.length; i++) if (isSame(partners, i)) found[i]++;
  }
  return found;
}

/** A feature that every run finds: a latent of each run. */
export interface ConsensusFeature {
  /** Its latent in each run. */
  latents: number[];
  /** The smallest decoder cosine of its pairs. */
  smallestCosine: number;
}

/** The features of which every two latents are partners that are the same, the most alike first. */
export function consensusOf({ isAlive, of }: PartnersOfRuns, isSame: IsSame): ConsensusFeature[] {
  const runs = isAlive.length, features: ConsensusFeature[] = [];
  for (let first = 0; first < isAlive[0].length; first++) {
    const latents = [first];
    let smallestCosine = 1;
    for (let s = 1; s < runs && latents.length === s; s++) {
      const own = of(0, s).latent[first];
      const isPartner = own >= 0 && latents.every((latent, r) => {
        const partners = of(r, s);
        if (partners.latent[latent] !== own || !isSame(partners, latent)) return false;
        smallestCosine = Math.min(smallestCosine, partners.decoderCosine[latent]);
        return true;
      });
      if (isPartner) latents.push(own);
    }
    if (latents.length === runs) features.push({ latents, smallestCosine });
  }
  return features.sort((a, b) => b.smallestCosine - a.smallestCosine);
}

/** Numbers of the latents that are not dead. */
function alive({ isAlive }: ComparedDictionary): number[] {
  return isAlive.flatMap((is, latent) => is ? [latent] : []);
}

function encoderCosine(a: ComparedDictionary, b: ComparedDictionary, { i, j }: { i: number; j: number }): number {
  const { width } = a;
  const own = a.encoder.subarray(i * width, (i + 1) * width), other = b.encoder.subarray(j * width, (j + 1) * width);
  const lengths = norm(own) * norm(other);
  let product = 0;
  for (let k = 0; k < width; k++) product += own[k] * other[k];
  return lengths > 0 ? Math.max(-1, Math.min(1, product / lengths)) : 0;
}

/** The partners of the other dictionary's latents. */
function turned({ latent, decoderCosine, encoderCosine }: Partners, nLatents: number): Partners {
  const other: Partners = {
    latent: new Int32Array(nLatents).fill(-1),
    decoderCosine: new Float64Array(nLatents),
    encoderCosine: new Float64Array(nLatents),
  };
  for (let i = 0; i < latent.length; i++) {
    const j = latent[i];
    if (j < 0) continue;
    other.latent[j] = i;
    other.decoderCosine[j] = decoderCosine[i];
    other.encoderCosine[j] = encoderCosine[i];
  }
  return other;
}
