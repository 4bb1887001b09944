/**
 * A report made small: what is thinned keeps its shape and its ends, and names say what a run is.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../../lib/config.ts";
import { nameOf, thinned } from "../../../site/src/compare/summarise.ts";
import { titleOf } from "../../../lib/run/title.ts";
import type { Run } from "../../../lib/report/run_schema.ts";

Deno.test("thinned() keeps both ends, at most so many points, and the mean of what it joins", () => {
  const points = Array.from({ length: 500 }, (_, i): [number, number] => [10 * (i + 1), 1 / (i + 1)]);
  const few = thinned(points, 120);
  assert.ok(few.length <= 120 && few.length > 60, String(few.length));
  assert.deepEqual(few[0], [10, 1]);
  assert.equal(few.at(-1)![0], 5000);
  assert.ok(few.every(([step], i) => i === 0 || step > few[i - 1][0]));
  const [step, loss] = few.at(-1)!, joined = points.filter(([s]) => s > few.at(-2)![0] && s <= step);
  assert.ok(Math.abs(loss - joined.reduce((sum, [, l]) => sum + l, 0) / joined.length) < 1e-6);
  assert.deepEqual(thinned([[1, 0.123456789]], 120), [[1, 0.12346]]);
});

function run(changes: Record<string, unknown>, { title, data = "mnist" }: { title?: string; data?: string } = {}): Run {
  const config = resolveConfig(changes);
  const dataset = { name: data, height: 28, width: 28, test: { images: 10, pixelsSha256: "aa" } };
  return { id: "a", title: title ?? titleOf(config, data), config, dataset } as unknown as Run;
}

Deno.test("nameOf() is the method and its size; a title of the author's own stays whole, with the method below", () => {
  const topk = { sparsity: "topk", k: 16, latent: 1024 };
  const { name, detail, data } = nameOf(run(topk));
  assert.deepEqual([name, detail, data.name], ["TopK k 16", "1\u202f024 latents · random seed 0", "MNIST"]);
  assert.equal(
    nameOf(run({ preset: "notebook", seed: 3 })).detail,
    "32 latents · the tutorial’s settings · random seed 3",
  );
  const own = nameOf(run(topk, { title: "Mine · with a dot" }));
  assert.deepEqual([own.name, own.detail], ["Mine · with a dot", "TopK k 16 · 1\u202f024 latents · random seed 0"]);
  const older = nameOf(run(topk, { title: "Data as once called · TopK k 16 · 1024 latents · random seed 0" }));
  assert.equal(older.name, "TopK k 16", "words for data change");
  assert.equal(nameOf(run(topk, { data: "a · b" })).name, "TopK k 16", "data may have a dot in their name");
});
