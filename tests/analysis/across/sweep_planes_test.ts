import assert from "node:assert/strict";
import { sweepPlanes } from "../../../lib/analysis/across/sweep_planes.ts";
import { planSweep } from "../../../lib/sweep/plan.ts";
import { parseSweepFile } from "../../../lib/sweep/sweep_file.ts";
import { withPeakRate } from "../../../lib/training/schedule.ts";

/** The sweep of a file's text, every run of it finished, with the learning rates that followed. */
function finished(text: object) {
  const { sweep, runs } = planSweep(parseSweepFile(JSON.stringify(text), { file: "a.json" }), { file: "a.json" });
  return { sweep, runs: runs.map(({ id, config }) => ({ id, config: withPeakRate(config, { totalSteps: 10_000 }) })) };
}

Deno.test("a plane has the runs that differ in width, level and random seed alone", () => {
  const { sweep, runs } = finished({
    name: "a",
    base: { epochs: 1, lr: null },
    list: [{ sparsity: "topk", k: 8 }, { sparsity: "topk", k: 16 }, { sparsity: "l1", targetL0: 8 }],
    grid: { latent: [128, 64], batch: [32, 64] },
    seeds: [1, 0],
  });
  const planes = sweepPlanes(sweep, runs);
  assert.deepEqual(planes.map(({ variant, others }) => [variant, others]), [
    ["topk", { batch: 32 }],
    ["topk", { batch: 64 }],
    ["l1", { batch: 32 }],
    ["l1", { batch: 64 }],
  ]);
  assert.deepEqual(
    planes[0].cells.map(({ width, level, runs }) => [width, level, runs.map(({ config }) => config.seed)]),
    [
      [64, { k: 8 }, [0, 1]],
      [64, { k: 16 }, [0, 1]],
      [128, { k: 8 }, [0, 1]],
      [128, { k: 16 }, [0, 1]],
    ],
  );
  assert.deepEqual(planes[2].cells.map(({ width, level }) => [width, level]), [[64, { targetL0: 8 }], [128, {
    targetL0: 8,
  }]]);
});

Deno.test("runs that are not finished are left out, and a learning rate that follows from the width makes no plane", () => {
  const { sweep, runs } = finished({
    name: "a",
    list: [{ sparsity: "topk" }],
    grid: { lr: ["auto", 0.01], latent: [64, 128], k: [4, 8] },
  });
  assert.notEqual(runs[0].config.lr, runs[2].config.lr, "a report has the rate that `auto` became");
  const planes = sweepPlanes(sweep, runs.slice(0, -1));
  assert.deepEqual(planes.map(({ others, cells }) => [Object.keys(others), cells.length]), [[["lr"], 4], [["lr"], 3]]);
});

Deno.test("a setting that another variant reads is none of a plane's", () => {
  const { sweep, runs } = finished({
    name: "a",
    list: [
      { sparsity: "topk", k: 8 },
      { sparsity: "hierarchicaltopk", k: 8 },
      { sparsity: "hierarchicaltopk", k: 8, kStep: 4 },
    ],
  });
  assert.deepEqual(sweepPlanes(sweep, runs).map(({ variant, others }) => [variant, others]), [
    ["topk", {}],
    ["hierarchicaltopk", { kStep: 1 }],
    ["hierarchicaltopk", { kStep: 4 }],
  ]);
});
