/**
 * The files of a comparison: what their schemas hold together.
 *
 * @module
 */
import assert from "node:assert/strict";
import { LatentColumns, PairColumns } from "../../lib/report/comparison_columns_schema.ts";
import { Comparison } from "../../lib/report/comparison_schema.ts";
import { isReservedId } from "../../lib/report/schema_parts.ts";

/** Two dictionaries of three and two latents, of which two pairs are matched and one is shared. */
const LIKENESS = { pwMcc: 0.75, shareShared: 0.4, shareDecoder: 0.8 };
const PAIR = {
  ...{ a: "one", b: "two", ...LIKENESS, matched: 2, shared: 1, unmatched: { a: 1, b: 0 }, isExact: true, before: null },
};
const COMPARISON: Comparison = {
  ...{ schemaVersion: 1, name: "pair", createdAt: "2026-11-26T10:00:00Z", command: "compare one two", sweep: null },
  sharedAbove: 0.7,
  runs: [["one", 3], ["two", 2]].map(([id, latents]) => ({
    ...{ id: `${id}`, title: `Run ${id}`, seed: 0, latents: Number(latents), dead: 0, modelSha256: "0".repeat(64) },
  })),
  groups: [{
    ...{ title: "Runs", runs: ["one", "two"], pairs: [PAIR], means: { ...LIKENESS, before: null } },
    foundIn: [[0, 2, 1], [0, 1, 1]],
    consensus: { latents: [[2], [0]], smallestCosine: [0.9] },
    ...{ decoderFoundIn: null, decoderConsensus: null },
  }],
  dictionaries: [],
  notCompared: [],
};
const PARTNERS = { latent: [null, 1, 0], decoderCosine: [null, 0.6, 0.9], encoderCosine: [null, 0.8, 0.9] };

Deno.test("a comparison names the runs that it has, with an entry for each", () => {
  assert.deepEqual(Comparison.parse(COMPARISON), COMPARISON);
  const [group] = COMPARISON.groups;
  const broken: [Partial<Comparison>, RegExp][] = [
    [{ groups: [{ ...group, runs: ["one", "three"] }] }, /ids of `runs`/],
    [{ groups: [{ ...group, pairs: [PAIR, PAIR] }] }, /every pair of runs/],
    [{ groups: [{ ...group, foundIn: [[0, 2, 1], [1, 1]] }] }, /2 lists of 3 numbers/],
    [{ groups: [{ ...group, consensus: { latents: [[2], []], smallestCosine: [0.9] } }] }, /2 lists of 1 latents/],
    [{ name: "run" }, /name/],
  ];
  for (const [changed, message] of broken) {
    const { success, error } = Comparison.safeParse({ ...COMPARISON, ...changed });
    assert.ok(!success);
    assert.match(error.message, message);
  }
});

Deno.test("columns have an entry for each latent", () => {
  const columns = { schemaVersion: 1, run: "one", foundIn: [0, 1, 2], partners: [{ run: "two", ...PARTNERS }] };
  assert.deepEqual(LatentColumns.parse(columns), { ...columns, decoderFoundIn: null });
  assert.equal(LatentColumns.safeParse({ ...columns, foundIn: [0, 1] }).success, false);
  const side = {
    ...{ run: "one", ...PARTNERS, nearest: [null, 1, 0], nearestCosine: [null, 0.6, 0.9] },
    ...{ correlation: null, overlap: null, activeRows: null, splits: [] },
  };
  assert.deepEqual(PairColumns.parse({ schemaVersion: 1, a: side, b: side }).a, side);
  assert.equal(PairColumns.safeParse({ schemaVersion: 1, a: side, b: { ...side, activeRows: [1] } }).success, false);
});

Deno.test("no run is called like the folder of comparisons", () => assert.ok(isReservedId("comparisons")));
