/**
 * The lines of a run: as wide as a terminal, with numbers that can be read however wrong a run went.
 *
 * @module
 */
import assert from "node:assert/strict";
import { setColorEnabled } from "@std/fmt/colors";
import { summaryLines } from "../../lib/cli/summary.ts";
import { epochLine } from "../../lib/cli/train_view.ts";
import { runSession } from "../../lib/run/session.ts";
import type { Snapshot } from "../../lib/training/course.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "../run/small_dataset.ts";

setColorEnabled(false);

/** What an epoch line reads of a snapshot, after 99 epochs of one step each. */
function snapshotOf(figures: { loss: number; klNats: number | null; activeLatents: number; deadLatents: number }) {
  const { loss, ...test } = figures;
  const losses = (value: number) => new Float32Array(99).fill(value);
  return {
    state: { step: 99 },
    history: { reconstruction: losses(loss), penalty: losses(0), auxiliary: losses(0), weight: losses(0) },
    testRows: Array.from({ length: 99 }, () => ({ ...test, loss, mse: loss, meanActivation: 0.05 })),
  } as unknown as Pick<Snapshot, "history" | "testRows" | "state">;
}

Deno.test("epochLine() has at most 80 columns up to 99 epochs", () => {
  const kl = snapshotOf({ loss: 0.07812, klNats: 0.1234, activeLatents: 3, deadLatents: 0 });
  assert.equal(
    epochLine(kl, { epochs: 99 }),
    "epoch 99/99  loss 0.07812  test loss 0.07812, MSE 0.07812, KL 0.1234",
  );
  const topk = snapshotOf({ loss: 0.07812, klNats: null, activeLatents: 128.04, deadLatents: 1024 });
  const line = epochLine(topk, { epochs: 99 });
  assert.match(line, /, L0 128\.0, dead 1024$/);
  assert.ok(line.length <= 80, `${line.length}: ${line}`);
});

Deno.test("epochLine() writes what has no size as a power of ten", () => {
  const huge = snapshotOf({ loss: 2 ** 60, klNats: null, activeLatents: 0, deadLatents: 4 });
  assert.match(
    epochLine(huge, { epochs: 99 }),
    / loss 1\.15e\+18 {2}test loss 1\.15e\+18, MSE 1\.15e\+18, L0 0\.0, dead 4$/,
  );
});

Deno.test("summaryLines() has lines of at most 80 columns and no endless number", needs("permissions"), async () => {
  const turned = { hidden: [], latent: 4, batch: 16, epochs: 1, backend: "wasm", threads: 1, sparsity: "topk", k: 2 };
  const outcome = await runSession({ turned, dataset: smallDataset(), reportsDir: null });
  assert.ok(outcome.kind === "finished");
  const { run, metrics } = outcome.report;
  const diverged = {
    ...run,
    metrics: { ...run.metrics, test: { ...run.metrics.test, mse: 787667821377694.6, fvu: 1e17 } },
  };
  for (const each of [run, diverged, { ...diverged, notices: ["A long notice. ".repeat(20)] }]) {
    for (const line of summaryLines(each, metrics.epochs)) assert.ok([...line].length <= 80, line);
  }
  const lines = summaryLines(diverged, metrics.epochs).join("\n");
  assert.match(lines, /test MSE +7\.88e\+14\n.*explained variance +-1\.00e\+17\n/);
});

Deno.test(
  "summaryLines() says how values were scaled, and of an imported model where it came from",
  needs("permissions"),
  async () => {
    const outcome = await runSession({
      turned: { latent: 4, batch: 16, epochs: 1 },
      dataset: smallDataset(),
      reportsDir: null,
    });
    assert.ok(outcome.kind === "finished");
    const { run, metrics } = outcome.report;
    const scaled = (scaling: Partial<typeof run.dataset.scaling>) =>
      summaryLines(
        { ...run, dataset: { ...run.dataset, scaling: { ...run.dataset.scaling, ...scaling } } },
        metrics.epochs,
      )
        .find((line) => line.includes("scaling"))?.trim().replace(/ {2,}/, ": ");
    assert.deepEqual([scaled({}), scaled({ scale: "unit" })], [undefined, undefined], "bytes stay as they are");
    assert.equal(scaled({ scale: "mean-norm", factor: 0.98765 }), "scaling of the values: mean-norm, × 0.9877");
    assert.equal(
      scaled({ scale: "standard", factor: null, subtract: "mean" }),
      "scaling of the values: standard, mean subtracted",
    );
    const imported = { tool: "SAELens", architecture: "jumprelu", files: [] };
    const lines = summaryLines({ ...run, imported }, []).join("\n");
    assert.match(lines, /imported from +SAELens, jumprelu\n/);
    assert.doesNotMatch(lines, /train loss|steps\/s/);
  },
);
