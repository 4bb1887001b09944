/**
 * Eigen-decomposition and principal components against hand-worked cases, their definition in float64, and NumPy.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Rng } from "../../lib/rng.ts";
import { architecture } from "../../lib/sae/model.ts";
import { initialModel, meanImage } from "../../lib/sae/init.ts";
import { covariance, principalComponents } from "../../lib/sae/principal_components.ts";
import { symmetricEigen } from "../../lib/sae/symmetric_eigen.ts";
import { configOf } from "../config_of.ts";
import { hasNumpy, python } from "../python.ts";

/** A·B for square matrices, row-major. */
function product(a: Float64Array, b: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: d * d }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += a[Math.floor(at / d) * d + k] * b[k * d + at % d];
    return sum;
  });
}

const transposed = (a: Float64Array, d: number) => a.map((_, at) => a[at % d * d + Math.floor(at / d)]);

function randomSymmetric(d: number, { rank }: { rank: number }): Float64Array {
  const rng = Rng.fromSeed(d, "symmetric"), half = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let k = 0; k < rank; k++) half[i * d + k] = rng.normal();
  return product(half, transposed(half, d), d);
}

function assertNear(own: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  assert.equal(own.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    assert.ok(Math.abs(own[i] - wanted[i]) <= tolerance, `${i}: ${own[i]}, wanted ${wanted[i]}`);
  }
}

Deno.test("symmetricEigen() finds the values and vectors of matrices that are solved by hand", () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 0, 0, 0, 3, 4, 0, 4, 9)); // 11, 2 and 1
  assertNear(values, [11, 2, 1], 1e-12);
  const [one, two] = [1, 2].map((value) => value / Math.sqrt(5));
  assertNear(vectors, [0, one, two, 1, 0, 0, 0, two, -one], 1e-12);
  assert.deepEqual(symmetricEigen(Float64Array.of(-7)), { values: Float64Array.of(-7), vectors: Float64Array.of(1) });
  assertNear(symmetricEigen(new Float64Array(16)).values, [0, 0, 0, 0], 0);
  assert.throws(() => symmetricEigen(new Float64Array(3)), { message: /^Cannot decompose a matrix: it has 3 values/ });
  assert.throws(() => symmetricEigen(Float64Array.of(1, NaN, NaN, 1)), RangeError);
});

Deno.test("symmetricEigen() gives A·v = λ·v with orthonormal v, of full and of low rank, at every size", () => {
  for (const [d, rank] of [[2, 2], [3, 1], [5, 5], [16, 9], [41, 40], [64, 7]]) {
    const matrix = randomSymmetric(d, { rank }), { values, vectors } = symmetricEigen(matrix.slice());
    const size = values[0];
    assertNear(
      product(vectors, transposed(vectors, d), d),
      Float64Array.from({ length: d * d }, (_, at) => at % (d + 1) === 0 ? 1 : 0),
      1e-12,
    );
    const images = product(vectors, matrix, d);
    assertNear(images, vectors.map((value, at) => value * values[Math.floor(at / d)]), 1e-13 * d * size);
    assert.ok(values.every((value, i) => i === 0 || value <= values[i - 1]));
    assert.equal(values.filter((value) => value > 1e-10 * size).length, rank);
  }
});

Deno.test({ name: "symmetricEigen() finds NumPy's eigenvalues", ignore: !await hasNumpy() }, async () => {
  const d = 24, matrix = randomSymmetric(d, { rank: d });
  const program = "import sys, json, numpy as n; m = n.array(json.loads(sys.argv[1])).reshape(24, 24); " +
    "print(json.dumps(n.linalg.eigvalsh(m)[::-1].tolist()))";
  const wanted = JSON.parse(await python(program, [JSON.stringify(Array.from(matrix))])) as number[];
  assertNear(symmetricEigen(matrix).values, wanted, 1e-12 * wanted[0]);
});

Deno.test("principalComponents() of bytes and of floats are those of the definition", () => {
  const d = 7, count = 50, rng = Rng.fromSeed(1, "rows");
  const bytes = Uint8Array.from(
    { length: count * d },
    (_, at) => at % d === 3 ? 0 : rng.uniform() < 0.5 ? 0 : rng.below(256),
  ); // a value that never varies
  const floats = Float32Array.from(bytes, (value) => value / 255);
  for (const pixels of [bytes, floats]) {
    const mean = meanImage(pixels, d), own = covariance(pixels, mean);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let sum = 0;
        for (let row = 0; row < count; row++) {
          sum += (bytes[row * d + i] / 255 - mean[i]) * (bytes[row * d + j] / 255 - mean[j]);
        }
        assert.ok(Math.abs(own[i * d + j] - sum / count) < 1e-8);
      }
    }
    const all = principalComponents(pixels, { mean, most: 100 }), some = principalComponents(pixels, { mean, most: 2 });
    assert.equal(all.count, d - 1, "what never varies is no component");
    assert.equal(some.count, 2);
    assert.deepEqual(some.vectors, all.vectors.slice(0, 2 * d));
    for (let c = 0; c < all.count; c++) { // the variance along a component is its eigenvalue
      let sum = 0;
      for (let row = 0; row < count; row++) {
        let along = 0;
        for (let i = 0; i < d; i++) along += all.vectors[c * d + i] * (bytes[row * d + i] / 255 - mean[i]);
        sum += along ** 2;
      }
      assert.ok(Math.abs(sum / count - all.variances[c]) < 1e-8);
    }
  }
});

Deno.test("a dictionary of components has each with both signs, and reconstructs what they span, pre-bias or not", () => {
  const d = 5, count = 40, rng = Rng.fromSeed(2, "rows");
  const plane = [[1, 2, 0, -1, 0], [0, 1, 1, 1, -2]]; // rows lie in a plane through (3, 1, 0, 0, 1): two components
  const rows = Array.from({ length: count }, () => {
    const [a, b] = [rng.normal(), rng.normal(0, 3)];
    return [3, 1, 0, 0, 1].map((origin, i) => origin + a * plane[0][i] + b * plane[1][i]);
  });
  const pixels = Float32Array.from(rows.flat());
  for (const preBias of ["decoder", "none"] as const) {
    const config = configOf({ sparsity: "topk", k: 2, latent: 7, baseline: "pca", preBias });
    const arch = architecture(config, d), { params } = initialModel(config, { arch, pixels });
    const encoder = params["encoder.0.weight"], decoder = params["decoder.0.weight"];
    for (let latent = 0; latent < 7; latent++) {
      for (let i = 0; i < d; i++) {
        const value = encoder[latent * d + i];
        assert.equal(decoder[i * 7 + latent], value, "encoder and decoder are the same directions");
        if (latent < 4) assert.equal(value, -encoder[(latent ^ 1) * d + i]);
        else assert.equal(value, 0, "there is no third component");
      }
    }
    for (let row = 0; row < count; row++) {
      const x = pixels.subarray(row * d, (row + 1) * d), bias = params["decoder.0.bias"];
      const acts = Array.from({ length: 7 }, (_, latent) => {
        let sum = params["encoder.0.bias"][latent];
        for (let i = 0; i < d; i++) sum += encoder[latent * d + i] * (x[i] - (preBias === "decoder" ? bias[i] : 0));
        return Math.max(sum, 0);
      });
      const recon = Array.from(
        x,
        (_, i) => acts.reduce((sum, act, latent) => sum + act * decoder[i * 7 + latent], bias[i]),
      );
      assertNear(recon, x, 1e-4);
      assert.ok(acts.filter((act) => act > 0).length <= 2);
    }
  }
});
