/**
 * AUROC and percentiles, by their definitions: pairs counted one by one, quantiles by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import { furthestRows, percentileIn, separation } from "../../lib/analysis/anomalies.ts";
import { auroc } from "../../lib/analysis/auroc.ts";
import { Rng } from "../../lib/rng.ts";

Deno.test("auroc() is the share of pairs in order, ties counted half", () => {
  const rng = Rng.fromSeed(3, "auroc");
  for (const values of [3, 20, 1e9]) { // many ties, some, none
    const scores = Array.from({ length: 60 }, () => Math.floor(values * rng.uniform()));
    const isIn = (row: number) => row % 3 === 0;
    let pairs = 0, inOrder = 0;
    for (let a = 0; a < 60; a++) {
      for (let b = 0; b < 60; b++) {
        if (!isIn(a) || isIn(b)) continue;
        pairs++;
        inOrder += scores[a] > scores[b] ? 1 : scores[a] === scores[b] ? 0.5 : 0;
      }
    }
    assert.ok(Math.abs(auroc(scores, isIn)! - inOrder / pairs) < 1e-12, `${values}`);
  }
});

Deno.test("auroc() of a worked case, of a perfect score, of equal scores, and of one group alone", () => {
  // scikit-learn's example: roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) is 0.75
  assert.equal(auroc([0.1, 0.4, 0.35, 0.8], (row) => row > 1), 0.75);
  assert.equal(auroc([1, 2, 3, 4], (row) => row > 1), 1);
  assert.equal(auroc([4, 3, 2, 1], (row) => row > 1), 0);
  assert.equal(auroc([7, 7, 7, 7], (row) => row > 1), 0.5);
  assert.equal(auroc([1, 2], () => true), null);
  assert.equal(auroc([], () => true), null);
});

Deno.test("separation() takes the classes that are not normal as the group", () => {
  const labels = Uint8Array.of(0, 4, 1, 4, 2), errors = Float64Array.of(0.1, 0.9, 0.2, 0.15, 0.3);
  // of the six pairs of a 4 (0.9, 0.15) and another class (0.1, 0.2, 0.3) four are in order
  const found = separation(errors, { labels, normal: new Set([0, 1, 2]) });
  assert.deepEqual(found, { auroc: 4 / 6, normalRows: 3, otherRows: 2 });
  assert.equal(separation(errors, { labels, normal: new Set() }).auroc, null);
});

Deno.test("percentileIn() is the inverse of quantiles, and stays in [0, 100] outside of them", () => {
  const quantiles = Array.from({ length: 201 }, (_, i) => i * i);
  for (let i = 0; i < 201; i++) assert.ok(Math.abs(percentileIn(quantiles, i * i) - i / 2) < 1e-12);
  assert.ok(Math.abs(percentileIn(quantiles, (100 * 100 + 101 * 101) / 2) - 50.25) < 1e-12);
  assert.deepEqual([-1, 40_001].map((error) => percentileIn(quantiles, error)), [0, 100]);
  assert.equal(percentileIn(Array(201).fill(3), 3), 100, "no training row has a larger error");
  assert.equal(percentileIn(Array(201).fill(3), 2.9), 0);
});

Deno.test("furthestRows() are the rows with the largest errors, equal ones by row", () => {
  assert.deepEqual(furthestRows([1, 5, 5, 0, 9], 3), [4, 1, 2]);
  assert.deepEqual(furthestRows([1], 3), [0]);
});
