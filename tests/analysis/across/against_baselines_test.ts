/**
 * Where trained levels do not beat baselines, on runs whose figures are written down here.
 *
 * @module
 */
import assert from "node:assert/strict";
import { againstBaselines, baselineGroups } from "../../../lib/analysis/across/against_baselines.ts";
import { type ComparedRun, levels, nearestLevels } from "../../../lib/analysis/across/family.ts";
import { resolveConfig } from "../../../lib/config.ts";
import type { BaselineName } from "../../../lib/sae/baselines.ts";

interface Figures {
  ev: number;
  l0?: number;
  probing?: number | null;
  baseline?: BaselineName;
  seed?: number;
  sparsity?: "topk" | "batchtopk" | "kl";
  data?: string;
}

function run(
  { ev, l0 = 8, probing = null, baseline = "none", seed = 0, sparsity = "topk", data = "a" }: Figures,
): ComparedRun {
  const config = resolveConfig({
    sparsity,
    baseline,
    seed,
    latent: 32,
    hidden: [],
    ...(sparsity === "kl" ? {} : { k: 8 }),
  });
  return {
    id: `${sparsity}-${baseline}-${seed}-${ev}`,
    createdAt: "2026-11-01T00:00:00.000Z",
    config,
    dataset: { train: { pixelsSha256: data }, test: { pixelsSha256: data } },
    metrics: {
      test: { fvu: 1 - ev, mse: 0, activeLatents: l0, deadLatents: 0, l2Ratio: null },
      geometry: null,
      dictionary: null,
      perturbation: null,
      probing: probing === null ? null : { latents: [{ k: 1, value: probing }], pixels: [{ k: 1, value: 0.6 }] },
    },
  } as unknown as ComparedRun;
}

/** One run for each value, by random seed. */
const seeds = (evs: number[], rest: Omit<Figures, "ev" | "seed"> = {}) =>
  evs.map((ev, seed) => run({ ...rest, ev, seed }));

const outcomes = (runs: ComparedRun[]) =>
  againstBaselines(levels(runs)).map(({ figure, trained, baseline, outcome }) =>
    `${figure.metric}: ${trained.variant} ${outcome} ${baseline.runs[0].config.baseline}`
  );

Deno.test("a trained level is beside the strongest baseline, and above it only if every run is", () => {
  const trained = seeds([0.81, 0.82, 0.83]);
  const weak = seeds([0.5, 0.6, 0.7], { baseline: "random" });
  assert.deepEqual(outcomes([...trained, ...weak]), ["fvu: topk above random"]);
  const strong = seeds([0.78, 0.79, 0.815], { baseline: "soft-frozen" });
  assert.deepEqual(outcomes([...trained, ...weak, ...strong]), ["fvu: topk within soft-frozen"]);
  const stronger = seeds([0.84], { baseline: "pca" });
  assert.deepEqual(outcomes([...trained, ...weak, ...strong, ...stronger]), ["fvu: topk below pca"]);
  const [{ ofTrained, ofBaseline }] = againstBaselines(levels([...trained, ...strong]));
  assert.deepEqual(ofTrained, { median: 1 - (1 - 0.82), least: 1 - (1 - 0.81), largest: 1 - (1 - 0.83), runs: 3 });
  assert.equal(ofBaseline.runs, 3);
});

Deno.test("only levels with about as many active latents are compared, and none whose inactive latents contribute", () => {
  const baseline = seeds([0.9], { baseline: "frozen-decoder", l0: 16 });
  assert.deepEqual(outcomes([...seeds([0.8], { l0: 8 }), ...baseline]), []);
  assert.deepEqual(outcomes([...seeds([0.8], { l0: 14 }), ...baseline]), ["fvu: topk below frozen-decoder"]);
  assert.deepEqual(outcomes([...seeds([0.8], { l0: 16, sparsity: "kl" }), ...baseline]), []);
  assert.deepEqual(outcomes([...seeds([0.8], { l0: 0 }), ...seeds([0.9], { l0: 0, baseline: "random" })]), []);
});

Deno.test("each figure that both have is compared with its own strongest baseline", () => {
  const runs = [
    run({ ev: 0.8, probing: 0.7 }),
    run({ ev: 0.7, probing: 0.9, baseline: "frozen-encoder" }),
    run({ ev: 0.75, probing: null, baseline: "pca" }),
  ];
  assert.deepEqual(outcomes(runs), ["fvu: topk above pca", "probing: topk below frozen-encoder"]);
});

Deno.test("baselineGroups() are runs on the same data and of one size, some of them trained and some baselines", () => {
  const runs = [
    ...seeds([0.8, 0.8], { data: "a" }),
    ...seeds([0.7], { data: "a", baseline: "random" }),
    ...seeds([0.8], { data: "only trained" }),
    ...seeds([0.8], { data: "only baselines", baseline: "random" }),
  ];
  assert.deepEqual(baselineGroups(runs).map(({ runs, levels }) => [runs.length, levels.length]), [[3, 2]]);
});

Deno.test("levels() and nearestLevels() keep baselines apart from what was trained, behind it", () => {
  const all = levels([
    ...seeds([0.5], { baseline: "random" }),
    ...seeds([0.7], { baseline: "frozen-decoder" }),
    ...seeds([0.8]),
    ...seeds([0.85], { sparsity: "batchtopk" }),
  ]);
  const names = (found: typeof all) =>
    found.map(({ variant, baseline }) => `${variant} ${baseline?.title ?? "trained"}`);
  const wanted = ["topk trained", "topk frozen decoder", "topk random", "batchtopk trained"];
  assert.deepEqual(names(all), wanted);
  assert.deepEqual(names(nearestLevels(all, 8)), wanted);
});
