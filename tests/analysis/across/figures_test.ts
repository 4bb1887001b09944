import assert from "node:assert/strict";
import { median, paretoFront } from "../../../lib/analysis/across/figures.ts";
import { comparableRuns, type ComparedRun, levels, nearestLevels } from "../../../lib/analysis/across/family.ts";
import { mean } from "../../../lib/analysis/mean.ts";
import type { Config } from "../../../lib/config.ts";
import { configOf } from "../../config_of.ts";

Deno.test("median() and mean() leave nulls out, and are null where nothing is left", () => {
  assert.deepEqual([[3, 1, 2], [4, 1], [null, 7], [null], []].map(median), [2, 2.5, 7, null, null]);
  assert.deepEqual([[3, 1, 2], [null, 7], []].map(mean), [2, 7, null]);
});

Deno.test("paretoFront() keeps one of equals and gives equal costs to the larger gain", () => {
  const items = [{ x: 1, y: 1 }, { x: 1, y: 2 }, { x: 2, y: 2 }, { x: 3, y: 3 }];
  const front = paretoFront(items, { cost: ({ x }) => x, gain: ({ y }) => y });
  assert.deepEqual(front, [{ x: 1, y: 2 }, { x: 3, y: 3 }]);
  assert.deepEqual(paretoFront([] as typeof items, { cost: ({ x }) => x, gain: ({ y }) => y }), []);
});

interface Told {
  id: string;
  sparsity: string;
  k?: number;
  seed?: number;
  l0: number;
  fvu?: number;
  data?: string;
  latent?: number;
}

function run({ id, sparsity, k = 8, seed = 0, l0, fvu = 0.5, data = "a", latent = 64 }: Told): ComparedRun {
  return {
    id,
    createdAt: "2026-11-21T09:00:00.000Z",
    config: configOf({
      sparsity: sparsity as Config["sparsity"],
      k,
      seed,
      latent,
      engine: seed === 0 ? "auto" : "reference",
      snapshots: seed === 0 ? 20 : 0,
    }),
    dataset: { train: { pixelsSha256: data }, test: { pixelsSha256: data } },
    metrics: {
      test: { activeLatents: l0, fvu, mse: fvu / 10, deadLatents: 16, l2Ratio: null },
      geometry: null,
      probing: { latents: [{ k: 1, value: 0.5 + fvu / 2 }], pixels: [{ k: 1, value: 0.6 }] },
      dictionary: null,
    },
  } as unknown as ComparedRun;
}

Deno.test("comparableRuns() takes the data and size that cover most variants", () => {
  const runs = [
    run({ id: "other data", sparsity: "topk", l0: 8, data: "b" }),
    run({ id: "other data again", sparsity: "topk", l0: 8, data: "b", seed: 1 }),
    run({ id: "other size", sparsity: "kl", l0: 8, latent: 32 }),
    run({ id: "x", sparsity: "topk", l0: 8 }),
    run({ id: "y", sparsity: "l1", l0: 8 }),
  ];
  assert.deepEqual(comparableRuns(runs).map(({ id }) => id), ["x", "y"]);
  assert.deepEqual(comparableRuns([]), []);
});

Deno.test("levels() are medians over seeds, whatever device; nearestLevels() picks one a variant by ratio", () => {
  const all = levels([
    run({ id: "b", sparsity: "topk", l0: 9, fvu: 0.4, seed: 1 }),
    run({ id: "a", sparsity: "topk", l0: 8, fvu: 0.2 }),
    run({ id: "c", sparsity: "topk", k: 32, l0: 31, fvu: 0.1 }),
    run({ id: "d", sparsity: "kl", l0: 0 }),
  ]);
  assert.deepEqual(all.map(({ variant, runs }) => [variant, runs.map(({ id }) => id)]), [
    ["kl", ["d"]],
    ["topk", ["a", "b"]],
    ["topk", ["c"]],
  ]);
  const { l0, ev, deadShare, l2Ratio, probing, recovery } = all[1];
  assert.equal(l0, 8.5);
  assert.equal(ev!.toFixed(6), "0.700000");
  assert.deepEqual({ deadShare, l2Ratio, recovery }, { deadShare: 0.25, l2Ratio: null, recovery: null });
  assert.deepEqual(probing.map(({ k, latents, pixels }) => [k, latents!.toFixed(2), pixels]), [[1, "0.65", 0.6]]);
  assert.deepEqual(nearestLevels(all, 16).map(({ runs }) => runs[0].id), ["d", "a"]);
});
