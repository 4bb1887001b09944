import assert from "node:assert/strict";
import { comparedText } from "../../../site/src/stability/part_words.ts";
import type { DictionaryPair } from "../../../lib/report/comparison_schema.ts";
import { GROUP, someComparison } from "./some_comparison.ts";

function pair(a: string, b: string): DictionaryPair {
  const between = { mean: 0.5, quantiles: [], shareAbove: 0.2 };
  return {
    ...{ ...GROUP.pairs[0], a, b },
    ...{ nearest: { aToB: between, bToA: between }, splits: { aToB: 0, bToA: 0 }, activations: null },
  } as unknown as DictionaryPair;
}

Deno.test("a comparison is named after its setting or its two dictionaries; pairs of its own random seeds are not named again", () => {
  const about = (ids: [string, string][], groups = [GROUP]) =>
    comparedText({ ...someComparison(), groups, dictionaries: ids.map(([a, b]) => pair(a, b)) });
  const seeds = "MNIST · TopK k 2 · 4 latents: 3 random seeds";
  assert.equal(about([]), seeds);
  assert.equal(about([["s0", "s1"], ["s0", "s2"], ["s1", "s2"]]), seeds);
  assert.equal(about([["s0", "s1"], ["s0", "wide"], ["s1", "wide"]]), `${seeds}; 2 pairs of other dictionaries`);
  assert.equal(
    about([["s0", "wide"]], []),
    "MNIST · TopK k 2 · 4 latents · random seed 0 and MNIST · TopK k 2 · 8 latents · random seed 0",
  );
  assert.equal(about([], [GROUP, GROUP]), "2 settings, each with several random seeds");
});
