/**
 * What a report says of its data.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Dataset } from "../../lib/data/dataset.ts";
import type { StreamPlan } from "../../lib/data/stream/stream_plan.ts";
import { DatasetFacts } from "../../lib/report/schema.ts";
import { dataNotices, datasetFacts } from "../../lib/run/report_data.ts";
import { smallDataset } from "./small_dataset.ts";

const sha256 = { train: "aa", test: "bb" };

/** Data of which `count` rows are trained on and 60 are in memory. */
function streamed(count: number): Dataset {
  return { ...smallDataset(), stream: { count } as StreamPlan };
}

Deno.test("of streamed data the report says on how many rows the training set's metrics are measured, and of how many", () => {
  const facts = DatasetFacts.parse(datasetFacts(streamed(1000), sha256));
  assert.deepEqual([facts.streamed, facts.train.images, facts.train.measured], [true, 1000, 60]);
  assert.deepEqual(dataNotices(streamed(1000)), [
    "The metrics of the training set are measured on 60 of its 1000 rows, evenly spread over the files.",
  ]);
  assert.deepEqual(dataNotices(streamed(60)), [], "all rows are in memory too");
});

Deno.test("data in memory are measured whole, and a factor for each value is not listed", () => {
  const dataset = smallDataset(), factor = new Float32Array(30).fill(2);
  const scaling = { ...dataset.scaling, scale: "standard", factor } as Dataset["scaling"];
  const facts = DatasetFacts.parse(datasetFacts({ ...dataset, scaling }, sha256));
  assert.deepEqual([facts.streamed, facts.train.images, facts.train.measured, facts.test.images], [false, 60, 60, 20]);
  assert.deepEqual(facts.scaling, { scale: "standard", subtract: "none", factor: null, sampledRows: 0 });
  assert.deepEqual(dataNotices(dataset), []);
});
