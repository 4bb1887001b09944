/**
 * The sparsity variants on cases small enough to work out by hand.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "../../lib/engine/reference/tfjs.ts";
import { type Config, resolveConfig } from "../../lib/config.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { forward, type ModelTensors } from "../../lib/engine/reference/forward.ts";
import { totalLoss } from "../../lib/engine/reference/loss.ts";
import { batchtopk } from "../../lib/sae/sparsity/batchtopk.ts";
import { gated } from "../../lib/sae/sparsity/gated.ts";
import { jumprelu } from "../../lib/sae/sparsity/jumprelu.ts";
import { budgetsBelow } from "../../lib/sae/sparsity/hierarchicaltopk.ts";
import { prefixWidths } from "../../lib/sae/sparsity/matryoshka.ts";
import { auxWidth, topk } from "../../lib/sae/sparsity/topk.ts";
import type { LatentInput, Tensor, TrainingPass } from "../../lib/sae/sparsity/variant.ts";
import type { VariantKnobs } from "../../lib/sae/sparsity/variants.ts";
import { tfOps } from "../../lib/engine/reference/tensor_ops.ts";
import { configOf } from "../config_of.ts";

tf.enableProdMode(); // quiets tfjs
await tf.setBackend("cpu");

const numbers = (tensor: Tensor) => Array.from((tensor as tf.Tensor).dataSync());
const rows = (tensor: Tensor) => (tensor as tf.Tensor2D).arraySync();

function assertNear(tensor: Tensor, expected: number[], tolerance = 1e-6): void {
  const actual = numbers(tensor);
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) =>
    assert.ok(
      Math.abs(value - expected[i]) <= tolerance * Math.max(1, Math.abs(expected[i])),
      `[${actual}] ≠ [${expected}]`,
    )
  );
}

/** What a variant makes latents of; biases are 0 unless given. */
function inputOf(
  preActs: number[][],
  { bias, params = {}, threshold = -1, ...knobs }: Partial<VariantKnobs> & {
    bias?: number[];
    params?: Record<string, number[]>;
    threshold?: number;
  },
): LatentInput<VariantKnobs> {
  return {
    preActs: tf.tensor2d(preActs),
    bias: tf.tensor1d(bias ?? preActs[0].map(() => 0)),
    params: Object.fromEntries(Object.entries(params).map(([name, values]) => [name, tf.tensor1d(values)])),
    buffers: { threshold: tf.tensor1d([threshold]) },
    knobs: { ...resolveConfig(), ...knobs },
  };
}

/** A model from its numbers, `[nLatents][dInput]` for both weights; not a step of it was taken. */
function modelOf(
  turned: Partial<Config>,
  { encoder, encoderBias, decoder, decoderBias, lastFired }: {
    encoder: number[][];
    encoderBias: number[];
    decoder: number[][];
    decoderBias: number[];
    lastFired?: number[];
  },
): ModelTensors {
  const config = configOf({
    hidden: [],
    latent: encoder.length,
    k: 1,
    preBias: "none",
    decoderNorm: "free",
    ...turned,
  });
  const { arch, objective } = stepDefinition(config, encoder[0].length);
  return {
    arch,
    objective,
    params: {
      "encoder.0.weight": tf.transpose(tf.tensor2d(encoder)),
      "encoder.0.bias": tf.tensor1d(encoderBias),
      "decoder.0.weight": tf.tensor2d(decoder),
      "decoder.0.bias": tf.tensor1d(decoderBias),
      ...Object.fromEntries(
        Object.entries(arch.latentParameters).map(([name, { initial }]) => [
          `latents.${name}`,
          tf.fill([encoder.length], initial),
        ]),
      ),
    },
    buffers: {
      threshold: tf.tensor1d([-1]),
      lastFired: tf.tensor1d(lastFired ?? encoder.map(() => 0)),
    },
  };
}

/** One part of a model's loss on images, and that part's gradient of each parameter. */
function lossAndGradients(
  model: ModelTensors,
  images: number[][],
  { part, step = 1 }: { part: "penalty" | "auxiliary" | "total" | "reconstruction"; step?: number },
) {
  const names = Object.keys(model.params), x = tf.tensor2d(images);
  const lossOf = (...params: tf.Tensor[]): tf.Scalar => {
    const own = { ...model, params: Object.fromEntries(names.map((name, i) => [name, params[i]])) };
    const loss = totalLoss(forward(x, own, { isTraining: true }), own, { x, weight: 1, step, mayHaveDead: true })[part];
    return tf.addN([loss, ...params.map((p) => tf.sum(tf.mul(0, p)))]) as tf.Scalar; // tfjs refuses what a loss does not depend on
  };
  const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => model.params[name]));
  return { value, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]])) };
}

Deno.test("largestInRows() and largest() choose exactly k, the first of equal ones", () => {
  const x = tf.tensor2d([[1, 3, 1, 1], [0, 0, 0, 0], [-1, -2, -3, -4]]);
  assert.deepEqual(rows(tfOps.largestInRows(x, 2)), [[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0]]);
  assert.deepEqual(rows(tfOps.largestInRows(x, 4)), [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]);
  assert.deepEqual(rows(tfOps.largest(x, 3)), [[1, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]);
  assert.deepEqual(rows(tfOps.largest(x, 99)), [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]);
});

Deno.test("topk.latents() keeps the k largest of each row, ties by index, and rectifies them", () => {
  const latents = (preActs: number[][], k: number) => rows(topk.latents(tfOps, inputOf(preActs, { k })));
  assert.deepEqual(latents([[2, 5, 1, 3], [4, 4, 4, 4], [-1, -2, 7, -3]], 2), [
    [0, 5, 0, 3],
    [4, 4, 0, 0],
    [0, 0, 7, 0],
  ]);
  const level = Array.from({ length: 5 }, (_, b) => Array.from({ length: 9 }, (_, j) => 1 + (b + j) % 3));
  for (let k = 1; k <= 9; k++) {
    for (const row of latents(level, k)) assert.equal(row.filter((f) => f > 0).length, k);
  }
});

Deno.test("batchtopk.latents() gives an image with strong latents more of them", () => {
  const input = inputOf([[3, 1, 0, 2], [0.5, 0.4, 0, 0.1]], { k: 2 });
  const acts = batchtopk.latents(tfOps, input);
  assert.deepEqual(rows(acts), [[3, 1, 0, 2], [0.5, 0, 0, 0]]);
  const next = (acts: Tensor, threshold: number) =>
    batchtopk.nextBuffers!(
      tfOps,
      { acts, buffers: { threshold: tf.tensor1d([threshold]) } } as unknown as TrainingPass<VariantKnobs>,
    )
      .threshold;
  assertNear(next(acts, -1), [0.5]); // the first smallest is taken as it is
  assertNear(next(acts, 0.7), [0.99 * 0.7 + 0.01 * 0.5]);
  assertNear(next(tf.zeros([2, 4]), 0.7), [0.7]); // nothing fired
  assertNear(next(tf.zeros([2, 4]), -1), [-1]);
});

Deno.test("batchtopk.inferredLatents() lets each image alone pass what is above θ, whoever is beside it", () => {
  const inferred = (threshold: number) =>
    rows(batchtopk.inferredLatents!(tfOps, inputOf([[0.5, 0.75, -1], [9, 8, 7]], { k: 1, threshold })));
  assert.deepEqual(inferred(0.5), [[0, 0.75, 0], [9, 8, 7]]);
  assert.deepEqual(inferred(-1), [[0.5, 0.75, 0], [9, 8, 7]]);
});

Deno.test("jumprelu.latents() and its penalty have the stated values and straight-through gradients", () => {
  const column = [[0.98], [1.01], [1.2], [0.5]]; // one latent, four images
  const [z, theta] = [tf.tensor2d(column), tf.tensor1d([1])];
  const latents = (z: tf.Tensor, theta: tf.Tensor) =>
    jumprelu.latents(tfOps, { ...inputOf(column, { bandwidth: 0.1 }), preActs: z, params: { theta } }) as tf.Tensor;
  assertNear(latents(z, theta), [0, 1.01, 1.2, 0]);
  const [dz, dTheta] = tf.grads((z, theta) => tf.sum(latents(z, theta)))([z, theta]);
  assertNear(dz, [0, 1, 1, 0]);
  assertNear(dTheta, [-20]); // −θ/ε = −10 for each of the two in the window
  const penalty = (z: tf.Tensor, theta: tf.Tensor) =>
    jumprelu.terms(
      tfOps,
      { ...inputOf(column, { bandwidth: 0.1 }), preActs: z, params: { theta }, dInput: 1 } as unknown as TrainingPass<
        VariantKnobs
      >,
    ).penalty as tf.Scalar;
  assertNear(penalty(z, theta), [2 / 4]); // ⟨L0⟩
  const [pz, pTheta] = tf.grads((z, theta) => tf.mul(penalty(z, theta), 4))([z, theta]);
  assertNear(pz, [0, 0, 0, 0]);
  assertNear(pTheta, [-20]);
});

Deno.test("jumprelu.latents() takes a threshold below 0 for 0, and keeps each latent's gradient its own", () => {
  const input = { ...inputOf([[-0.01, 0.02]], { bandwidth: 0.1, params: { theta: [-0.05, -0.05] } }) };
  assertNear(jumprelu.latents(tfOps, input), [0, 0.02]);
  const z = tf.tensor2d([[2.01, 0.99, 4]]);
  const dTheta = tf.grad((theta) =>
    tf.sum(jumprelu.latents(tfOps, { ...input, preActs: z, params: { theta } }) as tf.Tensor)
  );
  assertNear(dTheta(tf.tensor1d([2, 1, 1])), [-20, -10, 0]);
});

Deno.test("jumprelu counts a threshold below 0 as 0 in its gradients too, and the penalty raises it again", () => {
  // ε = 0.1, so the window around 0 is (−0.05, 0.05): of these four preActs 0.02 and −0.04 are inside, −0.12 is not,
  // and 0.05 is on the edge.
  const column = [[0.02], [-0.04], [-0.12], [0.05]];
  const input = { ...inputOf(column, { bandwidth: 0.1 }), dInput: 1 } as unknown as TrainingPass<VariantKnobs>;
  const of = (theta: tf.Tensor) => ({ ...input, params: { theta } });
  const theta = tf.tensor1d([-0.1]);
  const ofLatents = tf.grad((theta) => tf.sum(jumprelu.latents(tfOps, of(theta)) as tf.Tensor))(theta);
  assertNear(ofLatents, [0]); // −max(θ, 0)/ε is 0
  const ofPenalty = tf.grad((theta) => tf.mul(jumprelu.terms(tfOps, of(theta)).penalty as tf.Scalar, 4))(theta);
  assertNear(ofPenalty, [-20]); // −1/ε for each of the two: a step of descent raises θ
});

Deno.test("AuxK explains the error without the decoder's bias, from unrectified preActs of dead latents alone", () => {
  // z = (1, −8): the first fires, the second never did. x̂ = (1, 0) + (100, 100), so the error is (−100, −98).
  const model = modelOf({ sparsity: "topk", auxAlpha: 1 / 32, deadSteps: 5 }, {
    encoder: [[1, 0], [0, 1]],
    encoderBias: [0, -10],
    decoder: [[1, 0], [0, 0.5]],
    decoderBias: [100, 100],
    lastFired: [9, 0],
  });
  // h·W_dec = −8·(0, 0.5); ⟨(0 + 100)², (−4 + 98)²⟩ = 9418; one dead latent of one that may explain: scale 1.
  const { value, gradients } = lossAndGradients(model, [[1, 2]], { part: "auxiliary", step: 10 });
  assertNear(value, [9418 / 32]);
  assertNear(gradients["decoder.0.bias"], [0, 0]);
  assertNear(gradients["decoder.0.weight"], [0, 0, 100 * -8 / 32, 94 * -8 / 32]); // the mean over 2 takes the square's 2
  assertNear(gradients["encoder.0.bias"], [0, 94 * 0.5 / 32]);
  // Dead are those last active more than 5 steps before: after 5 inactive steps not yet, after 6 they are.
  for (const [step, lastFired, isDead] of [[6, 0, false], [7, 0, true], [10, 4, false], [11, 4, true]] as const) {
    model.buffers.lastFired = tf.tensor1d([9, lastFired]);
    assertNear(lossAndGradients(model, [[1, 2]], { part: "auxiliary", step }).value, [isDead ? 9418 / 32 : 0]);
  }
});

Deno.test("auxWidth() is what it is told or a quarter of k, at least 1 and at most all latents", () => {
  const widths = [[16, null], [3, null], [1, null], [100, null], [16, 7], [16, 99]].map(([k, auxK]) =>
    auxWidth({ k: k!, auxK }, 20)
  );
  assert.deepEqual(widths, [4, 1, 1, 20, 7, 20]);
});

Deno.test("AuxK takes the largest of several dead latents for each image", () => {
  const model = modelOf({ sparsity: "topk", auxAlpha: 1, deadSteps: 5, auxK: 1 }, {
    encoder: [[1, 0], [0, 1], [0, -1]],
    encoderBias: [9, 0, 0],
    decoder: [[0, 0], [1, 0], [0, 1]],
    decoderBias: [0, 0],
    lastFired: [9, 1, 1],
  });
  // x̂ = 0, so the errors are x: of (0, 2) the second latent explains 2, of (0, −3) the third explains 3, both wrongly.
  const { value } = lossAndGradients(model, [[0, 2], [0, -3]], { part: "auxiliary", step: 10 });
  assertNear(value, [(2 ** 2 + 2 ** 2 + 0 + 6 ** 2) / 4]);
});

Deno.test("AuxK weighs fewer dead latents than it could take by their share", () => {
  const model = modelOf({ sparsity: "topk", auxAlpha: 1, deadSteps: 5, auxK: 2 }, { // one of three is dead
    encoder: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
    encoderBias: [0, 0, 3],
    decoder: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
    decoderBias: [0, 0, 0, 0],
    lastFired: [9, 9, 1],
  });
  // z = (5, 1, 3), x̂ = (5, 0, 0, 0), error (0, 1, 0, 2); h·W_dec = (0, 0, 3, 0): ⟨…⟩ = (1 + 9 + 4)/4.
  assertNear(lossAndGradients(model, [[5, 1, 0, 2]], { part: "auxiliary", step: 10 }).value, [14 / 4 / 2]);
});

Deno.test("gated.latents() asks the gate whether and the magnitude how much", () => {
  const input = inputOf([[1, -1, 2]], {
    bias: [0.5, 0, 0],
    params: { rMag: [Math.log(2), 0, 0], bMag: [0.1, 5, -3] },
  });
  // u = (0.5, −1, 2): 2·0.5 + 0.1 where the gate is open, nothing where it is shut, ReLU(2 − 3).
  assertNear(gated.latents(tfOps, input), [1.1, 0, 0]);
});

Deno.test("gated: the auxiliary loss is that of the gates, and gives the decoder no gradient", () => {
  const model = modelOf({ sparsity: "gated" }, {
    encoder: [[1, 0], [0, 1]],
    encoderBias: [1, -5],
    decoder: [[2, 0], [0, 2]],
    decoderBias: [0.5, 0.5],
  });
  // π = (3, −1) of x = (2, 4): x̂ = (6.5, 0.5), off by (4.5, −3.5).
  const { value, gradients } = lossAndGradients(model, [[2, 4]], { part: "auxiliary" });
  assertNear(value, [(4.5 ** 2 + 3.5 ** 2) / 2]);
  assertNear(gradients["decoder.0.weight"], [0, 0, 0, 0]);
  assertNear(gradients["decoder.0.bias"], [0, 0]);
  assertNear(gradients["encoder.0.bias"], [4.5 * 2, 0]);
  // Penalty: ⟨ReLU(π)·‖dec‖⟩/d, norms 2.
  assertNear(lossAndGradients(model, [[2, 4]], { part: "penalty" }).value, [3 * 2 / 2]);
});

Deno.test("l1's penalty weighs each latent by the length with which it writes, unless that is kept at 1", () => {
  const numbers = {
    encoder: [[1, 0], [0, 1]],
    encoderBias: [0, 0],
    decoder: [[3, 4], [0, 0.5]],
    decoderBias: [0, 0],
  };
  const penalty = (decoderNorm: "free" | "unit") =>
    lossAndGradients(modelOf({ sparsity: "l1", decoderNorm }, numbers), [[1, 2], [3, -1]], { part: "penalty" });
  assertNear(penalty("free").value, [(1 * 5 + 2 * 0.5 + 3 * 5) / 2 / 2]);
  assertNear(penalty("unit").value, [(1 + 2 + 3) / 2 / 2]);
  // ∂/∂W = ⟨f⟩/d · W/‖W‖: ⟨f⟩ = (2, 1).
  assertNear(penalty("free").gradients["decoder.0.weight"], [2 / 2 * 0.6, 2 / 2 * 0.8, 0, 1 / 2]);
});

Deno.test("prefixWidths() rounds shares to distinct widths, at least 1 and less than all", () => {
  assert.deepEqual(prefixWidths([1 / 16, 1 / 4], 256), [16, 64]);
  assert.deepEqual(prefixWidths([0.5, 0.001, 0.5, 0.49], 4), [1, 2]);
  assert.deepEqual(prefixWidths([0.99], 4), []);
  assert.deepEqual(prefixWidths([0.5], 1), []);
});

Deno.test("matryoshka adds the loss of each prefix, whose latents do not compete again", () => {
  const model = modelOf({ sparsity: "matryoshka", prefixes: [0.5], k: 2, auxAlpha: 0 }, {
    encoder: [[1, 0], [0, 1]],
    encoderBias: [0, 0],
    decoder: [[0.5, 0], [0, 0.5]],
    decoderBias: [0, 0],
  });
  // x = (2, 4), f = (2, 4): x̂ = (1, 2), and (1, 0) from the first latent alone.
  assertNear(lossAndGradients(model, [[2, 4]], { part: "reconstruction" }).value, [(1 + 4) / 2]);
  const { value, gradients } = lossAndGradients(model, [[2, 4]], { part: "auxiliary" });
  assertNear(value, [(1 + 16) / 2]);
  assertNear(gradients["decoder.0.weight"], [-1 * 2, -4 * 2, 0, 0]);
  assertNear(gradients["encoder.0.bias"], [-1 * 0.5, 0]);
});

Deno.test("budgetsBelow() are the multiples of a step below a number", () => {
  assert.deepEqual(budgetsBelow(5, 1), [1, 2, 3, 4]);
  assert.deepEqual(budgetsBelow(8, 3), [3, 6]);
  assert.deepEqual(budgetsBelow(6, 3), [3]);
  assert.deepEqual([budgetsBelow(1, 1), budgetsBelow(4, 4), budgetsBelow(4, 9)], [[], [], []]);
});

Deno.test("hierarchicaltopk's loss is the mean over the reconstructions from 1, 2 … k of the largest latents", () => {
  const model = modelOf({ sparsity: "hierarchicaltopk", k: 2, auxAlpha: 0 }, {
    encoder: [[1, 0], [0, 1]],
    encoderBias: [0, 0],
    decoder: [[0.5, 0], [0, 0.5]],
    decoderBias: [0, 0],
  });
  // x = (2, 4), f = (2, 4): x̂₂ = (1, 2), and x̂₁ = (0, 2) from the second latent, the larger.
  assertNear(lossAndGradients(model, [[2, 4]], { part: "reconstruction" }).value, [(1 + 4) / 2]);
  assertNear(lossAndGradients(model, [[2, 4]], { part: "auxiliary" }).value, [(4 + 4) / 2 / 2 - (1 + 4) / 2 / 2]);
  const { value, gradients } = lossAndGradients(model, [[2, 4]], { part: "total" });
  assertNear(value, [((4 + 4) / 2 + (1 + 4) / 2) / 2]);
  // ∂/∂x̂ = (x̂ − x) for each: (−1, −2) of both latents, (−2, −2) of the larger one alone; a half of each counts.
  assertNear(gradients["decoder.0.weight"], [2 * -1 / 2, 2 * -2 / 2, 4 * (-1 - 2) / 2, 4 * (-2 - 2) / 2]);
  assertNear(gradients["decoder.0.bias"], [(-1 - 2) / 2, (-2 - 2) / 2]);
  assertNear(gradients["encoder.0.bias"], [-1 * 0.5 / 2, (-2 - 2) * 0.5 / 2]);
});

Deno.test("hierarchicaltopk with k = 1, or a step of k, is TopK", () => {
  const parameters = {
    encoder: [[1, 0.5], [0.25, 1], [-1, 2]],
    encoderBias: [0, 0.1, 0],
    decoder: [[0.5, 0.1], [0, 0.5], [1, -1]],
    decoderBias: [0.2, 0],
  };
  for (const turned of [{ k: 1 }, { k: 2, kStep: 2 }, { k: 3, kStep: 7 }]) {
    const of = (sparsity: "topk" | "hierarchicaltopk") =>
      lossAndGradients(modelOf({ ...turned, sparsity, auxAlpha: 0 }, parameters), [[2, 4], [1, -1]], { part: "total" });
    const [topk, hierarchical] = [of("topk"), of("hierarchicaltopk")];
    assertNear(hierarchical.value, numbers(topk.value));
    for (const [name, gradient] of Object.entries(topk.gradients)) {
      assertNear(hierarchical.gradients[name], numbers(gradient));
    }
  }
});
