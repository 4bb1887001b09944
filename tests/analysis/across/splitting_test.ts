/**
 * Split latents and the activity that they are found by: worked cases, and plain loops over whole matrices in float64.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CoActivity, Coverage } from "../../../lib/analysis/across/coactivity.ts";
import { NearestLatents, splitLatents } from "../../../lib/analysis/across/splitting.ts";
import { RowReader } from "../../../lib/analysis/sparse_rows.ts";
import { Rng } from "../../../lib/rng.ts";

const near = (a: number | null, b: number | null) => assert.ok(a === b || Math.abs(a! - b!) <= 1e-9, `${a} ≠ ${b}`);

/** A latent of each part's nearest whole with its cosine. */
function nearestOf(found: [whole: number, cosine: number][]): NearestLatents {
  const nearest = new NearestLatents(found.length);
  found.forEach(([latent, cosine], part) => nearest.offer(part, { latent, cosine }));
  return nearest;
}

Deno.test("a latent is split if two others are near it and are hardly active without it", () => {
  const nearest = nearestOf([[1, 0.9], [1, 0.6], [0, 0.95], [1, 0.8], [1, 0.55]]);
  // part 3 is active on 10 rows, with the whole on 5 of them, which is not more than half; part 4 is never active
  const active = [20, 10, 5, 10, 0], both = [20, 8, 5, 5, 0];
  const activity = {
    ofWhole: () => 40,
    ofPart: (part: number) => active[part],
    ofBoth: (_: number, part: number) => both[part],
  };
  assert.deepEqual(splitLatents(nearest, activity), [{
    latent: 1,
    parts: [
      { latent: 0, decoderCosine: 0.9, coActive: 1, ofWhole: 0.5 },
      { latent: 1, decoderCosine: 0.6, coActive: 0.8, ofWhole: 0.2 },
    ],
  }]);
  assert.deepEqual(splitLatents(nearest, null)[0].parts.map(({ latent }) => latent), [0, 3, 1, 4]);
  assert.deepEqual(splitLatents(nearestOf([[0, 0.9], [0, 0.5]]), null), []); // 0.5 is not above it
  assert.deepEqual(splitLatents(new NearestLatents(3), null), []);
});

Deno.test("NearestLatents keeps the first of equals, and negative cosines too", () => {
  const nearest = new NearestLatents(1);
  for (const [latent, cosine] of [[4, -0.5], [5, -0.2], [6, -0.2]]) nearest.offer(0, { latent, cosine });
  assert.deepEqual([nearest.latent[0], nearest.cosine[0]], [5, -0.2]);
});

/** Two models' latents, `[rows, nLatents]`, of which many are 0. */
function drawn(rows: number, nLatents: number, seed: number): Float32Array {
  const rng = Rng.fromSeed(seed, "test");
  return Float32Array.from({ length: rows * nLatents }, () => Math.max(0, rng.normal() - 0.5));
}

Deno.test("CoActivity and Coverage are what plain loops over the whole matrices give", () => {
  const rows = 53, sizes = { a: 5, b: 7 }, above = { a: 0, b: 0.3 };
  const acts = { a: drawn(rows, sizes.a, 1), b: drawn(rows, sizes.b, 2) };
  for (let row = 0; row < rows; row++) acts.a[row * sizes.a + 4] = 0.5; // does not vary
  const models = {
    a: { nLatents: sizes.a, activeAbove: above.a },
    b: { nLatents: sizes.b, activeAbove: above.b },
  };
  const pairs = Array(sizes.a).keys().toArray().flatMap((a) => Array(sizes.b).keys().toArray().map((b) => ({ a, b })));
  const found = new CoActivity(models, [...pairs, ...pairs]);
  const wholeOf = Int32Array.of(0, 0, 1, -1, 2, 2, 2);
  const coverage = new Coverage({ wholes: models.a, parts: models.b, wholeOf });
  const readers = { a: new RowReader(), b: new RowReader() };
  for (let first = 0; first < rows; first += 20) {
    const piece = (of: "a" | "b") =>
      readers[of].read(acts[of].slice(first * sizes[of], Math.min(rows, first + 20) * sizes[of]), sizes[of]);
    const a = piece("a"), b = piece("b");
    found.add({ a, b });
    coverage.add({ wholes: a, parts: b });
  }

  const column = (of: "a" | "b", latent: number) =>
    Array.from({ length: rows }, (_, row) => acts[of][row * sizes[of] + latent]);
  const isActive = (of: "a" | "b", latent: number) => column(of, latent).map((value) => value > above[of]);
  assert.equal(found.rows, rows);
  for (const pair of pairs) {
    const x = column("a", pair.a), y = column("b", pair.b);
    const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / rows;
    const dx = x.map((value) => value - meanOf(x)), dy = y.map((value) => value - meanOf(y));
    const dot = (p: number[], q: number[]) => p.reduce((sum, value, i) => sum + value * q[i], 0);
    near(found.correlation(pair), pair.a === 4 ? null : dot(dx, dy) / Math.sqrt(dot(dx, dx) * dot(dy, dy)));
    const on = isActive("a", pair.a), other = isActive("b", pair.b);
    const both = on.filter((is, row) => is && other[row]).length;
    const either = on.filter((is, row) => is || other[row]).length;
    assert.equal(found.bothActive(pair), both);
    near(found.overlap(pair), both / either);
    assert.equal(found.a.activeRows[pair.a], on.filter(Boolean).length);
    assert.equal(found.b.activeRows[pair.b], other.filter(Boolean).length);
  }
  for (const whole of [0, 1, 2, 3]) {
    const parts = [...wholeOf.keys()].filter((part) => wholeOf[part] === whole).map((part) => isActive("b", part));
    const covered = isActive("a", whole).filter((is, row) => is && parts.some((part) => part[row])).length;
    assert.equal(coverage.covered[whole], covered);
  }
});
