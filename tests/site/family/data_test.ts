/**
 * What the family's page shows of its runs.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { ComparedRun, Level } from "../../../lib/analysis/across/family.ts";
import type { VariantName } from "../../../lib/sae/sparsity/variants.ts";
import { bestMethods, dotsOf, frontSeries, probesOf } from "../../../site/src/family/data.ts";

type TitledRun = ComparedRun & { title: string };

function level(variant: VariantName, { ev = 0.8, l0 = 16, probing = [] as Level["probing"] } = {}): Level<TitledRun> {
  const runs = [0, 1, 2].map((seed) => ({
    title: `${variant} ${seed}`,
    metrics: { test: { fvu: 1 - ev - 0.01 * seed, activeLatents: l0, deadLatents: seed } },
  }));
  return { variant, baseline: null, runs, l0, ev, probing } as unknown as Level<TitledRun>;
}
const text = (value: number) => value.toFixed(2);

Deno.test("the best methods are those with the best number as written, without KL, whose counts are not comparable", () => {
  const rows = [
    level("kl", { ev: 0.99 }),
    level("topk", { ev: 0.852 }),
    level("l1", { ev: 0.7 }),
    level("jumprelu", { ev: 0.849 }),
  ];
  assert.deepEqual(bestMethods(rows, { of: ({ ev }) => ev, text, better: "more" }), ["topk", "jumprelu"], "0.85 twice");
  assert.deepEqual(bestMethods(rows, { of: ({ ev }) => ev, text, better: "less" }), ["l1"]);
  assert.deepEqual(
    bestMethods(rows.slice(0, 2), { of: ({ ev }) => ev, text, better: "more" }),
    [],
    "nothing to compare with",
  );
});

Deno.test("frontSeries() has a line for each method, and leaves out what has no place on a logarithmic axis", () => {
  const series = frontSeries([level("kl", { l0: 0 }), level("topk", { l0: 8 }), level("topk", { l0: 16 })]);
  assert.deepEqual(series.map(({ name, medians, runs, isLoose }) => [name, medians.length, runs.length, isLoose]), [
    ["TopK", 2, 6, false],
  ]);
  assert.equal(frontSeries([level("kl")])[0].isLoose, true);
});

Deno.test("dotsOf() has every run and their median; probesOf() leaves out what was not measured", () => {
  assert.deepEqual(dotsOf([level("l1")], ({ metrics }) => metrics.test.deadLatents), [
    { name: "L1", values: [0, 1, 2], median: 1 },
  ]);
  assert.deepEqual(dotsOf([level("l1")], () => null), []);
  const probing = [{ k: 1, latents: 0.7, pixels: 0.6 }, { k: 2, latents: null, pixels: 0.65 }];
  assert.deepEqual(probesOf([level("l1", { probing }), level("topk")]), {
    rows: [{ name: "L1", probes: [{ k: 1, accuracy: 0.7 }] }],
    pixels: [{ k: 1, accuracy: 0.6 }, { k: 2, accuracy: 0.65 }],
  });
});
