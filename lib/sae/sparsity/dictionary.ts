/**
 * The classic one-layer dictionary: what all variants but KL change from the tutorial's model.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/**
 * x̂ = f·W_dec + b_dec with unit-norm decoder rows, read through (x − b_dec)·W_enc + b_enc, the encoder starting as the
 * decoder's transpose and b_dec at the data's geometric median (Bricken et al. 2023; Gao et al. 2024).
 */
export const DICTIONARY = {
  hidden: [],
  latent: 256,
  output: "linear",
  preBias: "decoder",
  decoderNorm: "unit",
  encoderInit: "transpose",
  outputBias: "median",
  latentBias: "init",
  decoderScale: "init",
  lr: null, // by the number of latents and of steps
} as const;
