/**
 * The loss on tfjs: L = reconstruction + weight · penalty + auxiliary.
 *
 * @module
 */
import * as tf from "./tfjs.ts";
import { linear } from "./dense.ts";
import { decode, type ForwardTensors, layerTensors, type ModelTensors, outputOf } from "./forward.ts";
import { type Architecture, isLinearDecoder, LAST_FIRED, type Objective } from "../../sae/model.ts";
import { klPenalty } from "../../sae/sparsity/kl.ts";
import type { Terms, TrainingPass } from "../../sae/sparsity/variant.ts";
import { type VariantKnobs, VARIANTS } from "../../sae/sparsity/variants.ts";
import { meanOfAll, tfOps } from "./tensor_ops.ts";
import { rowNorms } from "./unit_decoder.ts";

/** The loss and its parts; all scalars, owned by the caller. */
export interface LossTensors {
  /** reconstruction + weight · penalty + auxiliary. */
  total: tf.Scalar;
  /** Mean over batch and input: squared error, or nats with `bce`. */
  reconstruction: tf.Scalar;
  /** The variant's penalty, not yet weighted; nats with KL, whose penalized hidden layers count too. 0 if it has none. */
  penalty: tf.Scalar;
  /** What else the variant adds; 0 if it adds nothing. */
  auxiliary: tf.Scalar;
}

/** The parts that a step reports, in the order of `readLosses`. */
export function partsOf({ reconstruction, penalty, auxiliary }: LossTensors): tf.Scalar[] {
  return [reconstruction, penalty, auxiliary];
}

/** (1/(batch·dInput)) Σ (x̂ − x)². */
export function meanSquaredError(recon: tf.Tensor2D, x: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => meanOfAll(tf.square(tf.sub(recon, x))));
}

/**
 * −(1/(batch·dInput)) Σ [x ln σ(l) + (1−x) ln(1−σ(l))] as max(l, 0) − l·x + ln(1 + e^−|l|), which does not overflow
 * (the form of torch.nn.BCEWithLogitsLoss).
 */
export function binaryCrossEntropy(logits: tf.Tensor2D, x: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const softplus = tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))));
    return meanOfAll(tf.sub(softplus, tf.mul(logits, x)));
  });
}

/** The reconstruction loss of logits. */
export function reconstructionLoss(
  logits: tf.Tensor2D,
  { x, arch, objective }: { x: tf.Tensor2D; arch: Architecture; objective: Objective },
): tf.Scalar {
  return objective.loss === "bce" ? binaryCrossEntropy(logits, x) : meanSquaredError(outputOf(logits, arch), x);
}

/** A training step. */
export interface LossOptions {
  /** `[batch, dInput]` */
  x: tf.Tensor2D;
  /** Of the sparsity penalty. */
  weight: number;
  /** The step's number, from 1. */
  step: number;
  /** False only if no latent is dead in this step. */
  mayHaveDead: boolean;
}

/** The total loss of a training pass, and what the variant saw. */
export function totalLoss(
  forwardPass: ForwardTensors,
  model: ModelTensors,
  options: LossOptions,
): LossTensors & { pass: TrainingPass<VariantKnobs> } {
  const { arch, objective } = model;
  const { x, weight } = options;
  const reconstruction = reconstructionLoss(forwardPass.logits, { x, arch, objective });
  const pass = trainingPass(forwardPass, model, options);
  const terms = VARIANTS[objective.sparsity].terms(tfOps, pass);
  const penalty = sumOf([terms.penalty, ...hiddenPenalties(forwardPass, model)]);
  const auxiliary = sumOf([terms.auxiliary]);
  const total = tf.addN([reconstruction, tf.mul(weight, penalty), auxiliary]) as tf.Scalar;
  return { total, reconstruction, penalty, auxiliary, pass };
}

/** The KL penalty of each penalized layer but the latents. */
function hiddenPenalties({ hidden }: ForwardTensors, { arch, objective }: ModelTensors): Terms["penalty"][] {
  return hidden.filter((_, l) => l !== arch.latentIndex && arch.layers[l].isPenalized)
    .map((acts) => klPenalty(tfOps, { acts, rho: objective.knobs.rho }));
}

function sumOf(parts: Terms["penalty"][]): tf.Scalar {
  const there = parts.filter((part) => part !== undefined) as tf.Scalar[];
  return there.length ? tf.addN(there) as tf.Scalar : tf.scalar(0);
}

function trainingPass(
  { hidden, input, logits }: ForwardTensors,
  model: ModelTensors,
  { x, step, mayHaveDead }: LossOptions,
): TrainingPass<VariantKnobs> {
  const { arch, objective, buffers } = model;
  const decoder = layerTensors(model, arch.latentIndex + 1);
  const isFree = arch.latentIndex === arch.layers.length - 2 && !arch.hasUnitDecoder;
  const lastFired = buffers[LAST_FIRED];
  return {
    ...input,
    acts: hidden[arch.latentIndex],
    decoderNorms: isFree ? rowNorms(decoder.weight) : tf.ones([arch.nLatents]),
    isDead: lastFired
      ? tf.cast(tf.greater(tf.sub(step - 1, lastFired), objective.deadSteps), "float32")
      : tf.zeros([arch.nLatents]),
    mayHaveDead,
    error: tfOps.detach(tf.sub(x, outputOf(logits, arch))),
    dInput: arch.dInput,
    reconstructionLoss: (acts, { detached = false } = {}) => {
      const params = detached ? detachedDecoder(model) : model.params;
      const { logits } = decode(acts as tf.Tensor2D, {
        ...model,
        params: ofFirstLatents(acts.shape[1], { arch, params }),
      });
      return reconstructionLoss(logits, { x, arch, objective });
    },
    project: (acts) => {
      if (!isLinearDecoder(arch)) throw new TypeError("Cannot project latents: the decoder is not one linear layer");
      return linear(acts as tf.Tensor2D, decoder.weight);
    },
  };
}

/** The decoder's parameters for the first latents alone. */
function ofFirstLatents(
  width: number,
  { arch, params }: Pick<ModelTensors, "arch" | "params">,
): ModelTensors["params"] {
  if (width === arch.nLatents) return params;
  const name = `${arch.layers[arch.latentIndex + 1].name}.weight`, weight = params[name];
  return { ...params, [name]: tf.slice(weight, [0, 0], [width, weight.shape[1]!]) };
}

function detachedDecoder({ arch, params }: ModelTensors): Record<string, tf.Tensor> {
  const names = new Set(arch.layers.slice(arch.latentIndex + 1).map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => [
      name,
      names.has(name.replace(/\.(weight|bias)$/, "")) ? tfOps.detach(tensor) as tf.Tensor : tensor,
    ]),
  );
}
