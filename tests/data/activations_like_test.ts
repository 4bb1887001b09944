import assert from "node:assert/strict";
import { openData } from "../../lib/data/files/open_data.ts";
import { trainingCount } from "../../lib/data/dataset.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { type ActivationRows, ActivationsLike } from "./activations_like.ts";

const WIDTH = 48, ROWS = 3000;
const source = new ActivationsLike({ width: WIDTH, seed: 3 });
const drawn = source.next(ROWS);

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const rowOf = ({ values }: ActivationRows, row: number) => values.subarray(row * WIDTH, (row + 1) * WIDTH);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);
const means = Array.from({ length: WIDTH }, (_, i) => mean(Array.from({ length: ROWS }, (_, r) => rowOf(drawn, r)[i])));

/** Mean of the fourth power over the squared mean of squares: 3 for normal numbers. */
function kurtosis(values: number[]): number {
  const middle = mean(values), squares = values.map((v) => (v - middle) ** 2);
  return mean(squares.map((s) => s * s)) / mean(squares) ** 2;
}

/** The eigenvalues of a symmetric matrix by Jacobi's rotations, largest first. */
function eigenvalues(matrix: Float64Array[]): number[] {
  const a = matrix.map((row) => row.slice()), n = a.length;
  for (let sweep = 0; sweep < 12; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]), c = Math.cos(angle), s = Math.sin(angle);
        for (let k = 0; k < n; k++) [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]];
        for (let k = 0; k < n; k++) [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]];
      }
    }
  }
  return a.map((row, i) => row[i]).sort((x, y) => y - x);
}

Deno.test("ActivationsLike draws rows that point one way: the mean cosine between two of them is far above 0", () => {
  const cosines: number[] = [];
  for (let i = 0; i < 600; i += 2) {
    const [a, b] = [rowOf(drawn, i), rowOf(drawn, i + 1)];
    cosines.push(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)));
  }
  const cosine = mean(cosines);
  assert.ok(cosine > 0.3 && cosine < 0.9, `${cosine}`);
});

Deno.test("ActivationsLike draws norms that are log-normal, and a few dimensions that are much larger than the rest", () => {
  const logs = Array.from({ length: ROWS }, (_, row) => Math.log(Math.hypot(...rowOf(drawn, row))));
  const middle = mean(logs), deviation = Math.sqrt(mean(logs.map((l) => (l - middle) ** 2)));
  assert.ok(deviation > 0.2 && deviation < 0.6, `${deviation}`);
  const sizes = means.map(Math.abs), large = source.largeDimensions;
  const median = sizes.toSorted((a, b) => a - b)[WIDTH / 2];
  for (const i of large) assert.ok(sizes[i] > 5 * median, `${sizes[i]}, median ${median}`);
  assert.equal(large.length, 1);
  assert.equal(new ActivationsLike({ width: 768, seed: 1 }).largeDimensions.length, 3);
});

Deno.test("ActivationsLike draws values with heavy tails: of all together, and of a large dimension", () => {
  const all = kurtosis(Array.from(drawn.values));
  const large = kurtosis(Array.from({ length: ROWS }, (_, row) => rowOf(drawn, row)[source.largeDimensions[0]]));
  assert.ok(all > 10 && large > 10, `${all} ${large}`);
});

Deno.test("ActivationsLike draws a spectrum that falls by a power law", () => {
  const covariance = Array.from({ length: WIDTH }, () => new Float64Array(WIDTH));
  for (let row = 0; row < ROWS; row++) {
    const centred = Array.from(rowOf(drawn, row), (value, i) => value - means[i]);
    for (let i = 0; i < WIDTH; i++) for (let j = 0; j < WIDTH; j++) covariance[i][j] += centred[i] * centred[j] / ROWS;
  }
  const spectrum = eigenvalues(covariance);
  const trace = covariance.reduce((sum, row, i) => sum + row[i], 0);
  assert.ok(Math.abs(spectrum.reduce((a, b) => a + b) / trace - 1) < 1e-6);
  const effective = trace ** 2 / spectrum.reduce((sum, v) => sum + v * v, 0); // as many equal directions
  assert.ok(effective < WIDTH / 2, `${effective}`);
  const x = spectrum.map((_, i) => Math.log(i + 1)).slice(0, 32), y = spectrum.map(Math.log).slice(0, 32);
  const [mx, my] = [mean(x), mean(y)];
  const covary = mean(x.map((v, i) => (v - mx) * (y[i] - my)));
  const slope = covary / mean(x.map((v) => (v - mx) ** 2)),
    fit = covary ** 2 /
      (mean(x.map((v) => (v - mx) ** 2)) * mean(y.map((v) => (v - my) ** 2)));
  assert.ok(slope < -0.5 && slope > -1.5 && fit > 0.9, `${slope} ${fit}`);
});

Deno.test("ActivationsLike draws sparse features beneath, each as often as it says, that the rows show", () => {
  const counts = new Float64Array(source.chances.length);
  for (const feature of drawn.columns) counts[feature]++;
  counts.forEach((count, feature) => {
    const chance = source.chances[feature], deviation = Math.sqrt(ROWS * chance * (1 - chance));
    assert.ok(Math.abs(count - ROWS * chance) < 5 * deviation, `${feature}: ${count}`);
  });
  const perRow = drawn.columns.length / ROWS;
  assert.ok(perRow > 5 && perRow < 20, `${perRow}`);
  for (const feature of [0, 1, 2, 10, 20]) { // its rows lie further along its direction
    const direction = source.features.subarray(feature * WIDTH, (feature + 1) * WIDTH);
    assert.ok(Math.abs(dot(direction, direction) - 1) < 1e-6);
    const [active, silent]: number[][] = [[], []];
    for (let row = 0; row < ROWS; row++) {
      const isActive = drawn.columns.subarray(drawn.starts[row], drawn.starts[row + 1]).includes(feature);
      (isActive ? active : silent).push(dot(direction, rowOf(drawn, row)));
    }
    assert.ok(mean(active) > mean(silent) + 0.5, `${feature}: ${mean(active)}, ${mean(silent)}`);
  }
});

Deno.test("ActivationsLike draws the same rows for a random seed, however many at once, of any width", () => {
  const again = new ActivationsLike({ width: WIDTH, seed: 3 });
  const parts = [7, 13].map((count) => Array.from(again.next(count).values)).flat();
  assert.deepEqual(parts, Array.from(drawn.values.subarray(0, 20 * WIDTH)));
  const other = new ActivationsLike({ width: WIDTH, seed: 4 }).next(1);
  assert.notDeepEqual(other.values, drawn.values.subarray(0, WIDTH));
  for (const width of [1, 2, 7]) {
    const { values } = new ActivationsLike({ width, seed: 1 }).next(5);
    assert.ok(values.length === 5 * width && values.every(Number.isFinite));
  }
  for (const width of [0, 1.5, NaN]) {
    assert.throws(() => new ActivationsLike({ width, seed: 1 }), /^RangeError: .*expected a positive integer/);
  }
});

Deno.test(
  "bench/activations_like.ts writes rows that --data reads, the same for the same flags",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const write = async (...args: string[]) => {
      const script = new URL("../../bench/activations_like.ts", import.meta.url);
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-A", "--no-check", script.pathname, ...args],
        env: { NO_COLOR: "1" },
      }).output();
      return { success, text: new TextDecoder().decode(success ? stdout : stderr) };
    };
    const path = `${folder.path}/rows.npy`;
    const { text } = await write(path, "--rows", "40", "--width", "9", "--seed", "2", "--type", "f32");
    assert.match(text, /40 rows of 9 numbers, f32, random seed 2/);
    const dataset = await openData(path);
    assert.equal(trainingCount(dataset) + dataset.test.count, 40);
    const expected = new ActivationsLike({ width: 9, seed: 2 }).next(40).values;
    assert.deepEqual((await Deno.readFile(path)).slice(-4 * expected.length), new Uint8Array(expected.buffer));
    assert.match((await write(path, "--rows", "0")).text, /Cannot write activations: --rows is "0"/);
  },
);
