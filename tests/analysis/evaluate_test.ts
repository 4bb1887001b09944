/**
 * Which measurements of a model apply, and which are left out because they would take gigabytes.
 *
 * @module
 */
import assert from "node:assert/strict";
import { evaluate } from "../../lib/analysis/evaluate.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import type { Labels } from "../../lib/data/row_labels.ts";
import { makeVariantCase } from "../engine/variant_cases.ts";
import { measuredCase } from "./decoded_truth.ts";

async function evaluated({ labels, nClasses }: { labels: Labels | null; nClasses: number }) {
  const example = makeVariantCase(13, { sparsity: "topk", latent: 29, batch: 24, k: 4, output: "linear" });
  await using measured = await measuredCase(example);
  const { pixels, count, definition: { arch, objective } } = example;
  const dataset = { test: { pixels, count, labels }, truth: null, classNames: new Array(nClasses) };
  return await evaluate({ ...measured, arch, objective, dataset: dataset as unknown as Dataset, seed: 0 });
}

Deno.test("evaluate() probes labelled data of few and of many classes, but not of a million classes", async () => {
  const labels = Uint16Array.from({ length: 90 }, (_, row) => row % 2 ? 300 : 7);
  const some = await evaluated({ labels, nClasses: 301 });
  assert.equal(some.probing!.byClass.length, 301);
  const probed = some.probing!.byClass.filter(({ latents }) => latents[0].value !== null).map(({ label }) => label);
  assert.deepEqual(probed, [7, 300], "labels above 255 are whole");
  assert.notEqual(some.perturbation, null);
  const many = await evaluated({ labels, nClasses: 2 ** 25 / 29 + 1 | 0 });
  assert.deepEqual([many.probing, many.perturbation, many.samples.perturbation], [null, null, null]);
  assert.notEqual(many.geometry, null, "what needs no classes is measured");
  const unlabelled = await evaluated({ labels: null, nClasses: 0 });
  assert.deepEqual([unlabelled.probing, unlabelled.perturbation], [null, null]);
});
