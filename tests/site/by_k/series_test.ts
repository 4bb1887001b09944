/**
 * The lines of models that are used with fewer latents: which runs stand beside each other, and at which points.
 *
 * @module
 */
import assert from "node:assert/strict";
import { byKOfRun, byKOfSweep, byKSentence, hasByK, nameOf } from "../../../site/src/by_k/series.ts";
import type { Run } from "../../../lib/report/run_schema.ts";
import { resolveConfig } from "../../../lib/config.ts";

/** A run as far as the lines know it: half of the variance that is left goes with each further latent of `values`. */
function runOf(
  sparsity: "topk" | "hierarchicaltopk" | "batchtopk",
  k: number,
  values: number[],
  { seed = 0, latent = 256, data = "aa", kStep = 1 } = {},
): Run {
  const ks = [1, 2, 4, 8, 16].filter((own) => own < k).concat(k);
  const byK = sparsity === "batchtopk"
    ? null
    : ks.map((k, i) => ({ k, mse: 0.1, explainedVariance: values[i], l0: k }));
  return {
    id: `${sparsity}-${k}-${seed}-${latent}-${data}`,
    title: `${sparsity} ${k} ${seed}`,
    config: { ...resolveConfig({ sparsity, k, seed, latent }), kStep },
    dataset: { test: { pixelsSha256: data } },
    metrics: { byK, test: { activeLatents: k, fvu: 1 - values.at(-1)! } },
  } as unknown as Run;
}

const nested = runOf("hierarchicaltopk", 4, [0.4, 0.6, 0.7]);
const topk = [runOf("topk", 1, [0.5]), runOf("topk", 2, [0.3, 0.65]), runOf("topk", 4, [0.1, 0.3, 0.75])];
const [one, two, four] = topk;

Deno.test("a run's lines are its own, another method's with its k, and models trained for one k each", () => {
  const series = byKOfRun(nested, [nested, ...topk, runOf("batchtopk", 4, [0.8])]);
  assert.deepEqual(series.map(({ name }) => name), ["this model", "TopK k 4", "TopK for each k"]);
  assert.deepEqual(series.map(({ medians }) => medians), [
    [{ l0: 1, value: 0.4 }, { l0: 2, value: 0.6 }, { l0: 4, value: 0.7 }],
    [{ l0: 1, value: 0.1 }, { l0: 2, value: 0.3 }, { l0: 4, value: 0.75 }],
    [{ l0: 1, value: 0.5 }, { l0: 2, value: 0.65 }, { l0: 4, value: 0.75 }],
  ]);
  assert.equal(series[0].runs[1].title, "hierarchicaltopk 4 0, the 2 largest latents");
  const ofTopK = byKOfRun(four, [nested, ...topk]);
  assert.deepEqual(ofTopK.map(({ name }) => name), ["this model", "every k ≤ 4", "TopK for each k"]);
});

Deno.test("runs with another random seed, width or data do not stand beside a run", () => {
  const others = [
    runOf("topk", 4, [0.1, 0.2, 0.3], { seed: 1 }),
    runOf("topk", 4, [0.1, 0.2, 0.3], { latent: 64 }),
    runOf("topk", 4, [0.1, 0.2, 0.3], { data: "bb" }),
  ];
  assert.deepEqual(byKOfRun(nested, others).map(({ name }) => name), ["this model"]);
});

Deno.test("a sweep's lines go through the medians over random seeds", () => {
  const again = runOf("hierarchicaltopk", 4, [0.6, 0.8, 0.9], { seed: 1 });
  const some = runOf("hierarchicaltopk", 4, [0.2, 0.3, 0.8], { kStep: 3 });
  const series = byKOfSweep([[one], [two], [four], [nested, again], [some], [], [runOf("batchtopk", 4, [0.8])]]);
  assert.deepEqual(series.map(({ name }) => name), [
    "every k ≤ 4",
    "k ≤ 4, steps of 3",
    "TopK for each k",
    "TopK k 4, fewer",
  ]);
  assert.deepEqual(series[0].medians.map(({ value }) => value), [0.5, 0.7, 0.8]);
  assert.deepEqual(byKOfSweep([[one], [two], [four]]), [], "no model was trained for several k");
});

Deno.test("hasByK() needs several k and data that vary", () => {
  assert.deepEqual([nested, four, two, one, runOf("batchtopk", 4, [0.8])].map(hasByK), [
    true,
    true,
    true,
    false,
    false,
  ]);
  const constant = runOf("topk", 4, [0, 0, 0]);
  constant.metrics.byK!.forEach((row) => row.explainedVariance = null);
  assert.ok(!hasByK(constant));
});

Deno.test("the sentence says what one latent and all latents explain", () => {
  assert.equal(nameOf(nested), "every k ≤ 4");
  assert.equal(
    byKSentence(runOf("topk", 4, [0.4, 0.65, 0.7])),
    "The largest latent of each input alone explains 0.400 of the variance, all 4 explain 0.700. 2 latents reach nine " +
      "tenths of it.",
  );
  assert.match(byKSentence(runOf("topk", 2, [0.69, 0.7])), /One latent reaches nine tenths of it\.$/);
  assert.ok(!byKSentence(runOf("topk", 2, [0.1, 0.7])).includes("nine"));
  assert.ok(!byKSentence(runOf("topk", 2, [-0.2, -0.1])).includes("nine"));
});

Deno.test("the sentence says that fewer latents explain more than all, if the figures differ as they are written", () => {
  assert.equal(
    byKSentence(runOf("topk", 8, [0.4, 0.9, 0.97, 0.946])),
    "The largest latent of each input alone explains 0.400 of the variance, all 8 explain 0.946. Fewer latents explain " +
      "more: the largest 4 explain 0.970. 2 latents reach nine tenths of what all 8 explain.",
  );
  assert.match(byKSentence(runOf("topk", 2, [-0.1, -0.2])), /more: the largest one explains −0\.100\.$/);
  assert.doesNotMatch(byKSentence(runOf("topk", 4, [0.4, 0.7004, 0.7])), /more/);
});
