/**
 * What dictionaries share: worked cases, every permutation of small ones, and what must hold of dead latents and signs.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type ComparedDictionary,
  consensusOf,
  foundIn,
  isDecoderShared,
  isShared,
  matchDictionaries,
  type PartnersOfRuns,
} from "../../../lib/analysis/across/stability.ts";
import { Rng } from "../../../lib/rng.ts";
import { cosine } from "../cosine.ts";

/** Directions in the plane at angles in degrees, decoder and encoder. */
function plane(decoder: number[], { encoder = decoder, dead = [] as number[] } = {}): ComparedDictionary {
  const rows = (angles: number[]) =>
    Float32Array.from(angles.flatMap((angle) => [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180)]));
  return {
    width: 2,
    decoder: rows(decoder),
    encoder: rows(encoder),
    isAlive: decoder.map((_, latent) => !dead.includes(latent)),
  };
}

const near = (a: number, b: number, tolerance = 1e-6) => assert.ok(Math.abs(a - b) <= tolerance, `${a} ≠ ${b}`);
const cos = (degrees: number) => Math.cos(degrees * Math.PI / 180);

Deno.test("matchDictionaries() gives the worked PW-MCC and shares, of decoders and encoders", () => {
  // 0° with 10°, 90° with 140° (cosine 0.64): one pair is shared; the other way round the sum is less
  const { pwMcc, shareShared, shareDecoder, ofA, ofB } = matchDictionaries(plane([0, 90]), plane([140, 10]));
  near(pwMcc!, (cos(10) + cos(50)) / 2);
  assert.deepEqual([[...ofA.latent], [...ofB.latent]], [[1, 0], [1, 0]]);
  assert.deepEqual([shareShared, shareDecoder], [0.5, 0.5]);
  near(ofB.decoderCosine[1], cos(10));
  // the encoders of the pair that is alike are at 60°
  const other = matchDictionaries(plane([0, 90]), plane([140, 10], { encoder: [140, 60] }));
  assert.deepEqual([other.shareShared, other.shareDecoder], [0, 0.5]);
  near(other.ofA.encoderCosine[0], cos(60));
});

Deno.test("an opposite direction is matched by its |cosine| and is not shared", () => {
  const { pwMcc, shared, shareDecoder } = matchDictionaries(plane([0]), plane([180]));
  assert.deepEqual([shared, shareDecoder], [0, 0]);
  near(pwMcc!, 1);
});

Deno.test("dead latents are not matched, and count neither as shared nor as lost", () => {
  const a = plane([0, 90, 45], { dead: [1] }), b = plane([0, 90, 45], { dead: [2] });
  const { matched, pwMcc, shareShared, unmatched, ofA } = matchDictionaries(a, b);
  // 0° with 0°; 45° with 90°, which is a cosine of 0.707
  assert.deepEqual([matched, unmatched, [...ofA.latent]], [2, { a: 0, b: 0 }, [0, -1, 1]]);
  near(pwMcc!, (1 + cos(45)) / 2);
  assert.equal(shareShared, 1);
  const none = matchDictionaries(plane([0], { dead: [0] }), plane([0], { dead: [0] }));
  assert.deepEqual([none.matched, none.pwMcc, none.shareShared], [0, null, null]);
  const wide = matchDictionaries(plane([0]), plane([0, 90, 20]));
  assert.deepEqual([wide.shareShared, wide.unmatched], [2 / 4, { a: 0, b: 2 }]);
});

Deno.test("PW-MCC is the largest mean |cosine| over every permutation", () => {
  const width = 4, n = 6, rng = Rng.fromSeed(1, "test");
  const drawn = (): ComparedDictionary => {
    const decoder = Float32Array.from({ length: n * width }, () => rng.normal());
    return { width, decoder, encoder: decoder, isAlive: Array(n).fill(true) };
  };
  const row = ({ decoder }: ComparedDictionary, i: number) => decoder.subarray(i * width, (i + 1) * width);
  for (let time = 0; time < 5; time++) {
    const a = drawn(), b = drawn();
    const best = (i: number, left: number[]): number =>
      left.length === 0 ? 0 : Math.max(...left.map((j) =>
        // six at most
        Math.abs(cosine(row(a, i), row(b, j))) + best(i + 1, left.filter((other) => other !== j))
      ));
    near(matchDictionaries(a, b).pwMcc!, best(0, Array(n).keys().toArray()) / n, 1e-9);
  }
});

/** The partners of dictionaries in each other. */
function partnersOf(dictionaries: ComparedDictionary[]): PartnersOfRuns {
  return {
    isAlive: dictionaries.map(({ isAlive }) => isAlive),
    of: (r, s) => matchDictionaries(dictionaries[r], dictionaries[s]).ofA,
  };
}

Deno.test("foundIn() counts the run itself, and nothing of a dead latent; consensusOf() wants every pair", () => {
  // feature 0° is in all; 90° is in the first two; the third has a dead one in its place
  const runs = partnersOf([plane([0, 90]), plane([95, 5]), plane([10, 90], { dead: [1] })]);
  assert.deepEqual([0, 1, 2].map((r) => [...foundIn(runs, { r, isSame: isShared })]), [[3, 2], [2, 3], [3, 0]]);
  const [feature, ...others] = consensusOf(runs, isShared);
  assert.deepEqual([feature.latents, others], [[0, 1, 0], []]);
  near(feature.smallestCosine, cos(10));
});

Deno.test("consensusOf() leaves out a chain: the first and the last are too far from each other", () => {
  const runs = partnersOf([plane([0]), plane([40]), plane([80])]); // cosines 0.77, 0.77 and 0.17
  assert.deepEqual(consensusOf(runs, isShared), []);
  assert.deepEqual([...foundIn(runs, { r: 1, isSame: isShared })], [3]);
  assert.deepEqual([...foundIn(runs, { r: 0, isSame: isShared })], [2]);
});

Deno.test("by the decoder alone more is found, and the most alike features come first", () => {
  const runs = partnersOf([plane([0, 90], { encoder: [0, 0] }), plane([20, 91], { encoder: [90, 90] })]);
  assert.deepEqual(consensusOf(runs, isShared), []);
  assert.deepEqual(consensusOf(runs, isDecoderShared).map(({ latents }) => latents), [[1, 1], [0, 0]]);
});
