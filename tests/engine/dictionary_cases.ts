/**
 * Small dictionaries of every awkward kind, with data to train them on. Runs nothing.
 *
 * @module
 */
import type { Config } from "../../lib/config.ts";
import type { StepPlan } from "../../lib/engine/engine.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { LAST_FIRED } from "../../lib/sae/model.ts";
import { configOf } from "../config_of.ts";
import { type EngineCase, engineCase } from "./engine_case.ts";

/** A dictionary, its start and its data. */
export type Case = EngineCase;

/** Images of each case. */
export const COUNT = 90;

/**
 * Adam divides by √v: a gradient that is all rounding would come back as large as any other. With a larger ε it does not.
 * What is tested is arithmetic, not training.
 */
const STEADY = { adamEpsilon: 1e-4, lr: 3e-3 };

/** A case from the knobs that differ; `floats`: data of any sign, else bytes. */
function makeCase(dInput: number, turned: Partial<Config>, { floats = false, isOld = false } = {}): Case {
  const config = configOf({ ...STEADY, ...turned });
  const { sparsity, latent, batch, k, loss, output, preBias, decoderNorm, auxAlpha, deadSteps } = config;
  return engineCase(dInput, {
    name: `${sparsity} ${dInput}-${latent} batch ${batch} k ${k} ${loss} ${output} pre-bias ${preBias} decoder ` +
      `${decoderNorm} aux ${auxAlpha} after ${deadSteps}${isOld ? ", old" : ""}, ${floats ? "floats" : "bytes"}`,
    config,
    data: floats ? "sparseFloats" : "bytes",
    count: COUNT,
    vary: ({ state, rng }) => {
      if (!isOld) return;
      state.step = 20;
      state.buffers[LAST_FIRED] = Float32Array.from({ length: latent }, () => rng.below(21));
    },
  });
}

const SIGMOID = { output: "sigmoid", preBias: "none", auxAlpha: 0 } as const;

/**
 * Every variant: widths of 1, odd and large, batches of 1 and of no whole tile, k of 1 and of all latents. Few different
 * widths: a software adapter compiles every kernel anew for each.
 */
export const CASES: Case[] = [
  makeCase(1, { sparsity: "topk", latent: 1, k: 1, batch: 1, decoderNorm: "free" }),
  makeCase(1, { sparsity: "l1", latent: 1, batch: 3 }),
  makeCase(37, { sparsity: "topk", latent: 61, k: 5, batch: 40 }),
  makeCase(37, { sparsity: "topk", latent: 61, k: 5, batch: 40 }, { floats: true }),
  makeCase(20, { sparsity: "topk", latent: 13, k: 13, batch: 33, preBias: "none", decoderNorm: "free" }),
  // Were the encoder the decoder's transpose, a single latent's error would be at right angles to it: no gradient.
  makeCase(20, { sparsity: "topk", latent: 13, k: 1, batch: 1, encoderInit: "independent" }),
  makeCase(20, { sparsity: "topk", latent: 13, k: 4, batch: 32, ...SIGMOID, loss: "bce" }),
  // More dead latents than AuxK takes, and fewer.
  makeCase(37, { sparsity: "topk", latent: 101, k: 2, batch: 17, deadSteps: 1, auxAlpha: 0.5 }, { isOld: true }),
  makeCase(41, { sparsity: "topk", latent: 17, k: 3, batch: 40, deadSteps: 9, auxAlpha: 0.5 }, {
    isOld: true,
    floats: true,
  }),
  makeCase(1, { sparsity: "topk", latent: 7, k: 1, batch: 5, deadSteps: 1, auxAlpha: 0.5, decoderNorm: "free" }),
  makeCase(37, { sparsity: "l1", latent: 61, batch: 40, lambda: 0.3 }),
  makeCase(37, { sparsity: "l1", latent: 61, batch: 40, lambda: 0.3, decoderNorm: "free", preBias: "none" }),
  makeCase(19, { sparsity: "l1", latent: 33, batch: 7, lambda: 0.3, decoderNorm: "free" }, { floats: true }),
  makeCase(20, { sparsity: "l1", latent: 13, batch: 32, ...SIGMOID, loss: "bce", decoderNorm: "free" }),
  makeCase(20, { sparsity: "l1", latent: 13, batch: 32, ...SIGMOID }),
  makeCase(37, { sparsity: "batchtopk", latent: 61, k: 5, batch: 40 }),
  makeCase(37, { sparsity: "batchtopk", latent: 101, k: 1, batch: 17, deadSteps: 2, auxAlpha: 0.5 }, { isOld: true }),
  makeCase(20, { sparsity: "batchtopk", latent: 13, k: 13, batch: 33, decoderNorm: "free" }, { floats: true }),
  makeCase(1, { sparsity: "batchtopk", latent: 1, k: 1, batch: 1, decoderNorm: "free" }),
  // Large enough for the large tile, and AuxK's choice among more than it takes.
  makeCase(130, { sparsity: "topk", latent: 203, k: 3, batch: 21, deadSteps: 1, auxAlpha: 0.1 }, { isOld: true }),
  withTies(makeCase(16, { sparsity: "topk", latent: 24, k: 3, batch: 20 })),
  withTies(makeCase(16, { sparsity: "batchtopk", latent: 24, k: 3, batch: 40 })),
];

/**
 * Variants beyond those of {@linkcode CASES}: prefixes that reconstruct alone, of one latent, of neighbouring widths and of
 * nearly all, with dead latents and without; budgets of every k, of some and of one, reached by all inputs and by few; thresholds within narrow and wide windows, at the rate of the weights and above
 * it; gates. With every output and loss.
 */
export const PAIR_CASES: Case[] = [
  makeCase(37, { sparsity: "matryoshka", latent: 61, k: 5, batch: 40 }),
  makeCase(37, { sparsity: "matryoshka", latent: 61, k: 5, batch: 40, prefixes: [0.01, 0.02, 0.04, 0.99] }, {
    floats: true,
  }),
  makeCase(41, { sparsity: "matryoshka", latent: 101, k: 1, batch: 17, deadSteps: 2, auxAlpha: 0.5 }, { isOld: true }),
  makeCase(20, { sparsity: "matryoshka", latent: 13, k: 13, batch: 33, decoderNorm: "free", preBias: "none" }),
  makeCase(20, { sparsity: "matryoshka", latent: 13, k: 4, batch: 32, ...SIGMOID, loss: "bce", prefixes: [0.5] }),
  makeCase(20, { sparsity: "matryoshka", latent: 13, k: 4, batch: 1, ...SIGMOID, decoderNorm: "free" }),
  makeCase(1, { sparsity: "matryoshka", latent: 1, k: 1, batch: 1, decoderNorm: "free" }),
  withTies(makeCase(16, { sparsity: "matryoshka", latent: 24, k: 3, batch: 20 })),
  makeCase(37, { sparsity: "hierarchicaltopk", latent: 61, k: 5, batch: 40 }),
  makeCase(37, { sparsity: "hierarchicaltopk", latent: 61, k: 40, kStep: 7, batch: 40 }, { floats: true }),
  makeCase(41, { sparsity: "hierarchicaltopk", latent: 101, k: 2, batch: 17, deadSteps: 2, auxAlpha: 0.5 }, {
    isOld: true,
  }),
  makeCase(20, { sparsity: "hierarchicaltopk", latent: 13, k: 13, batch: 33, decoderNorm: "free", preBias: "none" }),
  makeCase(20, { sparsity: "hierarchicaltopk", latent: 13, k: 4, batch: 32, ...SIGMOID, loss: "bce" }),
  makeCase(20, { sparsity: "hierarchicaltopk", latent: 13, k: 4, kStep: 3, batch: 1, ...SIGMOID, decoderNorm: "free" }),
  makeCase(1, { sparsity: "hierarchicaltopk", latent: 1, k: 1, batch: 1, decoderNorm: "free" }),
  withTies(makeCase(16, { sparsity: "hierarchicaltopk", latent: 24, k: 3, batch: 20 })),
  makeCase(37, { sparsity: "jumprelu", latent: 61, batch: 40, lambda: 0.3 }),
  makeCase(37, { sparsity: "jumprelu", latent: 61, batch: 40, lambda: 0.3, bandwidth: 1.5, thetaRate: 1 }, {
    floats: true,
  }),
  makeCase(41, {
    sparsity: "jumprelu",
    latent: 101,
    batch: 17,
    lambda: 3,
    bandwidth: 0.3,
    thetaInit: 1e-3,
    preBias: "none",
  }),
  makeCase(20, { sparsity: "jumprelu", latent: 13, batch: 33, lambda: 0.3, decoderNorm: "free" }, { floats: true }),
  makeCase(20, { sparsity: "jumprelu", latent: 13, batch: 32, ...SIGMOID, loss: "bce" }),
  makeCase(20, { sparsity: "jumprelu", latent: 13, batch: 1, ...SIGMOID, decoderNorm: "free" }),
  makeCase(1, { sparsity: "jumprelu", latent: 1, batch: 3, decoderNorm: "free", preBias: "none" }),
  makeCase(37, { sparsity: "gated", latent: 61, batch: 40, lambda: 0.3 }),
  makeCase(37, { sparsity: "gated", latent: 61, batch: 40, lambda: 3, preBias: "none" }, { floats: true }),
  makeCase(41, { sparsity: "gated", latent: 101, batch: 17, lambda: 0.3, decoderNorm: "free" }, { isOld: true }),
  makeCase(20, { sparsity: "gated", latent: 13, batch: 33, lambda: 0.3, decoderNorm: "free", preBias: "none" }),
  makeCase(20, { sparsity: "gated", latent: 13, batch: 32, ...SIGMOID, loss: "bce" }),
  makeCase(20, { sparsity: "gated", latent: 13, batch: 1, ...SIGMOID, decoderNorm: "free" }),
  makeCase(1, { sparsity: "gated", latent: 1, batch: 3, decoderNorm: "free" }),
];

/** So many latents are active that the CPU engine walks through them in several blocks. */
export const WIDE_CASES: Case[] = [
  ...(["l1", "jumprelu", "gated", "topk"] as const).map((sparsity) =>
    makeCase(19, { sparsity, latent: 310, k: 155, batch: 11, lambda: 0.3 }, { floats: true })
  ),
  makeCase(19, { sparsity: "matryoshka", latent: 310, k: 155, batch: 11, prefixes: [0.1, 0.3, 0.31, 0.6] }),
  makeCase(19, { sparsity: "hierarchicaltopk", latent: 310, k: 155, batch: 11 }, { floats: true }),
];

/** Latents in threes that are the same, and images in pairs: only their order can decide. */
function withTies({ name, definition, state, pixels, ...rest }: Case): Case {
  const { dInput, nLatents } = definition.arch;
  const { "encoder.0.weight": encoder, "decoder.0.weight": decoder } = state.params;
  for (let j = 0; j < nLatents; j++) {
    const first = j - j % 3;
    encoder.copyWithin(j * dInput, first * dInput, (first + 1) * dInput);
    for (let i = 0; i < dInput; i++) decoder[i * nLatents + j] = decoder[i * nLatents + first];
  }
  for (let image = 1; image < COUNT; image += 2) {
    pixels.copyWithin(image * dInput, (image - 1) * dInput, image * dInput);
  }
  return { name: `${name}, ties`, definition, state, pixels, ...rest };
}

/** Steps [from, to) of a long plan; the last batch is short where there is more than one image. */
export function planOf({ config: { batch, lr, lambda } }: Case, { from, to }: { from: number; to: number }): StepPlan {
  const nSteps = to - from, left = batch - Math.min(batch - 1, 5);
  return {
    indices: Uint32Array.from({ length: (nSteps - 1) * batch + left }, (_, i) => ((from * batch + i) * 37) % COUNT),
    batch,
    learningRates: Float64Array.from({ length: nSteps }, (_, i) => lr / (1 + (from + i) % 3)),
    weights: Float64Array.from({ length: nSteps }, (_, i) => lambda * (1 + (from + i) % 2)),
  };
}

/** The same images so many times. */
export function repeated(pixels: Pixels, times: number): Pixels {
  const result = pixels instanceof Uint8Array
    ? new Uint8Array(times * pixels.length)
    : new Float32Array(times * pixels.length);
  for (let i = 0; i < times; i++) result.set(pixels, i * pixels.length);
  return result;
}
