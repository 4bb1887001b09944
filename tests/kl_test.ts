import assert from "node:assert/strict";
import * as tf from "../lib/engine/reference/tfjs.ts";
import fc from "./fast_check.ts";
import { klDivergence, klSlope, klSum, meanActivations } from "../lib/kl.ts";
import { klPenalty } from "../lib/sae/sparsity/kl.ts";
import { tfOps } from "../lib/engine/reference/tensor_ops.ts";

tf.enableProdMode(); // quiets tfjs

Deno.test("klDivergence() gives the hand-worked values at ρ = 0.05", () => {
  // 0.05 ln(0.05/0.1) + 0.95 ln(0.95/0.9) and its siblings, worked out by hand to six places.
  for (const [rhoHat, nats] of [[0.05, 0], [0.1, 0.016707], [0.2, 0.093943], [0.001, 0.147823]]) {
    assert.equal(klDivergence(0.05, rhoHat).toFixed(6), nats.toFixed(6));
  }
});

Deno.test("klDivergence() is never negative and 0 only at ρ̂ = ρ", () => {
  const inside = fc.double({ min: 1e-5, max: 1 - 1e-5, noNaN: true });
  fc.assert(fc.property(inside, inside, (rho, rhoHat) => {
    assert.ok(klDivergence(rho, rhoHat) >= -1e-15);
    assert.ok(Math.abs(klDivergence(rho, rho)) < 1e-15);
  }));
});

Deno.test("klDivergence() stays finite and constant where ρ̂ is clamped", () => {
  assert.equal(klDivergence(0.05, 0), klDivergence(0.05, 1e-6));
  assert.equal(klDivergence(0.05, 1), klDivergence(0.05, 1 - 1e-6));
  assert.ok(Number.isFinite(klDivergence(0.05, 1)));
});

Deno.test("klSlope() equals central differences inside the clamp and is 0 outside", () => {
  const h = 1e-7;
  for (const rho of [0.01, 0.05, 0.5]) {
    for (const rhoHat of [0.002, 0.05, 0.3, 0.9]) {
      const numeric = (klDivergence(rho, rhoHat + h) - klDivergence(rho, rhoHat - h)) / (2 * h);
      assert.ok(Math.abs(klSlope(rho, rhoHat) - numeric) < 1e-5 * Math.max(1, Math.abs(numeric)));
    }
  }
  assert.equal(klSlope(0.05, 1e-7), 0);
  assert.equal(klSlope(0.05, 1), 0);
});

Deno.test("meanActivations() averages each unit over the batch and refuses a ragged one", () => {
  assert.deepEqual([...meanActivations([1, 0, 0, 0.5, 0.5, 0.25], 3)], [0.75, 0.25, 0.125]);
  assert.throws(() => meanActivations([1, 2, 3], 2), TypeError);
  assert.throws(() => meanActivations([], 2), TypeError);
});

Deno.test("klPenalty() equals klSum() of meanActivations() in value and gradient", async () => {
  await tf.setBackend("cpu");
  const [batch, nLatents, rho] = [7, 5, 0.05];
  const values = Float32Array.from({ length: batch * nLatents }, (_, i) => ((i * 37) % 97) / 100 + 0.001);
  const acts = tf.tensor2d(values, [batch, nLatents]);
  const rhoHats = meanActivations(values, nLatents);
  const value = klPenalty(tfOps, { acts, rho }) as tf.Scalar;
  assert.ok(Math.abs((await value.data())[0] - klSum(rho, rhoHats)) < 1e-5);
  const gradient = tf.grad((acts) => klPenalty(tfOps, { acts, rho }) as tf.Scalar)(acts);
  (await gradient.data()).forEach((g, i) =>
    assert.ok(Math.abs(g - klSlope(rho, rhoHats[i % nLatents]) / batch) < 1e-5)
  );
  tf.dispose([acts, value, gradient]);
});

Deno.test("klPenalty() leaves one tensor behind when it is tidied", async () => {
  await tf.setBackend("cpu");
  const acts = tf.fill([3, 2], 0.5) as tf.Tensor2D;
  const before = tf.memory().numTensors;
  tf.tidy(() => klPenalty(tfOps, { acts, rho: 0.05 }) as tf.Scalar).dispose();
  assert.equal(tf.memory().numTensors, before);
  acts.dispose();
});
