/**
 * What the page of baselines says of comparisons.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type AgainstBaseline,
  BASELINE_FIGURES,
  type BaselineGroup,
  type Outcome,
} from "../../../lib/analysis/across/against_baselines.ts";
import { baselineFindings } from "../../../lib/analysis/across/baseline_text.ts";
import { BASELINES } from "../../../lib/sae/baselines.ts";
import { againstTable } from "../../../site/src/baselines/against.ts";

const [explained, probing] = BASELINE_FIGURES;
const spread = (median: number, runs = 3) => ({ median, least: median - 0.01, largest: median + 0.01, runs });
const topk = { variant: "topk", baseline: null, l0: 16 }, batchtopk = { ...topk, variant: "batchtopk", l0: 15.6 };
const frozen = { ...topk, baseline: BASELINES["frozen-decoder"] };

function groupOf(comparisons: [typeof explained, object, Outcome][]): BaselineGroup {
  return {
    comparisons: comparisons.map(([figure, trained, outcome]) => ({
      ...{ figure, trained, baseline: frozen, outcome, ofTrained: spread(0.8), ofBaseline: spread(0.75) },
    })) as unknown as AgainstBaseline[],
  } as BaselineGroup;
}

Deno.test("the table has a row for each trained setting and a column for each figure that is compared", () => {
  const { figures, rows } = againstTable(groupOf([
    [explained, topk, "above"],
    [explained, batchtopk, "above"],
    [probing, batchtopk, "below"],
  ]));
  assert.deepEqual(figures, [explained, probing]);
  assert.deepEqual(rows.map(({ name, cells }) => [name, ...cells.map((cell) => cell?.outcome ?? null)]), [
    ["TopK at 16.0 active latents", "above", null],
    ["BatchTopK at 15.6 active latents", "above", "below"],
  ]);
});

Deno.test("sentences name what does not beat the strongest baseline, and say so if everything does", () => {
  const { comparisons } = groupOf([
    [explained, topk, "above"],
    [explained, batchtopk, "above"],
    [probing, topk, "within"],
    [probing, batchtopk, "below"],
  ]);
  assert.deepEqual(baselineFindings(comparisons), [
    "Explained variance: both trained settings are above the strongest baseline.",
    "Probing, 1 latent: neither trained setting is above the strongest baseline: TopK at 16.0 active latents (within the " +
    "spread of frozen decoder), BatchTopK at 15.6 active latents (below TopK, baseline frozen decoder).",
  ]);
  const levels = [8, 16, 32].map((l0) => ({ ...topk, l0 }));
  assert.deepEqual(
    baselineFindings(groupOf(levels.map((level) => [probing, level, level.l0 < 32 ? "below" : "above"])).comparisons),
    [
      "Probing, 1 latent: 2 of 3 trained settings are not above the strongest baseline: TopK at 8.0 and 16.0 active latents " +
      "(below frozen decoder).",
    ],
  );
  const alone = comparisons.slice(0, 2).map((one) => ({ ...one, ofTrained: { ...one.ofTrained, runs: 1 } }));
  assert.deepEqual(baselineFindings(alone), [
    "Explained variance: both trained settings are above the strongest baseline.",
    "Settings with one random seed have no spread: a small difference may be chance.",
  ]);
});
