/** Home's table: whose numbers stand in which column. */
import assert from "node:assert/strict";
import type { Run } from "../../../lib/report/schema.ts";
import { columnsOf, rowsBeside } from "../../../site/src/home/beside.ts";

/** As much of a run as the table reads. */
function run(
  id: string,
  { sparsity = "kl", data = "mnist", epochs = 10, latent = 32, mse = 0.0082, baseline = "none" } = {},
): Run {
  const isKl = sparsity === "kl";
  const l0 = [{ threshold: 0.01, value: 31.5 }, { threshold: 0.1, value: 3.5 }];
  const test = {
    mse,
    fvu: 0.122,
    meanActivation: 0.057,
    klNats: isKl ? 0.02 : null,
    l0,
    activeLatents: isKl ? 3.5 : 16,
  };
  return {
    id,
    imported: null,
    config: { sparsity, epochs, latent, baseline, rho: 0.05 },
    dataset: { name: data },
    metrics: { test },
    timing: { trainMs: 7000 },
  } as unknown as Run;
}

const textsOf = (rows: ReturnType<typeof rowsBeside>, label: string) =>
  rows.find((row) => row.label.startsWith(label))!.cells.map(({ text, of }) => [text, of].filter(Boolean).join(" "));

Deno.test("the featured run beside the tutorial, the tutorial's settings and TopK", () => {
  const columns = columnsOf({
    featured: run("kl"),
    notebook: run("notebook", { mse: 0.0174 }),
    sparse: run("topk", { sparsity: "topk", epochs: 3, latent: 1024, mse: 0.012 }),
  });
  assert.deepEqual(columns.map(({ title }) => title), [
    "Featured run",
    "Tutorial, as printed",
    "Tutorial’s settings, here",
    "TopK, 1\u202f024 latents",
  ]);
  const rows = rowsBeside(columns);
  assert.deepEqual(textsOf(rows, "Reconstruction error"), ["0.0082", "0.0139", "0.0174", "0.0120"]);
  assert.deepEqual(textsOf(rows, "Explained variance"), ["0.878", "–", "0.878", "0.878"]);
  assert.deepEqual(textsOf(rows, "Mean activation"), ["0.057", "0.069", "0.057", "–"]);
  assert.deepEqual(textsOf(rows, "Latents above 0.1 "), ["3.5 of 32", "–", "3.5 of 32", "–"]);
  assert.deepEqual(textsOf(rows, "Latents above 0.01"), ["31.5 of 32", "–", "31.5 of 32", "16.0 of 1\u202f024"]);
  assert.deepEqual(textsOf(rows, "Training time"), [
    "7.0\u00a0s 10 epochs",
    "–",
    "7.0\u00a0s 10 epochs",
    "7.0\u00a0s 3 epochs",
  ]);
});

Deno.test("on other data the tutorial has no column", () => {
  const columns = columnsOf({ featured: run("a", { data: "letters" }), notebook: null, sparse: null });
  assert.deepEqual(columns.map(({ title }) => title), ["Featured run"]);
  assert.equal(rowsBeside(columns).find(({ label }) => label === "Training time")!.note, "10 epochs");
});

Deno.test("without a KL run there are no rows that only KL has", () => {
  const columns = columnsOf({ featured: run("topk", { sparsity: "topk" }), notebook: null, sparse: null });
  const labels = rowsBeside(columns).map(({ label }) => label);
  assert.ok(!labels.includes("Mean activation") && !labels.includes("Latents above 0.1 per input"), labels.join());
});

Deno.test("without runs there are no rows", () => {
  assert.deepEqual(rowsBeside([]), []);
});

Deno.test("principal components were fitted: they have neither a training time nor epochs", () => {
  const pca = run("pca", { sparsity: "topk", baseline: "pca", epochs: 125 });
  const rows = rowsBeside(columnsOf({ featured: run("kl"), notebook: null, sparse: pca }));
  const row = rows.find(({ label }) => label === "Training time")!;
  assert.deepEqual([row.note, ...textsOf(rows, "Training time")], ["10 epochs", "7.0\u00a0s", "–", "–"]);
  const alone = rowsBeside(columnsOf({ featured: pca, notebook: null, sparse: null }));
  assert.equal(alone.some(({ label }) => label === "Training time"), false);
});
