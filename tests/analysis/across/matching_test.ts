/**
 * Matched directions: a shuffled dictionary is found again, candidates come close to the exact matching, and memory is bounded.
 *
 * @module
 */
import assert from "node:assert/strict";
import { assignAll } from "../../../lib/analysis/across/assignment.ts";
import { type DirectionRows, matchDirections, matchingBytes } from "../../../lib/analysis/across/matching.ts";
import { Rng } from "../../../lib/rng.ts";
import { cosine } from "../cosine.ts";

const all = (values: Float32Array, width: number): DirectionRows => ({
  values,
  rows: Array(values.length / width).keys().toArray(),
});

function normals(length: number, seed: number): Float32Array {
  const rng = Rng.fromSeed(seed, "test");
  return Float32Array.from({ length }, () => rng.normal());
}

/** The first matrix in another order, each row with some noise, scaled, every third one flipped. */
function disturbed(values: Float32Array, { width, noise }: { width: number; noise: number }) {
  const count = values.length / width, rng = Rng.fromSeed(3, "order"), order = rng.permutation(count);
  const others = Float32Array.from({ length: values.length }, (_, at) => {
    const row = Math.floor(at / width), sign = row % 3 === 0 ? -2 : 2;
    return sign * (values[order[row] * width + at % width] + noise * rng.normal());
  });
  return { order, others };
}

Deno.test("matchDirections() finds a shuffled dictionary again, with the signs of its cosines", () => {
  const width = 19, values = normals(41 * width, 1), { order, others } = disturbed(values, { width, noise: 0 });
  for (const mostExact of [2048, 0]) {
    const { partners, cosines, isExact } = matchDirections(all(values, width), all(others, width), {
      width,
      mostExact,
    });
    assert.equal(isExact, mostExact > 0);
    for (const [row, own] of order.entries()) {
      assert.equal(partners[own], row);
      assert.ok(Math.abs(cosines[own] - (row % 3 === 0 ? -1 : 1)) < 1e-6);
    }
  }
});

Deno.test("matchDirections() matches a direction with one that points its way, where its opposite is there too", () => {
  const width = 9, count = 6, half = normals(count * width, 6), twin = disturbed(half, { width, noise: 0.1 }).others;
  const withOpposites = (values: Float32Array) =>
    Float32Array.from([values, values.map((value) => -value)].flatMap((own) => [...own]));
  for (const mostExact of [2048, 0]) {
    const options = { width, mostExact }, a = all(withOpposites(half), width), b = all(withOpposites(twin), width);
    const { cosines, partners } = matchDirections(a, b, options);
    assert.ok(cosines.every((value) => value > 0.9), cosines.join());
    assert.equal(new Set(partners).size, 2 * count);
  }
});

Deno.test("matchDirections() matches only the rows that are named, and calls onCosine once for each pair", () => {
  const width = 3, a = normals(5 * width, 4), b = normals(6 * width, 5), rows = { a: [0, 3, 4], b: [1, 2] };
  const found = new Map<string, number>();
  const { partners } = matchDirections({ values: a, rows: rows.a }, { values: b, rows: rows.b }, {
    width,
    onCosine: (i, j, value) => found.set(`${i},${j}`, value),
  });
  assert.deepEqual([...found.keys()].sort(), rows.a.flatMap((i) => rows.b.map((j) => `${i},${j}`)).sort());
  for (const [key, value] of found) {
    const [i, j] = key.split(",").map(Number);
    const truth = cosine(a.subarray(i * width, (i + 1) * width), b.subarray(j * width, (j + 1) * width));
    assert.ok(Math.abs(value - truth) < 1e-12);
  }
  assert.deepEqual([...partners].filter((j) => j >= 0).sort(), rows.b);
  assert.deepEqual([partners[1], partners[2]], [-1, -1]);
});

Deno.test("of more directions the matching among candidates is nearly the exact one", () => {
  const width = 24, count = 300, values = normals(count * width, 6);
  const { others } = disturbed(values, { width, noise: 0.7 }); // cosines of about 0.8 among others of up to 0.7
  const a = all(values, width), b = all(others, width);
  const mean = ({ cosines }: { cosines: Float64Array }) => cosines.reduce((sum, c) => sum + Math.abs(c), 0) / count;
  const exact = matchDirections(a, b, { width });
  const few = matchDirections(a, b, { width, mostExact: 0, candidates: 8 });
  assert.ok(!few.isExact && mean(few) <= mean(exact) + 1e-12 && mean(few) > mean(exact) - 0.005);
  const same = few.partners.filter((partner, i) => partner === exact.partners[i]).length;
  assert.ok(same > 0.97 * count, `${same} of ${count}`);
  // the exact one, from cosines computed here
  const sizes = Float64Array.from({ length: count ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / count), at % count];
    return Math.abs(cosine(values.subarray(i * width, (i + 1) * width), others.subarray(j * width, (j + 1) * width)));
  });
  const columnOf = assignAll(sizes, { rows: count, columns: count });
  const best = columnOf.reduce((sum, j, i) => sum + sizes[i * count + j], 0) / count;
  assert.ok(Math.abs(mean(exact) - best) < 1e-9);
});

Deno.test("copies of a direction, whose candidates are all the same, are matched with what the candidates leave", () => {
  const width = 6,
    count = 120,
    copies = (seed: number) => {
      const values = normals(count * width, seed);
      for (let row = count / 2; row < count; row++) values.copyWithin(row * width, 0, width);
      return all(values, width);
    };
  const a = copies(5), b = copies(6), options = { width, candidates: 8 };
  const exact = matchDirections(a, b, options), near = matchDirections(a, b, { ...options, mostExact: 0 });
  assert.deepEqual(
    [...near.partners].sort((x, y) => x - y),
    Array(count).keys().toArray(),
    "each has a partner of its own",
  );
  const sum = ({ cosines }: typeof exact) => cosines.reduce((total, cosine) => total + Math.abs(cosine), 0);
  assert.ok(sum(near) <= sum(exact) + 1e-9 && sum(near) > 0.9 * sum(exact), `${sum(near)} of ${sum(exact)}`);
});

Deno.test("a direction of zeros has cosine 0 with all, and one that is not finite is refused", () => {
  const zeros = all(new Float32Array(4), 2), ones = all(Float32Array.of(1, 0, 0, 1), 2);
  const seen: number[][] = [], onCosine = (...pair: number[]) => void seen.push(pair);
  const { partners, cosines } = matchDirections(zeros, ones, { width: 2, onCosine });
  assert.deepEqual([[...partners].sort(), [...cosines]], [[0, 1], [0, 0]]);
  assert.deepEqual(seen, [], "no direction is nearest to none");
  matchDirections(ones, all(Float32Array.of(0, 3, 0, 0), 2), { width: 2, onCosine });
  assert.deepEqual(seen, [[0, 0, 0], [1, 0, 1]], "a right angle is a cosine of 0 too");
  assert.throws(() => matchDirections(ones, all(Float32Array.of(1, NaN), 2), { width: 2 }), /row 0 has length NaN/);
});

Deno.test("matchingBytes() of 16,384 directions is bounded: far less than all their pairs", () => {
  const bytes = matchingBytes({ n: 16384, m: 16384, width: 768 });
  assert.ok(bytes < 2 ** 29 && bytes < 8 * 16384 ** 2 / 4);
});
