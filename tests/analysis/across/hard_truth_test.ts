import assert from "node:assert/strict";
import type { ComparedRun, Level } from "../../../lib/analysis/across/family.ts";
import { figureOf, hardRankings, spearman, spread } from "../../../lib/analysis/across/hard_truth.ts";
import { VARIANTS } from "../../../lib/sae/sparsity/variants.ts";

Deno.test("spearman() is scipy.stats.spearmanr's, equal values included", () => {
  const near = (a: number | null, b: number) => assert.ok(Math.abs(a! - b) < 1e-12, `${a} ≠ ${b}`);
  near(spearman([3, 1, 4, 1, 5], [2, 7, 1, 8, 2]), -0.7894736842105263);
  near(spearman([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  near(spearman([0.5, 0.6, 0.7, 0.9], [5, 6, 8, 7]), 0.8);
  assert.equal(spearman([1, 1, 1], [1, 2, 3]), null);
});

Deno.test("spread() leaves out what is not known", () => {
  assert.deepEqual(spread([3, null, 1]), { median: 2, least: 1, largest: 3 });
  assert.equal(spread([null]), null);
});

/** Runs of a variant with these F1 of latents. */
function level(variant: keyof typeof VARIANTS, f1s: number[]): Level {
  const runs = f1s.map((f1) => ({
    metrics: { test: { fvu: 1 - f1 }, dictionary: { mcc: 0.5, uniqueness: 1, byLatent: { f1 } } },
  }));
  return { variant, runs: runs as unknown as ComparedRun[] } as Level;
}

Deno.test("hardRankings() ranks by medians, counts the gaps that random seeds leave, and compares with what is published", () => {
  const levels = [
    level("l1", [0.5, 0.52]),
    level("topk", [0.5, 0.7]),
    level("batchtopk", [0.6, 0.69]),
    level("matryoshka", [0.8, 0.9]),
  ];
  const [f1, mcc] = hardRankings(levels);
  assert.deepEqual(figureOf(levels[0], "f1"), { median: 0.51, least: 0.5, largest: 0.52 });
  assert.deepEqual(f1.ranking.map(({ variant }) => variant), ["matryoshka", "batchtopk", "topk", "l1"]);
  assert.equal(f1.separated, 1); // only the first is above every seed of the next
  assert.deepEqual([f1.spearman, f1.compared], [1, 3]); // TopK has no published figure
  assert.deepEqual(f1.ranking[2].published, null);
  assert.equal(f1.ranking[0].published, VARIANTS.matryoshka.published!.f1);
  assert.deepEqual([mcc.separated, mcc.spearman], [0, null], "all are equal");
  assert.equal(hardRankings(levels.slice(0, 3))[0].spearman, null, "two figures are no ranking");
});
