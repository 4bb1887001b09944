/**
 * What is gathered of latents against hand-worked cases and plain sorts.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { activationRows, activityColumns, latentDetail, scannedLatents } from "../../lib/analysis/latents.ts";
import { klDivergence } from "../../lib/kl.ts";
import { type Table, tablePass } from "./table_engine.ts";

const KL = { sparsity: "kl" } as const;
const NONE = { latents: [], cosines: [] };

/** A pass over a table, looked at latent by latent. */
async function scanOf(table: Table, { turned, mostEntries, labels = null, factors = {}, nClasses = 0 }: {
  turned?: typeof KL;
  mostEntries?: number;
  labels?: Uint8Array<ArrayBuffer> | null;
  factors?: Record<string, Float32Array<ArrayBuffer>>;
  nClasses?: number;
} = {}) {
  const pass = await tablePass(table, { turned, mostEntries });
  return await scannedLatents(pass, { images: { labels, factors }, nClasses });
}

const detail = (scanned: Awaited<ReturnType<typeof scanOf>>, latent: number) =>
  latentDetail(scanned, { latent, similar: NONE });

Deno.test("a histogram ends at the largest activation, itself included, of sigmoid latents too", async () => {
  for (const mostEntries of [undefined, 0]) { // from memory, and computed again
    const table = { acts: Float32Array.of(0, 1, 2, 4), nLatents: 2 };
    for (const turned of [undefined, KL]) {
      const { max, counts } = activationRows(await scanOf(table, { mostEntries, turned })).histogram;
      assert.equal(max, 4);
      assert.deepEqual([counts.length, counts[0], counts[12], counts[25], counts[49]], [50, 1, 1, 1, 1]);
    }
  }
  const { histogram } = activationRows(await scanOf({ acts: new Float32Array(3), nLatents: 1 }));
  assert.deepEqual([histogram.max, histogram.counts[0]], [0, 3]);
});

Deno.test("scannedLatents() shows the 64 latents with the largest mean, ties by number, and the first 200 inputs", async () => {
  const nLatents = 100, count = 203;
  const acts = Float32Array.from(
    { length: count * nLatents },
    (_, i) => i % nLatents >= 30 ? (1 + i % 2) * (1 + Math.floor(i / nLatents)) : 0,
  );
  for (const mostEntries of [undefined, 0]) {
    const { shown, heatmap } = activationRows(await scanOf({ acts, nLatents }, { mostEntries }));
    // odd latents from 31 on have twice as much: all 35 odd ones, then the first 29 even ones
    const odd = Array.from({ length: 35 }, (_, i) => 31 + 2 * i),
      even = Array.from({ length: 29 }, (_, i) => 30 + 2 * i);
    assert.deepEqual(shown, [...odd, ...even].sort((a, b) => a - b));
    assert.equal(heatmap.acts.length, 200);
    heatmap.acts.forEach((row, i) =>
      assert.deepEqual(row, shown.map((latent) => (latent % 2 ? 2 : 1) * (i + 1)), `input ${i}`)
    );
  }
});

Deno.test("activationRows() averages by class and latent", async () => {
  const acts = Float32Array.of(0.2, 0, 0.4, 0.05, 0, 0.5); // three inputs, two latents
  const labels = Uint8Array.of(1, 1, 0);
  const scanned = await scanOf({ acts, nLatents: 2 }, { turned: KL, labels, nClasses: 3 });
  const { classMeans, heatmap } = activationRows(scanned);
  assert.deepEqual(classMeans, [[0, 0.5], [0.3, 0.025], [0, 0]]);
  assert.deepEqual(heatmap, { labels: [1, 1, 0], acts: [[0.2, 0], [0.4, 0.05], [0, 0.5]] });
});

Deno.test("activityColumns() has the figures of each latent, and null where there is none", async () => {
  const acts = Float32Array.of(0.25, 0, 0, 0.5, 0.0625, 0, 0, 0.125, 0); // three inputs, three latents; the last is always 0
  const labels = Uint8Array.of(1, 1, 0);
  const scanned = await scanOf({ acts, nLatents: 3 }, { turned: KL, labels, nClasses: 2 });
  const columns = activityColumns(scanned, { rho: 0.05 });
  assert.deepEqual(columns.meanActivation, [0.25, 0.0625, 0]);
  assert.deepEqual(columns.density, [0.666667, 0.333333, 0], "above 0.1");
  assert.deepEqual(columns.maxActivation, [0.5, 0.125, 0]);
  assert.deepEqual(columns.meanWhenActive, [0.375, 0.125, null]);
  assert.deepEqual(columns.mainClass, [1, 0, null]);
  assert.deepEqual(columns.classPurity, [1, 0.6667, null]);
  columns.klNats!.slice(0, 2).forEach((nats, j) =>
    assert.ok(Math.abs(nats - klDivergence(0.05, [0.25, 0.0625][j])) < 1e-6)
  );
  const unlabelled = activityColumns(await scanOf({ acts, nLatents: 3 }), { rho: null });
  assert.deepEqual([unlabelled.mainClass, unlabelled.classPurity, unlabelled.klNats], [null, null, null]);
});

Deno.test("latentDetail() ranks inputs, profiles classes, and follows a factor", async () => {
  const acts = Float32Array.of(0.9, 0.1, 0.1, 0.2, 0.5, 0.3, 0.7, 0.4); // four inputs, two latents
  const factors = { slant: Float32Array.of(1, 2, 3, 4), constant: new Float32Array(4) };
  const labels = Uint8Array.of(0, 1, 0, 0);
  const scanned = await scanOf({ acts, nLatents: 2 }, { turned: KL, labels, factors, nClasses: 2 });
  const [first, second] = [detail(scanned, 0), detail(scanned, 1)];
  assert.deepEqual(first.top, { rows: [0, 3, 2, 1], activations: [0.9, 0.7, 0.5, 0.1] });
  assert.deepEqual(first.classProfile, [0.9545, 0.0455]);
  assert.deepEqual(second.factorCorrelation, { slant: 1, constant: 0 });
});

Deno.test("the correlation with a factor equals Pearson's formula, and is 0 for a latent that does not vary", async () => {
  const value = fc.integer({ min: 0, max: 20 }).map((n) => n / 8);
  const rows = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 30 });
  await fc.assert(fc.asyncProperty(rows, async (pairs) => {
    const own = pairs.map(([a]) => a), factor = pairs.map(([, f]) => f), n = pairs.length;
    const centred = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b) / n;
      return values.map((value) => value - mean);
    };
    const sum = (a: number[], b: number[]) => a.reduce((total, value, i) => total + value * b[i], 0);
    const [a, f] = [centred(own), centred(factor)];
    const varies = sum(a, a) > 1e-9 && sum(f, f) > 1e-9;
    const expected = varies ? sum(a, f) / Math.sqrt(sum(a, a) * sum(f, f)) : 0;
    const factors = { f: Float32Array.from(factor) };
    const scanned = await scanOf({ acts: Float32Array.from(own), nLatents: 1 }, { factors });
    const found = detail(scanned, 0).factorCorrelation.f;
    assert.ok(Math.abs(found - expected) <= 0.5001e-4, `${found} ≠ ${expected}`);
  }));
  const acts = new Float32Array(9).fill(0.1); // 0.1 is not exact: its variance is rounding
  const scanned = await scanOf({ acts, nLatents: 1 }, { factors: { f: Float32Array.from(acts.keys()) } });
  assert.equal(detail(scanned, 0).factorCorrelation.f, 0);
});

Deno.test("the most activating inputs are those of a full sort, ties by number, without inputs on which it is 0", async () => {
  const level = fc.integer({ min: 0, max: 6 }).map((n) => n / 8); // few levels: many ties
  await fc.assert(fc.asyncProperty(fc.array(level, { minLength: 1, maxLength: 60 }), async (column) => {
    const scanned = await scanOf({ acts: Float32Array.from(column), nLatents: 1 });
    const sorted = [...column.keys()].filter((row) => column[row] > 0)
      .sort((a, b) => column[b] - column[a] || a - b).slice(0, 16);
    assert.deepEqual(detail(scanned, 0).top.rows, sorted);
    assert.deepEqual(detail(scanned, 0).top.activations, sorted.map((row) => column[row]));
  }));
});

Deno.test("latentDetail() splits activations into ten intervals, and those of a latent that is always 0 into none", async () => {
  const column = [1, 0.95, 0.901, 0.55, 0, 0.05, 0.91, 0.92, 0.93];
  const acts = Float32Array.from(column.flatMap((value) => [value, 0]));
  const scanned = await scanOf({ acts, nLatents: 2 });
  const { intervals } = detail(scanned, 0), second = detail(scanned, 1);
  assert.deepEqual(intervals!.counts, [6, 0, 0, 0, 1, 0, 0, 0, 0, 1], "the input on which it is 0 is in none");
  assert.deepEqual(intervals!.rows[0], [0, 1, 2, 6, 7], "the first five, not the strongest");
  assert.deepEqual([intervals!.rows[4], intervals!.rows[9]], [[3], [5]]);
  assert.equal(second.intervals, null);
  assert.deepEqual([second.histogram.max, second.histogram.counts[0], second.top.rows.length], [0, 9, 0]);
});

Deno.test("exampleRows() has what the details name, and with a limit the most activating input of each latent first", async () => {
  const nLatents = 3, count = 40;
  const acts = Float32Array.from({ length: nLatents * count }, (_, i) => (i * 7919) % 101 / 100);
  const scanned = await scanOf({ acts, nLatents });
  const details = [0, 1, 2].map((latent) => detail(scanned, latent));
  const named = new Set(details.flatMap(({ top, intervals }) => [...top.rows, ...intervals!.rows.flat()]));
  const all = scanned.scan.exampleRows(1000, [0, 1, 2]);
  assert.deepEqual(all, new Set([...all].filter((row) => named.has(row))));
  assert.equal(all.size, named.size);
  assert.deepEqual([...scanned.scan.exampleRows(3, [0, 1, 2])], details.map(({ top }) => top.rows[0]));
  const own = [...details[1].top.rows, ...details[1].intervals!.rows.flat()];
  assert.deepEqual(scanned.scan.exampleRows(1000, [1]), new Set(own), "of one latent alone");
});

Deno.test("lists are shorter in a model of more than 4,096 latents", async () => {
  const nLatents = 4097, count = 30;
  const acts = Float32Array.from({ length: nLatents * count }, (_, i) => i % nLatents === 5 ? 1 : 0);
  const { top, intervals } = detail(await scanOf({ acts, nLatents }), 5);
  assert.deepEqual(top.rows, [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([intervals!.counts[0], intervals!.rows[0]], [30, [0, 1]]);
});

Deno.test("rows about latents that are always 0 hold finite numbers alone", async () => {
  const labels = Uint8Array.of(0, 0, 0), factors = { slant: Float32Array.of(1, 2, 3) };
  const scanned = await scanOf({ acts: new Float32Array(6), nLatents: 2 }, { labels, factors, nClasses: 1 });
  const rows = { ...activationRows(scanned), ...activityColumns(scanned, { rho: 0.1 }), latents: [detail(scanned, 0)] };
  JSON.stringify(rows, (name, value) => {
    if (typeof value === "number") assert.ok(Number.isFinite(value), `${name} is ${value}`);
    return value;
  });
});
