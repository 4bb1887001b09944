/**
 * Classes left out of training: their rows are gone with all that is known of them, and the test set keeps its own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { datasetOf } from "../../lib/data/in_memory.ts";
import { withoutClasses } from "../../lib/data/leave_out.ts";
import { runSession } from "../../lib/run/session.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "../run/small_dataset.ts";

Deno.test("withoutClasses() leaves out training rows alone, with their labels, factors, words and numbers", () => {
  const pixels = Float32Array.from({ length: 12 }, (_, i) => i);
  const labels = Uint8Array.of(0, 1, 2, 1, 0, 2);
  const data = datasetOf(pixels, { dInput: 2, labels, test: pixels, testLabels: labels });
  data.train.factors.size = Float32Array.of(0, 1, 2, 3, 4, 5);
  data.train.meta = { names: ["text"], values: [["a", "b", "c", "d", "e", "f"]] };
  const { train, test, provenance } = withoutClasses(data, [1, 0]);
  assert.deepEqual([...train.pixels], [4, 5, 10, 11]);
  assert.deepEqual([train.count, [...train.labels!], [...train.fileRows!]], [2, [2, 2], [2, 5]]);
  assert.deepEqual([[...train.factors.size], train.meta!.values], [[2, 5], [["c", "f"]]]);
  assert.equal(test.count, 6);
  assert.deepEqual(provenance.notes, ["Training leaves out 4 rows of the classes 1, 0; the test set has all classes."]);
  assert.equal(withoutClasses(data, []), data);
});

Deno.test("withoutClasses() says in one line what it cannot leave out", () => {
  const pixels = new Float32Array(20), labels = new Uint8Array(10);
  const data = datasetOf(pixels, { dInput: 2, labels });
  const refused = (wanted: number[], message: RegExp, changed = data) =>
    assert.throws(() => withoutClasses(changed, wanted), message);
  refused([0], /^UserError: Cannot use --leave-out: no training row is left, expected at least one other class$/);
  refused([3], /there is no class 3, expected 0 to 0$/);
  refused([0], /have no labels, expected data with labels/, datasetOf(pixels, { dInput: 2 }));
  refused([0], /are read from disk, expected a larger --buffer-mb/, { ...data, stream: { count: 9 } as never });
});

Deno.test(
  "a run that leaves a class out says so, and measures it in the test set alone",
  needs("permissions"),
  async () => {
    const turned = { leaveOut: [1], backend: "wasm", threads: 1, hidden: [], latent: 3, epochs: 1, batch: 10 };
    const outcome = await runSession({ turned, dataset: smallDataset(), reportsDir: null });
    assert.ok(outcome.kind === "finished");
    const { run } = outcome.report;
    assert.deepEqual([run.dataset.train.images, run.dataset.test.images, run.config.leaveOut], [30, 20, [1]]);
    assert.ok(run.notices.includes("Training leaves out 30 rows of class bottom; the test set has all classes."));
    assert.ok(run.usedSettings.includes("leaveOut"));
  },
);
