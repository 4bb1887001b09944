/**
 * Cosines, settling and quantiles of snapshots, by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import { lifelineMeasures } from "../../../lib/analysis/lifelines/measures.ts";
import { type LatentSnapshot, type Lifelines, newLifelines } from "../../../lib/training/lifelines.ts";

const NONE = { births: 0, deaths: 0, revivals: 0, resampled: 0 };

/** Snapshots of latents in two dimensions: the angle of each in degrees, and its length. */
function turned(angles: number[][], { dead = [] as number[][], length = 2 } = {}): Lifelines {
  const nLatents = angles[0].length;
  const snapshots = angles.map((row, s): LatentSnapshot => ({
    step: 10 * s,
    directions: Float32Array.from(row.flatMap((angle) => {
      const size = Number.isNaN(angle) ? 0 : length * (s + 1),
        radians = (Number.isNaN(angle) ? 0 : angle) * Math.PI / 180;
      return [size * Math.cos(radians), size * Math.sin(radians)];
    })),
    activeRows: Float32Array.from(row, (_, j) => (s + j) % 3),
    isDead: Float32Array.from(row, (_, j) => dead[s]?.includes(j) ? 1 : 0),
    since: { ...NONE, deaths: s },
  }));
  const { events } = newLifelines({ nLatents });
  return {
    snapshots,
    events: { ...events!, firstActive: Float32Array.of(3, 0, 7).subarray(0, nLatents) },
    since: NONE,
  };
}

const near = (actual: Float64Array, expected: number[]) =>
  actual.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) < 1e-6, `${i}: ${value}, expected ${expected[i]}`)
  );

Deno.test("cosines are those of the angles, whatever the lengths, and 0 for a direction of 0", () => {
  const measures = lifelineMeasures(turned([[0, 90, NaN], [60, 45, 0], [90, 90, 0]]), { sampleRows: 4 });
  const half = Math.cos(Math.PI / 3), sqrt = Math.SQRT1_2;
  near(measures.cosineToFinal, [0, 1, 0, Math.sqrt(3) / 2, sqrt, 1, 1, 1, 1]);
  near(measures.cosineToFirst, [1, 1, 0, half, sqrt, 0, 0, 1, 0]);
  near(measures.density, [0, 1 / 4, 2 / 4, 1 / 4, 2 / 4, 0, 2 / 4, 0, 1 / 4]);
  assert.deepEqual(measures.steps, [0, 10, 20]);
  assert.deepEqual(measures.firstActive, [3, null, 7]);
  assert.deepEqual(measures.inactive, [1, 1, 1]);
});

Deno.test("a latent has settled from where its cosine stays at least 0.95, not where it passes by", () => {
  // cos 18° = 0.951, cos 19° = 0.946
  const lifelines = turned([[0, 0], [90, 0], [18, 0], [19, 0], [18, 0], [0, 0]]);
  assert.deepEqual(lifelineMeasures(lifelines, { sampleRows: 4 }).settledAt, [40, 0]);
  const { settledShare, halfSettledAt } = lifelineMeasures(lifelines, { sampleRows: 4 });
  assert.deepEqual(settledShare, [0.5, 0.5, 0.5, 0.5, 1, 1]);
  assert.equal(halfSettledAt, 0);
});

Deno.test("a latent that is dead at the end is in no quantile and in no share of settled ones", () => {
  const angles = [[90, 60, 0], [0, 0, 0]];
  const all = lifelineMeasures(turned(angles), { sampleRows: 4 });
  assert.ok(Math.abs(all.quantiles![0].median - 0.5) < 1e-6);
  assert.ok(Math.abs(all.quantiles![0].q25 - 0.25) < 1e-6, "between the two lowest, as NumPy has it");
  const { quantiles, settledShare, dead } = lifelineMeasures(turned(angles, { dead: [[], [2]] }), { sampleRows: 4 });
  assert.ok(Math.abs(quantiles![0].median - 0.25) < 1e-6);
  assert.deepEqual([settledShare, dead], [[0, 1], [0, 1]]);
  const none = lifelineMeasures(turned(angles, { dead: [[], [0, 1, 2]] }), { sampleRows: 4 });
  assert.deepEqual([none.quantiles, none.settledShare, none.halfSettledAt], [null, null, null]);
});

Deno.test("sigmoids have no deaths, and are first active where a row of the sample has them active", () => {
  const { snapshots } = turned([[0, 0, 0], [10, 10, 10], [20, 20, 20]]);
  const sigmoids = snapshots.map((snapshot) => ({ ...snapshot, isDead: null, since: null }));
  const measures = lifelineMeasures({ snapshots: sigmoids, events: null, since: NONE }, { sampleRows: 4 });
  assert.deepEqual([measures.isDead, measures.since, measures.dead], [null, null, null]);
  assert.deepEqual(measures.firstActive, [10, 0, 0]); // rows of the first: 0, 1, 2
});
