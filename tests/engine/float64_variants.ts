/**
 * Every sparsity variant once more: forward and loss in plain float64 loops, sharing no code with `lib/` beyond types.
 * Slow, and with the gradients beside it the truth that engines are tested against.
 *
 * Whatever a variant cuts out of its gradient is read from a second model, `still`: the loss of `model` beside a `still`
 * that does not move has the gradients wanted as its true derivatives.
 *
 * @module
 */
import type { StepDefinition } from "../../lib/engine/engine.ts";
import type { Layer } from "../../lib/sae/model.ts";
import type { Parameters64 } from "./float64_model.ts";

/** `[rows][columns]` */
export type Rows = number[][];

/** Numbers `[rows, columns]` as rows. */
export function rowsOf(values: Float32Array, columns: number): Rows {
  const rows = Array.from({ length: values.length / columns }, (_, row) => row * columns);
  return rows.map((start) => Array.from(values.subarray(start, start + columns)));
}

/** A model between two steps; weights as PyTorch's `[dOut, dIn]`. */
export interface Model64 {
  definition: StepDefinition;
  params: Parameters64;
  buffers: Parameters64;
}

/** The step that is taken: its number from 1, and the penalty's weight in it. */
export interface Moment {
  step: number;
  weight: number;
}

/** The loss of one batch and its parts, the penalty not weighted. */
export interface VariantLoss64 {
  total: number;
  reconstruction: number;
  penalty: number;
  auxiliary: number;
}

/** A forward pass. */
export interface VariantPass64 {
  /** What each layer reads; the first reads x − b with a pre-encoder bias, x − x̄ with centred inputs. */
  inputs: Rows[];
  /** The latent layer before its activation, and the latents. */
  preActs: Rows;
  acts: Rows;
  logits: Rows;
  recon: Rows;
}

/** The whole model on images, `[batch][dInput]`. */
export function variantForward64(
  x: Rows,
  model: Model64,
  { isTraining, still = model }: { isTraining: boolean; still?: Model64 },
): VariantPass64 {
  const { arch } = model.definition;
  const inputs: Rows[] = [];
  const origin = arch.hasPreBias ? outputBias(model) : arch.hasCenteredInput ? model.buffers.inputMean : null;
  let at = origin ? x.map((row) => row.map((v, i) => v - origin[i])) : x;
  for (const layer of arch.layers.slice(0, arch.latentIndex)) {
    inputs.push(at);
    at = activated(affine(at, model, layer), layer);
  }
  inputs.push(at);
  const preActs = affine(at, model, arch.layers[arch.latentIndex]);
  const stillPreActs = still === model ? preActs : variantForward64(x, still, { isTraining }).preActs;
  const acts = latents(preActs, model, { isTraining, still, stillPreActs });
  const decoded = decoder64(acts, model);
  return { ...decoded, inputs: [...inputs, ...decoded.inputs], preActs, acts };
}

/** The decoder alone. */
export function decoder64(acts: Rows, model: Model64): Pick<VariantPass64, "inputs" | "logits" | "recon"> {
  const { layers, latentIndex } = model.definition.arch;
  const inputs: Rows[] = [];
  let at = acts, logits = acts;
  for (const layer of layers.slice(latentIndex + 1)) {
    inputs.push(at);
    logits = affine(at, model, layer);
    at = activated(logits, layer);
  }
  return { inputs, logits, recon: at };
}

/** The loss of a batch in a training step. */
export function variantLoss64(x: Rows, model: Model64, { step, weight }: Moment, still = model): VariantLoss64 {
  const { arch, objective: { sparsity, knobs } } = model.definition;
  const pass = variantForward64(x, model, { isTraining: true, still });
  const stillPass = variantForward64(x, still, { isTraining: true });
  const reconstruction = reconstructionLoss(x, pass, model);
  const batch = x.length, n = batch * arch.dInput;
  const norms = decoderNorms(model);
  let penalty = 0, auxiliary = 0;
  if (sparsity === "kl") {
    for (const q of columnMeans(pass.acts)) penalty += divergence(knobs.rho, Math.min(Math.max(q, 1e-6), 1 - 1e-6));
  }
  if (sparsity === "l1") pass.acts.forEach((row) => row.forEach((f, j) => penalty += f * norms[j] / n));
  if (sparsity === "jumprelu") {
    const theta = model.params["latents.theta"], stillTheta = still.params["latents.theta"];
    stillPass.preActs.forEach((row) =>
      row.forEach((z, j) => {
        if (z > Math.max(stillTheta[j], 0)) penalty += 1 / n;
        if (isNear(z, stillTheta[j], knobs.bandwidth)) penalty += (stillTheta[j] - theta[j]) / knobs.bandwidth / n;
      })
    );
  }
  if (sparsity === "gated") {
    const gates = pass.preActs.map((row) => row.map((z) => Math.max(z, 0)));
    gates.forEach((row) => row.forEach((g, j) => penalty += g * norms[j] / n));
    auxiliary += reconstructionLoss(x, decoder64(gates, still), model);
  }
  if (sparsity === "matryoshka") {
    for (const width of widths64(knobs.prefixes, arch.nLatents)) {
      auxiliary += reconstructionLoss(x, decoder64(prefixOf(pass.acts, width), model), model);
    }
  }
  if (sparsity === "hierarchicaltopk") {
    const losses = budgets64(knobs.k, knobs.kStep).map((j) =>
      reconstructionLoss(x, decoder64(largestOf(pass.acts, j), model), model)
    );
    auxiliary += losses.reduce((sum, loss) => sum + loss, 0) / losses.length - reconstruction;
  }
  if (usesAuxK(model)) {
    const { chosen, scale } = auxChoice(pass.preActs, model, step);
    const weights = model.params[`${arch.layers[1].name}.weight`];
    for (let b = 0; b < batch; b++) {
      for (let i = 0; i < arch.dInput; i++) {
        let made = 0;
        for (const j of chosen[b]) made += pass.preActs[b][j] * weights[i * arch.nLatents + j];
        auxiliary += knobs.auxAlpha * scale * (made - (x[b][i] - stillPass.recon[b][i])) ** 2 / n;
      }
    }
  }
  return { total: reconstruction + weight * penalty + auxiliary, reconstruction, penalty, auxiliary };
}

/** The latents; JumpReLU's step stands still, and θ moves them by the surrogate (θ₀ − θ)·max(θ₀, 0)/ε within the window. */
function latents(
  preActs: Rows,
  model: Model64,
  { isTraining, still, stillPreActs }: { isTraining: boolean; still: Model64; stillPreActs: Rows },
): Rows {
  const { params, buffers, definition: { arch, objective: { sparsity, knobs } } } = model;
  if (sparsity === "kl") return preActs.map((row) => row.map((z) => 1 / (1 + Math.exp(-z))));
  if (sparsity === "jumprelu") {
    const theta = params["latents.theta"], stillTheta = still.params["latents.theta"];
    return preActs.map((row, b) =>
      row.map((z, j) => {
        const moved = (stillTheta[j] - theta[j]) * Math.max(stillTheta[j], 0) / knobs.bandwidth;
        return (stillPreActs[b][j] > Math.max(stillTheta[j], 0) ? z : 0) +
          (isNear(stillPreActs[b][j], stillTheta[j], knobs.bandwidth) ? moved : 0);
      })
    );
  }
  if (sparsity === "gated") {
    const bias = params[`${arch.layers[arch.latentIndex].name}.bias`];
    return preActs.map((row) =>
      row.map((z, j) =>
        z > 0 ? Math.max(Math.exp(params["latents.rMag"][j]) * (z - bias[j]) + params["latents.bMag"][j], 0) : 0
      )
    );
  }
  if (!isTraining && (sparsity === "batchtopk" || sparsity === "matryoshka")) {
    return preActs.map((row) => row.map((z) => z > buffers.threshold[0] ? Math.max(z, 0) : 0));
  }
  const kept = keptMask(preActs, model);
  return preActs.map((row, b) => row.map((z, j) => kept[b][j] ? Math.max(z, 0) : 0));
}

/** Which preActs may become latents: the k largest of each row, or k·batch of all; ties by index. */
export function keptMask(
  preActs: Rows,
  { definition: { objective: { sparsity, knobs: { k } } } }: Model64,
): boolean[][] {
  if (sparsity === "topk" || sparsity === "hierarchicaltopk") {
    return preActs.map((row) => {
      const kept = new Set(largest(row.map((z, j) => ({ z, j })), k).map(({ j }) => j));
      return row.map((_, j) => kept.has(j));
    });
  }
  if (sparsity !== "batchtopk" && sparsity !== "matryoshka") return preActs.map((row) => row.map(() => true));
  const all = preActs.flatMap((row, b) => row.map((z, j) => ({ z, b, j })));
  const mask = preActs.map((row) => row.map(() => false));
  for (const { b, j } of largest(all, k * preActs.length)) mask[b][j] = true;
  return mask;
}

/** The n largest; a stable sort leaves ties in the order of their index. */
function largest<T extends { z: number }>(entries: T[], n: number): T[] {
  return entries.toSorted((a, b) => b.z - a.z).slice(0, n);
}

/** AuxK's latents of each row, and its scale min(|D|/m, 1). */
export function auxChoice(preActs: Rows, { definition, buffers }: Model64, step: number) {
  const { arch, objective } = definition;
  const dead = Array.from(buffers.lastFired.keys()).filter((j) =>
    step - 1 - buffers.lastFired[j] > objective.deadSteps
  );
  const { k, auxK } = objective.knobs;
  const m = Math.min(arch.nLatents, auxK ?? Math.max(1, Math.round(k / 4)));
  return {
    chosen: preActs.map((row) => largest(dead.map((j) => ({ z: row[j], j })), m).map(({ j }) => j)),
    scale: Math.min(dead.length / m, 1),
  };
}

function affine(x: Rows, { params }: Model64, { name, dIn, dOut }: Layer): Rows {
  const weight = params[`${name}.weight`], bias = params[`${name}.bias`];
  return x.map((row) =>
    Array.from({ length: dOut }, (_, o) => {
      let sum = bias[o];
      for (let i = 0; i < dIn; i++) sum += weight[o * dIn + i] * row[i];
      return sum;
    })
  );
}

function activated(preActs: Rows, { activation }: Layer): Rows {
  if (activation === "linear") return preActs;
  return preActs.map((row) => row.map((v) => activation === "relu" ? Math.max(v, 0) : 1 / (1 + Math.exp(-v))));
}

function reconstructionLoss(
  x: Rows,
  { logits, recon }: Pick<VariantPass64, "logits" | "recon">,
  { definition: { objective: { loss } } }: Model64,
): number {
  let sum = 0;
  x.forEach((row, b) =>
    row.forEach((target, i) => {
      const l = logits[b][i];
      sum += loss === "mse"
        ? (recon[b][i] - target) ** 2
        : Math.max(l, 0) - l * target + Math.log1p(Math.exp(-Math.abs(l)));
    })
  );
  return sum / (x.length * x[0].length);
}

/** Whether the penalty sees the decoder's norms: of a single layer that is free to grow. */
export function hasNorms({ definition: { arch } }: Model64): boolean {
  return arch.layers.length === 2 && !arch.hasUnitDecoder;
}

export function decoderNorms(model: Model64): number[] {
  const { arch: { layers, nLatents, dInput } } = model.definition;
  return Array.from({ length: nLatents }, (_, j) => {
    if (!hasNorms(model)) return 1;
    let squares = 0;
    for (let i = 0; i < dInput; i++) squares += model.params[`${layers[1].name}.weight`][i * nLatents + j] ** 2;
    return Math.sqrt(squares);
  });
}

export function usesAuxK({ definition: { objective: { sparsity, knobs } } }: Model64): boolean {
  return ["topk", "batchtopk", "matryoshka", "hierarchicaltopk"].includes(sparsity) && knobs.auxAlpha > 0;
}

/** The prefixes that reconstruct alone, besides the full width. */
export function widths64(shares: number[], nLatents: number): number[] {
  const widths = new Set(shares.map((share) => Math.max(1, Math.round(share * nLatents))));
  return Array.from(widths).filter((width) => width < nLatents).toSorted((a, b) => a - b);
}

/** HierarchicalTopK's budgets: the multiples of a step below k, and k. */
export function budgets64(k: number, step: number): number[] {
  const budgets = [];
  for (let j = step; j < k; j += step) budgets.push(j);
  return [...budgets, k];
}

/** The n largest latents of each row, the others 0. */
export function largestOf(acts: Rows, n: number): Rows {
  return acts.map((row) => {
    const kept = new Set(largest(row.map((z, j) => ({ z, j })), n).map(({ j }) => j));
    return row.map((value, j) => kept.has(j) ? value : 0);
  });
}

export function prefixOf(acts: Rows, width: number): Rows {
  return acts.map((row) => row.map((value, j) => j < width ? value : 0));
}

/** Whether a preAct is within JumpReLU's window; a threshold below 0 counts as 0. */
export function isNear(z: number, theta: number, bandwidth: number): boolean {
  return Math.abs(z - Math.max(theta, 0)) < bandwidth / 2;
}

function divergence(rho: number, q: number): number {
  return rho * Math.log(rho / q) + (1 - rho) * Math.log((1 - rho) / (1 - q));
}

export function columnMeans(rows: Rows): number[] {
  return rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
}

function outputBias({ params, definition: { arch } }: Model64): Float64Array {
  return params[`${arch.layers.at(-1)!.name}.bias`];
}
