/**
 * Forward, loss and every gradient of the tensor code against the float64 model, with finite differences behind it.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "../../../lib/engine/reference/tfjs.ts";
import { affine, affineOfData } from "../../../lib/engine/reference/dense.ts";
import { decode, forward, type ModelTensors } from "../../../lib/engine/reference/forward.ts";
import {
  binaryCrossEntropy,
  meanSquaredError,
  reconstructionLoss,
  totalLoss,
} from "../../../lib/engine/reference/loss.ts";
import { parameterSpecs } from "../../../lib/sae/model.ts";
import { CASES, makeCase } from "../cases.ts";
import { forward64, gradients64, images64, loss64, widen } from "../float64_model.ts";

tf.enableProdMode(); // quiets tfjs
await tf.setBackend("cpu");

Deno.test("forward(), totalLoss() and every gradient equal the float64 model", async (t) => {
  for (const { name, definition, state, pixels } of CASES) {
    await t.step(name, async () => {
      const { arch, objective } = definition;
      const images = images64(pixels.subarray(0, 32 * arch.dInput), arch.dInput);
      const params = widen(state.params);
      const specs = parameterSpecs(arch);
      const x = tf.tensor2d(images);
      const flat = specs.map(({ name, shape }) => {
        const tensor = tf.tensor(state.params[name].slice(), shape);
        return shape.length === 2 ? tf.transpose(tensor) : tensor;
      });
      const weight = objective.knobs.beta;
      const lossOf = (...flat: tf.Tensor[]) => {
        const params = Object.fromEntries(specs.map(({ name }, i) => [name, flat[i]]));
        const model: ModelTensors = { arch, objective, params, buffers: {} };
        return totalLoss(forward(x, model, { isTraining: true }), model, { x, weight, step: 1, mayHaveDead: false })
          .total;
      };
      const { value, grads } = tf.valueAndGrads(lossOf)(flat);
      const truth = loss64(images, forward64(images, params, arch), definition);
      const relative = Math.abs((await value.data())[0] - truth.total) / truth.total;
      assert.ok(relative < 1e-5, `loss off by ${relative}`);
      const expected = gradients64(images, params, definition);
      const largest = Math.max(...Object.values(expected).flatMap((g) => Array.from(g, Math.abs)));
      for (const [i, { name, shape }] of specs.entries()) {
        const gradient = await (shape.length === 2 ? tf.transpose(grads[i]) : grads[i]).data();
        gradient.forEach((g, k) =>
          assert.ok(Math.abs(g - expected[name][k]) < 2e-6 * largest, `${name}[${k}]: ${g} ≠ ${expected[name][k]}`)
        );
      }
    });
  }
});

Deno.test("affine() and affineOfData() give tfjs's own values and gradients, and keep nothing", async () => {
  const [x, weight, bias] = [tf.randomNormal([5, 3]), tf.randomNormal([3, 4]), tf.randomNormal([4])] as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor1D,
  ];
  const before = tf.memory().numTensors;
  const plain = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
    tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D), bias);
  const sumOfSquares = (y: tf.Tensor) => tf.sum(tf.square(y)) as tf.Scalar;
  const theirs = tf.grads((x, w, b) => sumOfSquares(plain(x, w, b)))([x, weight, bias]);
  const ours = tf.grads((x, w, b) =>
    sumOfSquares(affine(x as tf.Tensor2D, { weight: w as tf.Tensor2D, bias: b as tf.Tensor1D }))
  )([x, weight, bias]);
  const ofData = tf.grads((w, b) =>
    sumOfSquares(affineOfData(x, { weight: w as tf.Tensor2D, bias: b as tf.Tensor1D }))
  )([weight, bias]);
  for (
    const [mine, expected] of [...ours.map((g, i) => [g, theirs[i]]), [ofData[0], theirs[1]], [ofData[1], theirs[2]]]
  ) {
    const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(mine, expected))));
    assert.ok((await difference.data())[0] < 1e-5);
    difference.dispose();
  }
  tf.dispose([theirs, ours, ofData]);
  assert.equal(tf.memory().numTensors, before);
  tf.dispose([x, weight, bias]);
});

Deno.test("forward() and decode() leave only what they return", () => {
  const { definition: { arch, objective }, state } = CASES[3];
  tf.tidy(() => {
    const params = Object.fromEntries(
      parameterSpecs(arch).map(({ name, shape }) => {
        const tensor = tf.tensor(state.params[name], shape);
        return [name, shape.length === 2 ? tf.transpose(tensor) : tensor];
      }),
    );
    const model: ModelTensors = { arch, objective, params, buffers: {} };
    const x = tf.zeros([2, arch.dInput]) as tf.Tensor2D;
    const before = tf.memory().numTensors;
    const { hidden, logits } = tf.tidy(() => {
      const { hidden, logits } = forward(x, model, { isTraining: true });
      return { hidden, logits };
    });
    assert.equal(tf.memory().numTensors, before + hidden.length + 1);
    const decoded = tf.tidy(() => decode(hidden[arch.latentIndex], model).logits);
    assert.equal(tf.memory().numTensors, before + hidden.length + 2);
    assert.deepEqual(decoded.dataSync(), logits.dataSync());
  });
});

Deno.test("binaryCrossEntropy() stays finite at extreme logits and right at 0", async () => {
  const logits = tf.tensor2d([[200, -200, 0, 0]]), x = tf.tensor2d([[1, 0, 0.5, 1]]);
  assert.ok(Math.abs((await binaryCrossEntropy(logits, x).data())[0] - Math.log(2) / 2) < 1e-6);
  const wrong = tf.tensor2d([[0, 1, 0.5, 1]]);
  assert.ok(Math.abs((await binaryCrossEntropy(logits, wrong).data())[0] - (400 + 2 * Math.log(2)) / 4) < 1e-4);
  tf.dispose([logits, x, wrong]);
});

Deno.test("meanSquaredError() is the mean over batch and input of (x̂ − x)²", async () => {
  const recon = tf.tensor2d([[0.5, 0.5], [0.75, 0.5]]), x = tf.tensor2d([[0.5, 1], [0.75, 0]]);
  assert.ok(Math.abs((await meanSquaredError(recon, x).data())[0] - (0 + 0.25 + 0 + 0.25) / 4) < 1e-7);
  tf.dispose([recon, x]);
});

Deno.test("reconstructionLoss() with mse compares σ(logits) with the images where the output is a sigmoid", async () => {
  const logits = tf.tensor2d([[0, 0], [Math.log(3), 0]]), x = tf.tensor2d([[0.5, 1], [0.75, 0]]);
  const { arch, objective } = makeCase(2, { hidden: [], latent: 1 }).definition;
  const loss = reconstructionLoss(logits, { x, arch, objective });
  assert.ok(Math.abs((await loss.data())[0] - (0 + 0.25 + 0 + 0.25) / 4) < 1e-7);
  tf.dispose([logits, x, loss]);
});
