/**
 * The gradients of `float64_variants.ts` by hand-written back-propagation, and training with them: Adam, directions kept
 * at length 1, buffers. Plain float64 loops, checked by finite differences.
 *
 * @module
 */
import type { StepDefinition, TrainingState } from "../../lib/engine/engine.ts";
import type { Layer } from "../../lib/sae/model.ts";
import { type Parameters64, widen } from "./float64_model.ts";
import {
  auxChoice,
  budgets64,
  columnMeans,
  decoder64,
  decoderNorms,
  hasNorms,
  isNear,
  keptMask,
  largestOf,
  type Model64,
  type Moment,
  prefixOf,
  type Rows,
  usesAuxK,
  variantForward64,
  type VariantLoss64,
  variantLoss64,
  type VariantPass64,
  widths64,
} from "./float64_variants.ts";

/** ∂loss/∂parameter of every parameter, by hand-written back-propagation. */
export function variantGradients64(x: Rows, model: Model64, { step, weight }: Moment): Parameters64 {
  const { params, definition: { arch, objective: { sparsity, knobs } } } = model;
  const gradients = Object.fromEntries(Object.entries(params).map(([name, p]) => [name, new Float64Array(p.length)]));
  const pass = variantForward64(x, model, { isTraining: true });
  const { preActs, acts } = pass;
  const batch = x.length, n = batch * arch.dInput, { nLatents } = arch;
  const encoder = arch.layers[arch.latentIndex].name, writer = arch.layers[arch.latentIndex + 1].name;
  const dActs = decoderBackward(x, acts, { model, gradients });
  const dPreActs: Rows = preActs.map((row) => row.map(() => 0)); // by way of preActs, bias included
  const dScaled: Rows = preActs.map((row) => row.map(() => 0)); // by way of Gated's u = preActs − bias
  const norms = decoderNorms(model);
  /** weight · Σ value·norm / n for one value, into the decoder's norms. */
  const throughNorm = (value: number, j: number) => {
    if (!hasNorms(model) || norms[j] === 0) return;
    for (let i = 0; i < arch.dInput; i++) {
      gradients[`${writer}.weight`][i * nLatents + j] += weight * value / n *
        params[`${writer}.weight`][i * nLatents + j] /
        norms[j];
    }
  };

  if (sparsity === "matryoshka") {
    for (const width of widths64(knobs.prefixes, nLatents)) {
      const d = decoderBackward(x, prefixOf(acts, width), { model, gradients });
      d.forEach((row, b) => row.forEach((value, j) => dActs[b][j] += j < width ? value : 0));
    }
  }
  if (sparsity === "hierarchicaltopk") { // the mean over all budgets in the place of what all latents gave above
    const budgets = budgets64(knobs.k, knobs.kStep);
    for (const part of Object.values(gradients)) part.fill(0);
    dActs.forEach((row) => row.fill(0));
    for (const j of budgets) {
      const kept = largestOf(acts, j), d = decoderBackward(x, kept, { model, gradients });
      d.forEach((row, b) => row.forEach((value, i) => dActs[b][i] += kept[b][i] > 0 ? value / budgets.length : 0));
    }
    for (const part of Object.values(gradients)) part.forEach((value, i) => part[i] = value / budgets.length);
  }
  if (sparsity === "kl") {
    const slopes = columnMeans(acts).map((q) =>
      q < 1e-6 || q > 1 - 1e-6 ? 0 : ((1 - knobs.rho) / (1 - q) - knobs.rho / q) / batch
    );
    dActs.forEach((row) => row.forEach((_, j) => row[j] += weight * slopes[j]));
  }
  if (sparsity === "l1") {
    acts.forEach((row, b) =>
      row.forEach((f, j) => {
        dActs[b][j] += weight * norms[j] / n;
        throughNorm(f, j);
      })
    );
  }
  if (sparsity === "gated") {
    const gates = preActs.map((row) => row.map((z) => Math.max(z, 0)));
    const unused = Object.fromEntries(Object.entries(params).map(([name, p]) => [name, new Float64Array(p.length)]));
    const dGates = decoderBackward(x, gates, { model, gradients: unused });
    preActs.forEach((row, b) =>
      row.forEach((z, j) => {
        if (z > 0) dPreActs[b][j] += dGates[b][j] + weight * norms[j] / n;
        throughNorm(Math.max(z, 0), j);
      })
    );
  }
  if (usesAuxK(model)) auxBackward(x, pass, { model, step, gradients, dPreActs });

  const kept = keptMask(preActs, model);
  preActs.forEach((row, b) =>
    row.forEach((z, j) => {
      const d = dActs[b][j];
      if (sparsity === "kl") dPreActs[b][j] += d * acts[b][j] * (1 - acts[b][j]);
      else if (sparsity === "jumprelu") {
        const theta = params["latents.theta"][j];
        if (z > Math.max(theta, 0)) dPreActs[b][j] += d;
        if (isNear(z, theta, knobs.bandwidth)) {
          gradients["latents.theta"][j] -= (Math.max(theta, 0) * d + weight / n) / knobs.bandwidth;
        }
      } else if (sparsity === "gated") {
        const gain = Math.exp(params["latents.rMag"][j]), u = z - params[`${encoder}.bias`][j];
        if (z <= 0 || gain * u + params["latents.bMag"][j] <= 0) return;
        dScaled[b][j] += d * gain;
        gradients["latents.rMag"][j] += d * gain * u;
        gradients["latents.bMag"][j] += d;
      } else if (kept[b][j] && z > 0) dPreActs[b][j] += d;
    })
  );
  encoderBackward(pass, { model, gradients, dPreActs, dScaled });
  return gradients;
}

/** Training in float64 from any state, one batch at a time. */
export class VariantTrainer64 {
  readonly model: Model64;
  readonly m: Parameters64;
  readonly v: Parameters64;
  step: number;

  constructor(definition: StepDefinition, state: TrainingState) {
    this.model = { definition, params: widen(state.params), buffers: widen(state.buffers) };
    [this.m, this.v, this.step] = [widen(state.m), widen(state.v), state.step];
  }

  /** One step; returns the loss before the update. */
  train(x: Rows, { lr, weight }: { lr: number; weight: number }): VariantLoss64 {
    const { model, m, v } = this;
    const { definition: { arch, adam: { beta1, beta2, epsilon } }, params } = model;
    const moment = { step: ++this.step, weight };
    const loss = variantLoss64(x, model, moment);
    const { acts } = variantForward64(x, model, { isTraining: true });
    const gradients = variantGradients64(x, model, moment);
    const writer = arch.layers[arch.latentIndex + 1];
    if (arch.hasUnitDecoder) {
      removeParallel(gradients[`${writer.name}.weight`], params[`${writer.name}.weight`], writer);
    }
    for (const [name, p] of Object.entries(params)) {
      if (arch.layers.some((layer) => layer.isFrozen && name === `${layer.name}.weight`)) continue;
      const rate = lr * (arch.latentParameters[name.replace("latents.", "")]?.rate ?? 1);
      gradients[name].forEach((g, i) => {
        m[name][i] = beta1 * m[name][i] + (1 - beta1) * g;
        v[name][i] = beta2 * v[name][i] + (1 - beta2) * g * g;
        p[i] -= rate * (m[name][i] / (1 - beta1 ** this.step)) /
          (Math.sqrt(v[name][i] / (1 - beta2 ** this.step)) + epsilon);
      });
    }
    if (arch.hasUnitDecoder && !writer.isFrozen) normalise(params[`${writer.name}.weight`], writer);
    if (arch.leastCosine !== null) {
      turnBack(params[`${writer.name}.weight`], { ...writer, ...model.buffers, leastCosine: arch.leastCosine });
    }
    this.#updateBuffers(acts);
    return loss;
  }

  #updateBuffers(acts: Rows): void {
    const { threshold, lastFired } = this.model.buffers;
    lastFired?.forEach((_, j) => {
      if (acts.some((row) => row[j] > 0)) lastFired[j] = this.step;
    });
    const positive = acts.flat().filter((f) => f > 0);
    if (!threshold || positive.length === 0) return;
    const smallest = positive.reduce((a, b) => Math.min(a, b));
    threshold[0] = threshold[0] > 0 ? 0.99 * threshold[0] + 0.01 * smallest : smallest;
  }
}

/** Takes from each column of a gradient its part along the weight's column. */
function removeParallel(gradient: Float64Array, weight: Float64Array, { dIn, dOut }: Layer): void {
  for (let j = 0; j < dIn; j++) {
    let along = 0;
    for (let i = 0; i < dOut; i++) along += gradient[i * dIn + j] * weight[i * dIn + j];
    for (let i = 0; i < dOut; i++) gradient[i * dIn + j] -= along * weight[i * dIn + j];
  }
}

function normalise(weight: Float64Array, { dIn, dOut }: Layer): void {
  for (let j = 0; j < dIn; j++) {
    let squares = 0;
    for (let i = 0; i < dOut; i++) squares += weight[i * dIn + j] ** 2;
    for (let i = 0; i < dOut; i++) weight[i * dIn + j] /= Math.sqrt(squares);
  }
}

/**
 * Turns each column of length 1 by the angle that it is too far from its start, in the plane of both: by angles and not by
 * cosines, so that engines are not compared with their own formula.
 */
function turnBack(
  weight: Float64Array,
  { dIn, dOut, startDirections, leastCosine }: Layer & { startDirections?: Float64Array; leastCosine: number },
): void {
  for (let j = 0; j < dIn; j++) {
    const start = startDirections!.subarray(j * dOut, (j + 1) * dOut);
    const column = start.map((_, i) => weight[i * dIn + j]);
    const angle = Math.acos(Math.min(1, start.reduce((sum, s, i) => sum + s * column[i], 0) / Math.hypot(...start)));
    const most = Math.acos(leastCosine);
    if (angle <= most) continue;
    // From start (fraction 0) to column (fraction 1) on the great circle through both.
    const fraction = most / angle;
    for (let i = 0; i < dOut; i++) {
      weight[i * dIn + j] = (Math.sin((1 - fraction) * angle) * start[i] + Math.sin(fraction * angle) * column[i]) /
        Math.sin(angle);
    }
  }
}

function auxBackward(
  x: Rows,
  { preActs, recon }: VariantPass64,
  { model, step, gradients, dPreActs }: { model: Model64; step: number; gradients: Parameters64; dPreActs: Rows },
): void {
  const { arch, objective: { knobs: { auxAlpha } } } = model.definition;
  const { chosen, scale } = auxChoice(preActs, model, step);
  const name = `${arch.layers[1].name}.weight`, weights = model.params[name];
  preActs.forEach((row, b) => {
    for (let i = 0; i < arch.dInput; i++) {
      let made = 0;
      for (const j of chosen[b]) made += row[j] * weights[i * arch.nLatents + j];
      const slope = auxAlpha * scale * 2 * (made - (x[b][i] - recon[b][i])) / (x.length * arch.dInput);
      for (const j of chosen[b]) {
        gradients[name][i * arch.nLatents + j] += slope * row[j];
        dPreActs[b][j] += slope * weights[i * arch.nLatents + j];
      }
    }
  });
}

/** Adds the reconstruction loss's gradients of the decoder; returns those of the latents. */
function decoderBackward(
  x: Rows,
  acts: Rows,
  { model, gradients }: { model: Model64; gradients: Parameters64 },
): Rows {
  const { arch: { layers, latentIndex, dInput }, objective: { loss } } = model.definition;
  const { inputs, recon } = decoder64(acts, model);
  const n = x.length * dInput;
  const isSigmoid = layers.at(-1)!.activation === "sigmoid";
  let d = recon.map((row, b) =>
    row.map((out, i) => (out - x[b][i]) / n * (loss === "bce" ? 1 : 2 * (isSigmoid ? out * (1 - out) : 1)))
  );
  for (let l = layers.length - 1; l > latentIndex; l--) {
    const input = inputs[l - latentIndex - 1];
    d = layerBackward(input, d, { model, gradients, layer: layers[l] });
    if (l > latentIndex + 1) d = throughActivation(d, input, layers[l - 1]);
  }
  return d;
}

function encoderBackward(
  { inputs }: VariantPass64,
  { model, gradients, dPreActs, dScaled }: {
    model: Model64;
    gradients: Parameters64;
    dPreActs: Rows;
    dScaled: Rows;
  },
): void {
  const { layers, latentIndex, hasPreBias } = model.definition.arch;
  const bias = `${layers[latentIndex].name}.bias`;
  const both = dPreActs.map((row, b) => row.map((value, j) => value + dScaled[b][j]));
  let d = layerBackward(inputs[latentIndex], both, { model, gradients, layer: layers[latentIndex] });
  dScaled.forEach((row) => row.forEach((value, j) => gradients[bias][j] -= value)); // u is without the bias
  for (let l = latentIndex - 1; l >= 0; l--) {
    d = layerBackward(inputs[l], throughActivation(d, inputs[l + 1], layers[l]), {
      model,
      gradients,
      layer: layers[l],
    });
  }
  if (!hasPreBias) return;
  d.forEach((row) => row.forEach((value, i) => gradients[`${layers.at(-1)!.name}.bias`][i] -= value));
}

/** Adds a layer's own gradients; returns those of what it reads. */
function layerBackward(
  input: Rows,
  d: Rows,
  { model, gradients, layer: { name, dIn } }: { model: Model64; gradients: Parameters64; layer: Layer },
): Rows {
  const weight = model.params[`${name}.weight`];
  return d.map((row, b) => {
    const below = new Array<number>(dIn).fill(0);
    row.forEach((value, o) => {
      gradients[`${name}.bias`][o] += value;
      for (let i = 0; i < dIn; i++) {
        gradients[`${name}.weight`][o * dIn + i] += value * input[b][i];
        below[i] += value * weight[o * dIn + i];
      }
    });
    return below;
  });
}

function throughActivation(d: Rows, acts: Rows, { activation }: Layer): Rows {
  return d.map((row, b) =>
    row.map((value, i) => value * (activation === "relu" ? (acts[b][i] > 0 ? 1 : 0) : acts[b][i] * (1 - acts[b][i])))
  );
}
