/**
 * The autoencoder, its loss, every gradient and Adam once more: plain loops in float64, sharing no code with `lib/`
 * beyond types. Slow, and the truth that all engines are tested against; itself checked by finite differences.
 *
 * @module
 */
import type { StepDefinition } from "../../lib/engine/engine.ts";
import type { Architecture } from "../../lib/sae/model.ts";

/** Parameters by PyTorch's names, `[dOut, dIn]`, in float64. */
export type Parameters64 = Record<string, Float64Array>;

/** A forward pass: `activations[0]` is what the first layer reads, then one entry a layer; `preActs[l]` belongs to layer l. */
interface Pass64 {
  activations: number[][][];
  preActs: number[][][];
}

/** The loss of one batch. */
export interface Loss64 {
  total: number;
  reconstruction: number;
  penalty: number;
}

/** Runs the model on images, `[batch][dInput]` in [0, 1]; its first layer reads them less `inputMean`, `[dInput]`, if given. */
export function forward64(
  x: number[][],
  params: Parameters64,
  arch: Architecture,
  inputMean: ArrayLike<number> = new Float64Array(arch.dInput),
): Pass64 {
  const activations = [x.map((row) => row.map((value, i) => value - inputMean[i]))], preActs: number[][][] = [];
  for (const { name, dIn, dOut, activation } of arch.layers) {
    const weight = params[`${name}.weight`], bias = params[`${name}.bias`];
    const u = activations.at(-1)!.map((row) =>
      Array.from({ length: dOut }, (_, o) => {
        let sum = bias[o];
        for (let i = 0; i < dIn; i++) sum += weight[o * dIn + i] * row[i];
        return sum;
      })
    );
    preActs.push(u);
    activations.push(u.map((row) => row.map((v) => activate64(v, activation))));
  }
  return { activations, preActs };
}

function activate64(u: number, activation: Architecture["layers"][number]["activation"]): number {
  if (activation === "linear") return u;
  return activation === "relu" ? Math.max(u, 0) : 1 / (1 + Math.exp(-u));
}

/** The loss of a pass over the images it was made from. */
export function loss64(
  x: number[][],
  pass: Pass64,
  { arch, objective }: StepDefinition,
  weight = objective.knobs.beta,
): Loss64 {
  const n = x.length * arch.dInput;
  let reconstruction = 0;
  x.forEach((row, b) =>
    row.forEach((target, i) => {
      const logit = pass.preActs.at(-1)![b][i], out = pass.activations.at(-1)![b][i];
      reconstruction += objective.loss === "mse"
        ? (out - target) ** 2 / n
        : (Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)))) / n;
    })
  );
  let penalty = 0;
  const { rho } = objective.knobs;
  arch.layers.forEach((layer, l) => {
    if (!layer.isPenalized) return;
    for (const q of rhoHats64(pass.activations[l + 1])) {
      penalty += rho * Math.log(rho / q) + (1 - rho) * Math.log((1 - rho) / (1 - q));
    }
  });
  return { total: reconstruction + weight * penalty, reconstruction, penalty };
}

/** ∂loss/∂parameter for every parameter, by hand-written back-propagation. */
export function gradients64(
  x: number[][],
  params: Parameters64,
  definition: StepDefinition,
  weight = definition.objective.knobs.beta,
  inputMean?: ArrayLike<number>,
): Parameters64 {
  const { arch, objective: { loss, knobs: { rho } } } = definition;
  const { activations } = forward64(x, params, arch, inputMean);
  const batch = x.length, n = batch * arch.dInput;
  const gradients: Parameters64 = {};
  // dU[b][o] = ∂loss/∂preAct of the layer at hand, from the output down
  const isLinear = arch.layers.at(-1)!.activation === "linear";
  let dU = activations.at(-1)!.map((row, b) =>
    row.map((out, i) => {
      const error = (out - x[b][i]) / n;
      return loss === "mse" ? 2 * error * (isLinear ? 1 : out * (1 - out)) : error;
    })
  );
  for (let l = arch.layers.length - 1; l >= 0; l--) {
    const { name, dIn, dOut } = arch.layers[l];
    const input = activations[l], matrix = params[`${name}.weight`];
    const dWeight = new Float64Array(dOut * dIn), dBias = new Float64Array(dOut);
    dU.forEach((row, b) =>
      row.forEach((d, o) => {
        dBias[o] += d;
        for (let i = 0; i < dIn; i++) dWeight[o * dIn + i] += d * input[b][i];
      })
    );
    gradients[`${name}.weight`] = dWeight;
    gradients[`${name}.bias`] = dBias;
    if (l === 0) break;
    const below = arch.layers[l - 1];
    const slopes = below.isPenalized
      ? rhoHats64(input, { clamp: false }).map((q) =>
        q < 1e-6 || q > 1 - 1e-6 ? 0 : weight / batch * ((1 - rho) / (1 - q) - rho / q)
      )
      : new Array<number>(below.dOut).fill(0);
    dU = dU.map((row, b) =>
      input[b].map((a, i) => {
        let dA = slopes[i];
        for (let o = 0; o < dOut; o++) dA += row[o] * matrix[o * dIn + i];
        return dA * (below.activation === "relu" ? (a > 0 ? 1 : 0) : a * (1 - a));
      })
    );
  }
  return gradients;
}

/** Training in float64, one batch at a time. */
export class Trainer64 {
  step = 0;
  readonly m: Parameters64;
  readonly v: Parameters64;
  constructor(
    readonly definition: StepDefinition,
    readonly params: Parameters64,
    readonly inputMean?: ArrayLike<number>,
  ) {
    this.m = mapParameters(params, (p) => new Float64Array(p.length));
    this.v = mapParameters(params, (p) => new Float64Array(p.length));
  }

  /** One step; returns the loss before the update. `weight` is the penalty's. */
  train(x: number[][], lr: number, weight = this.definition.objective.knobs.beta): Loss64 {
    const { adam: { beta1, beta2, epsilon }, arch } = this.definition;
    const loss = loss64(x, forward64(x, this.params, arch, this.inputMean), this.definition, weight);
    const gradients = gradients64(x, this.params, this.definition, weight, this.inputMean);
    const t = ++this.step;
    for (const [name, p] of Object.entries(this.params)) {
      const m = this.m[name], v = this.v[name];
      gradients[name].forEach((g, i) => {
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        p[i] -= lr * (m[i] / (1 - beta1 ** t)) / (Math.sqrt(v[i] / (1 - beta2 ** t)) + epsilon);
      });
    }
    return loss;
  }
}

/** Float32 parameters, widened. */
export function widen(params: Record<string, Float32Array>): Parameters64 {
  return mapParameters(params, (p) => Float64Array.from(p));
}

/** Bytes as images, `[count][dInput]` in [0, 1]: each pixel the float32 that engines see. */
export function images64(pixels: Uint8Array, dInput: number): number[][] {
  return Array.from(
    { length: pixels.length / dInput },
    (_, b) => Array.from(pixels.subarray(b * dInput, (b + 1) * dInput), (byte) => Math.fround(byte / 255)),
  );
}

function mapParameters<P extends ArrayLike<number>>(
  params: Record<string, P>,
  f: (p: P) => Float64Array,
): Parameters64 {
  return Object.fromEntries(Object.entries(params).map(([name, p]) => [name, f(p)]));
}

function rhoHats64(acts: number[][], { clamp } = { clamp: true }): number[] {
  const means = acts[0].map((_, j) => acts.reduce((sum, row) => sum + row[j], 0) / acts.length);
  return clamp ? means.map((q) => Math.min(Math.max(q, 1e-6), 1 - 1e-6)) : means;
}
