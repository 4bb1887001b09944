/**
 * A comparison for the tests, small enough to be checked by hand: three random seeds of four latents, and two dictionaries.
 *
 * @module
 */
import { type LatentColumns, PairColumns } from "../../../lib/report/comparison_columns_schema.ts";
import { Comparison, type MatchedPair, type SeedGroup } from "../../../lib/report/comparison_schema.ts";

const HASH = "0".repeat(64);

function matched(a: string, b: string): MatchedPair {
  return {
    a,
    b,
    pwMcc: 0.6,
    shareShared: 0.5,
    shareDecoder: 0.5,
    matched: 4,
    shared: 2,
    unmatched: { a: 0, b: 0 },
    isExact: true,
    before: { pwMcc: 0.2, shareShared: 0, shareDecoder: 0 },
  };
}

/** Three runs of four latents each; the last latent of the third is dead, two features are found by all. */
export const GROUP: SeedGroup = {
  title: "MNIST · TopK k 2 · 4 latents",
  runs: ["s0", "s1", "s2"],
  pairs: [matched("s0", "s1"), matched("s0", "s2"), matched("s1", "s2")],
  means: { pwMcc: 0.6, shareShared: 0.5, shareDecoder: 0.5, before: { pwMcc: 0.2, shareShared: 0, shareDecoder: 0 } },
  foundIn: [[0, 1, 1, 2], [0, 2, 0, 2], [1, 1, 0, 2]],
  consensus: { latents: [[3, 0], [1, 2], [0, 1]], smallestCosine: [0.95, 0.8] },
  decoderFoundIn: null,
  decoderConsensus: null,
};

/** The file. */
export function someComparison(change: Partial<Comparison> = {}): Comparison {
  const run = (id: string, seed: number, latents = 4) => ({
    id,
    title: `MNIST · TopK k 2 · ${latents} latents · random seed ${seed}`,
    seed,
    latents,
    dead: 0,
    modelSha256: HASH,
  });
  return Comparison.parse({
    schemaVersion: 1,
    name: "some",
    createdAt: "2026-11-26T10:00:00.000Z",
    command: "deno task compare s0 s1 s2",
    sweep: null,
    sharedAbove: 0.7,
    runs: [run("s0", 0), run("s1", 1), run("s2", 2), run("wide", 0, 8)],
    groups: [GROUP],
    dictionaries: [],
    notCompared: [],
    ...change,
  });
}

/** The latents of `s0`: 0 and 3 are found by all, 1 by its own run alone, 2 by two. */
export const COLUMNS: LatentColumns = {
  schemaVersion: 1,
  run: "s0",
  foundIn: [3, 1, 2, 3],
  decoderFoundIn: null,
  partners: [
    { run: "s1", latent: [2, 0, 3, 1], decoderCosine: [0.8, -0.2, 0.75, 0.96], encoderCosine: [0.9, 0.1, 0.71, 0.9] },
    { run: "s2", latent: [1, 2, null, 0], decoderCosine: [0.9, 0.3, null, 0.95], encoderCosine: [0.8, 0, null, 0.9] },
  ],
};

/** A dictionary of three latents, and one of two. */
export const PAIR: PairColumns = PairColumns.parse({
  schemaVersion: 1,
  a: {
    run: "s0",
    latent: [1, null, 0],
    decoderCosine: [-0.9, null, 0.5],
    encoderCosine: [0.8, null, 0.4],
    nearest: [0, 0, 0],
    nearestCosine: [0.4, 0.71, 0.5],
    correlation: null,
    overlap: null,
    activeRows: null,
    splits: [],
  },
  b: {
    run: "wide",
    latent: [2, 0],
    decoderCosine: [0.5, -0.9],
    encoderCosine: [0.4, 0.8],
    nearest: [1, null],
    nearestCosine: [0.71, null],
    correlation: null,
    overlap: null,
    activeRows: null,
    splits: [],
  },
});
