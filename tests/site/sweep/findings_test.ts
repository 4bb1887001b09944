/**
 * The right L0 and the right width of a sweep as series: which curves share a figure, what they are called, and where the
 * law is drawn.
 *
 * @module
 */
import assert from "node:assert/strict";
import { rightL0 } from "../../../lib/analysis/across/right_l0.ts";
import { scalingFit, type ScalingRun } from "../../../lib/analysis/across/scaling_fit.ts";
import type { ComparedRun } from "../../../lib/analysis/across/family.ts";
import type { L0Finding } from "../../../lib/analysis/across/sweep_findings.ts";
import { curveFigures, curveSeries, widthLines } from "../../../site/src/sweep/findings.ts";

/** A curve of one random seed whose mean |cosine| is smallest at an L0 of 8. */
function curve(
  width: number,
  { rate = null as number | null, variant = "topk" as L0Finding["variant"] } = {},
): L0Finding {
  const cells = [4, 8, 16, 32].map((l0, i) => ({
    runs: [{
      id: `${width}-${l0}`,
      config: { latent: width },
      metrics: {
        dictionary: null,
        test: { activeLatents: l0, fvu: 0.5 - 0.1 * i, deadLatents: 0 },
        geometry: { decoderPairs: { meanAbsoluteCosine: 0.1 + 0.05 * Math.abs(i - 1), ofActive: 0.1, pairs: 1 } },
      },
    } as unknown as ComparedRun],
  }));
  return { variant, others: rate === null ? {} : { lr: rate }, width, result: rightL0(cells) };
}

Deno.test("few curves share a figure and are named by what distinguishes them", () => {
  const names = (findings: L0Finding[]) =>
    curveFigures(findings).map(({ name, curves }) => [name, curves.map(({ name }) => name)]);
  assert.deepEqual(names([]), []);
  assert.deepEqual(names([curve(64)]), [["", ["TopK, 64 latents"]]]);
  assert.deepEqual(names([curve(64), curve(128)]), [["", ["64 latents", "128 latents"]]]);
  assert.deepEqual(names([curve(64), curve(64, { variant: "l1" })]), [["", ["TopK", "L1"]]]);
  assert.deepEqual(names([curve(64, { rate: 0.01 }), curve(128, { rate: 0.02 })]), [
    ["", ["TopK, learning rate 0.01, 64 latents", "TopK, learning rate 0.02, 128 latents"]],
  ]);
});

Deno.test("many curves have a figure for each variant and setting", () => {
  const widths = [16, 32, 64, 128, 256];
  const figures = curveFigures([0.01, 0.02].flatMap((rate) => widths.map((width) => curve(width, { rate }))));
  assert.deepEqual(figures.map(({ name, curves }) => [name, curves.length]), [
    ["TopK, learning rate 0.01", 5],
    ["TopK, learning rate 0.02", 5],
  ]);
  assert.equal(figures[0].curves[0].name, "16 latents");
});

Deno.test("a curve has its runs, its means, and a ring at a minimum", () => {
  const { cosine, explained, minima, trueL0 } = curveSeries(
    curveFigures([curve(64)])[0].curves,
    new Map([["64-4", "The first"]]),
  );
  assert.deepEqual(cosine[0].medians.map(({ l0 }) => l0), [4, 8, 16, 32]);
  assert.deepEqual(cosine[0].runs.map(({ title }) => title), ["The first", "64-8", "64-16", "64-32"]);
  assert.deepEqual(minima.cosine, [{ l0: 8, value: 0.1 }]);
  assert.equal(explained[0].medians.length, 4);
  assert.equal(trueL0, null);
  assert.deepEqual(minima.explained.map(({ value }) => value.toFixed(2)), ["0.60"]);
});

const runs: ScalingRun[] = [64, 128, 256].flatMap((n) =>
  [4, 8].flatMap((k) => [0, 1].map((seed) => ({ n, k, seed, loss: k ** -0.3 * n ** -0.25 * (1 + 0.01 * seed) })))
);

Deno.test("a line for each sparsity goes through the means, and the law on to four times the largest width", () => {
  const finding = { variant: "topk" as const, others: {}, measure: "fvu" as const, runs, result: scalingFit(runs) };
  const lines = widthLines(finding, (n, k, seed) => `${n} ${k} ${seed}`);
  assert.deepEqual(lines.map(({ name, runs, measured }) => [name, runs.length, measured.map(({ n }) => n)]), [
    ["k = 4", 6, [64, 128, 256]],
    ["k = 8", 6, [64, 128, 256]],
  ]);
  const [{ law, expected, measured, withoutLargest }] = lines;
  assert.equal(law[0].n, 64);
  assert.ok(Math.abs(law.at(-1)!.n - 1024) < 1e-9);
  assert.ok(
    Math.abs(law[0].loss - measured[0].loss) < 1e-9,
    "the law of errors without noise passes through the means",
  );
  assert.deepEqual(expected.map(({ n }) => n), [512, 1024]);
  assert.equal(withoutLargest, null, "two widths that are left do not determine a law and its error");
});

Deno.test("without a law the lines are those of the runs", () => {
  const few = runs.filter(({ n }) => n < 256);
  const lines = widthLines({ variant: "topk", others: {}, measure: "fvu", runs: few, result: scalingFit(few) }, String);
  assert.deepEqual(lines.map(({ law, expected }) => [law.length, expected.length]), [[0, 0], [0, 0]]);
});
