/**
 * tfjs as it is usually used: a model of its layers, autodiff, its own Adam.
 *
 * For the bench alone; shares no code with the reference engine. Knows layers of sigmoids and dictionaries that keep
 * the k largest latents of an input.
 *
 * @module
 */
import * as tf from "../lib/engine/reference/tfjs.ts";
import type { StepDefinition } from "../lib/engine/engine.ts";
import type { InitialModel } from "../lib/sae/init.ts";
import { INPUT_MEAN, type Layer } from "../lib/sae/model.ts";
import { VARIANTS } from "../lib/sae/sparsity/variants.ts";

/** Whether it is written here. */
export function isWrittenForTfjs({ arch, objective }: Pick<StepDefinition, "arch" | "objective">): boolean {
  const { selects, penalizes } = VARIANTS[objective.sparsity];
  return penalizes === "means" || (selects === "row" && arch.layers.length === 2 && objective.knobs.auxAlpha === 0);
}

/** A step of a model on one batch of inputs, `[batch · dInput]`. `loss` waits for the last step and gives its loss. */
export function tfjsAsFound(
  { arch, objective: { knobs } }: StepDefinition,
  { params, buffers, learningRate }: InitialModel & { learningRate: number },
) {
  const layers = arch.layers.map(({ name, dIn, dOut, activation, isPenalized }) => ({
    weight: tf.variable(tf.transpose(tf.tensor2d(params[`${name}.weight`], [dOut, dIn]))) as tf.Variable<tf.Rank.R2>,
    bias: tf.variable(tf.tensor1d(params[`${name}.bias`])),
    activation,
    isPenalized,
  }));
  const decoder = layers.at(-1)!;
  const mean = arch.hasCenteredInput ? tf.tensor1d(buffers[INPUT_MEAN]) : null;
  const origin = () => mean ?? (arch.hasPreBias ? decoder.bias : null);
  const adam = tf.train.adam(learningRate);
  let last: tf.Scalar | null = null;

  const lossOf = (x: tf.Tensor2D) => {
    const from = origin();
    let acts = from ? tf.sub(x, from) as tf.Tensor2D : x;
    let penalty = tf.scalar(0) as tf.Tensor;
    for (const { weight, bias, activation, isPenalized } of layers) {
      acts = activated(tf.add(tf.matMul(acts, weight), bias), { activation, k: knobs.k });
      if (!isPenalized) continue;
      const { rho } = knobs, rhoHat = tf.clipByValue(tf.mean(acts, 0), 1e-6, 1 - 1e-6);
      const on = tf.mul(rho, tf.log(tf.div(rho, rhoHat)));
      penalty = tf.add(penalty, tf.sum(tf.add(on, tf.mul(1 - rho, tf.log(tf.div(1 - rho, tf.sub(1, rhoHat)))))));
    }
    return tf.add(tf.losses.meanSquaredError(x, acts), tf.mul(knobs.beta, penalty)) as tf.Scalar;
  };

  return {
    step(values: Float32Array): void {
      const next = tf.tidy(() => {
        const x = tf.tensor2d(values, [values.length / arch.dInput, arch.dInput]);
        const { value, grads } = tf.variableGrads(() => lossOf(x));
        if (arch.hasUnitDecoder) {
          const gradient = grads[decoder.weight.name], along = tf.sum(tf.mul(gradient, decoder.weight), 1, true);
          grads[decoder.weight.name] = tf.sub(gradient, tf.mul(decoder.weight, along));
        }
        adam.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
        if (arch.hasUnitDecoder) decoder.weight.assign(tf.div(decoder.weight, tf.norm(decoder.weight, 2, 1, true)));
        return tf.keep(value);
      });
      last?.dispose();
      last = next;
    },
    loss: async (): Promise<number> => (await last!.data())[0],
  };
}

function activated(preActs: tf.Tensor, { activation, k }: { activation: Layer["activation"]; k: number }): tf.Tensor2D {
  const names: Partial<Record<Layer["activation"], (x: tf.Tensor) => tf.Tensor>> = {
    relu: tf.relu,
    sigmoid: tf.sigmoid,
    linear: (x) => x,
    topk: (x) => largest(x as tf.Tensor2D, k),
  };
  return names[activation]!(preActs) as tf.Tensor2D;
}

/** ReLU of the k largest of each row; tfjs has no gradient for its topk. */
function largest(preActs: tf.Tensor2D, k: number): tf.Tensor {
  return tf.customGrad((x, save) => {
    const least = tf.slice(tf.topk(x as tf.Tensor2D, k).values, [0, k - 1], [-1, 1]);
    const acts = tf.mul(tf.relu(x as tf.Tensor), tf.cast(tf.greaterEqual(x as tf.Tensor, least), "float32"));
    (save as (tensors: tf.Tensor[]) => void)([acts]);
    return {
      value: acts,
      gradFunc: (dy, [acts]) => tf.mul(dy as tf.Tensor, tf.cast(tf.greater(acts, 0), "float32")),
    };
  })(preActs);
}
