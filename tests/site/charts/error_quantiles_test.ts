/**
 * The figure of the errors of single rows: what it draws, what a pointer reads, what its CSV and its sentence say.
 *
 * @module
 */
import assert from "node:assert/strict";
import { quantileChart, quantileReading, quantileRows } from "../../../site/src/charts/error_quantiles.ts";
import { anomalySentence } from "../../../site/src/run/reconstructions_text.ts";

/** 201 errors from 0 to `last`, in equal steps. */
const upTo = (last: number) => Array.from({ length: 201 }, (_, i) => last * i / 200);
const errors = { train: upTo(1), test: upTo(2) };

/** The scale of the error's axis. */
const scaleOf = (of: typeof errors) => JSON.stringify(quantileChart(of)(800)).match(/"scale":\{"type":"(\w+)"/)?.[1];

Deno.test("the axis of errors is logarithmic where they differ by more than a factor of 30", () => {
  assert.equal(scaleOf(errors), "log");
  const near = Array.from({ length: 201 }, (_, i) => 1 + i / 200);
  assert.notEqual(scaleOf({ train: near, test: near }), "log");
  const none = new Array(201).fill(0);
  assert.doesNotMatch(JSON.stringify(quantileChart({ train: none, test: none })(800)), /null|Infinity/);
});

Deno.test("a pointer reads both errors at 101 shares, and a share in words", () => {
  const { series, places } = quantileReading(errors);
  assert.deepEqual(series.map(({ label }) => label), ["test", "training"]);
  assert.equal(series[0].points.length, 100, "an error of 0 has no place on the axis");
  assert.deepEqual(series[0].points.find(({ x }) => x === 0.5), { x: 0.5, y: 1, text: "1.00" });
  assert.equal(places![0.95], "95\u00a0% of the rows below");
});

Deno.test("the CSV has all 201 quantiles of both sets", () => {
  const rows = quantileRows(errors);
  assert.equal(rows.length, 201);
  assert.deepEqual(rows[100], { share: 0.5, test: 1, training: 0.5 });
});

Deno.test("a sentence says the middle error, the last twentieth, and how many test rows exceed the training rows", () => {
  assert.equal(
    anomalySentence(errors, "images").replace(/\s/g, " "),
    "Half of the test images have an error of at most 1.00; one in twenty has more than 1.90. " +
      "52 % of the test images have an error above that of 95 % of the training images.",
  );
  const none = new Array(201).fill(0);
  assert.match(anomalySentence({ train: none, test: none }, "vectors"), /at most 0.*\. 0.% of the test vectors/);
});
