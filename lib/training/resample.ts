/**
 * Giving dead latents a second life: each is pointed at an image that is badly reconstructed, its moments forgotten.
 *
 *     dec_j = x_c / ‖x_c‖      enc_j = 0.2 · ⟨‖enc of alive latents‖⟩ · dec_j      b_enc_j = 0      Adam's m, v of these = 0
 *
 * with x_c the image less the pre-encoder bias, drawn with a probability proportional to its squared loss. Source: Bricken
 * et al., "Towards monosemanticity", 2023, appendix "neuron resampling". PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine, TrainingState } from "../engine/engine.ts";
import { gatherPixels, type Pixels, pixelValues } from "../pixels.ts";
import { Rng } from "../rng.ts";
import { type Architecture, decoderLayer, LAST_FIRED, latentParameterName } from "../sae/model.ts";

/** Images among which the badly reconstructed are looked for. */
const CANDIDATES = 4096;
const ENCODER_SCALE = 0.2;

/** What is resampled, and from what. */
export interface Resampling {
  engine: Engine;
  arch: Architecture;
  pixels: Pixels;
  /** Images a step, for the engine. */
  batch: number;
  seed: number;
  /** Steps without firing after which a latent is dead. */
  deadSteps: number;
}

/**
 * Resamples the dead latents of an engine's present state.
 *
 * @returns How many there were.
 */
export async function resampleDead({ engine, arch, pixels, batch, seed, deadSteps }: Resampling): Promise<number> {
  const state = await engine.state(); // sync point
  const { step } = state;
  const dead = Array.from(state.buffers[LAST_FIRED].keys()).filter((j) =>
    step - state.buffers[LAST_FIRED][j] > deadSteps
  );
  if (dead.length === 0) return 0;
  const rng = Rng.fromSeed(seed, `resample/${step}`);
  const count = pixels.length / arch.dInput;
  const rows = rng.permutation(count).subarray(0, CANDIDATES);
  const images = gatherPixels(pixels, rows, arch.dInput);
  const { recon } = await engine.forward(images); // sync point
  const values = pixelValues(images);
  const drawn = drawByLoss(rng, dead.length, squaredLosses(values, { recon, dInput: arch.dInput }));
  const images64 = drawn.map((row) => values.subarray(row * arch.dInput, (row + 1) * arch.dInput));
  resampleState(state, { arch, latents: dead, images: images64 });
  await engine.load({ state, pixels, batch });
  return dead.length;
}

/**
 * Writes new directions into a state.
 *
 * @param options `latents` to renew, and the image that each is pointed at, `[dInput]`.
 */
export function resampleState(
  state: TrainingState,
  { arch, latents, images }: { arch: Architecture; latents: number[]; images: ArrayLike<number>[] },
): void {
  const { nLatents, dInput } = arch;
  const decoder = decoderLayer(arch).name, encoder = arch.layers[arch.latentIndex].name;
  const encoderWeight = state.params[`${encoder}.weight`];
  const renewed = new Set(latents);
  let norms = 0;
  for (let j = 0; j < nLatents; j++) {
    if (!renewed.has(j)) norms += Math.hypot(...encoderWeight.subarray(j * dInput, (j + 1) * dInput));
  }
  const encoderNorm = ENCODER_SCALE * (renewed.size < nLatents ? norms / (nLatents - renewed.size) : 1);
  const bias = arch.hasPreBias ? state.params[`${decoder}.bias`] : null;
  for (const [i, j] of latents.entries()) {
    const centred = Array.from(images[i], (value, d) => value - (bias?.[d] ?? 0));
    const norm = Math.hypot(...centred) || 1;
    for (let d = 0; d < dInput; d++) {
      state.params[`${decoder}.weight`][d * nLatents + j] = centred[d] / norm;
      encoderWeight[j * dInput + d] = encoderNorm * centred[d] / norm;
      for (const moment of [state.m, state.v]) {
        moment[`${decoder}.weight`][d * nLatents + j] = 0;
        moment[`${encoder}.weight`][j * dInput + d] = 0;
      }
    }
    state.params[`${encoder}.bias`][j] = 0;
    for (const moment of [state.m, state.v]) moment[`${encoder}.bias`][j] = 0;
    for (const [name, { initial }] of Object.entries(arch.latentParameters)) {
      state.params[latentParameterName(name)][j] = initial;
      for (const moment of [state.m, state.v]) moment[latentParameterName(name)][j] = 0;
    }
    state.buffers[LAST_FIRED][j] = state.step;
  }
}

/** (Σ (x − x̂)²)² of each image. */
function squaredLosses(values: Float32Array, { recon, dInput }: { recon: Float32Array; dInput: number }): Float64Array {
  const losses = new Float64Array(values.length / dInput);
  for (let i = 0; i < values.length; i++) losses[Math.floor(i / dInput)] += (values[i] - recon[i]) ** 2;
  return losses.map((loss) => loss ** 2);
}

/** Indices drawn in proportion to their weights. */
function drawByLoss(rng: Rng, n: number, weights: Float64Array): number[] {
  const total = weights.reduce((a, b) => a + b);
  return Array.from({ length: n }, () => {
    let left = rng.uniform(0, total);
    const found = weights.findIndex((weight) => (left -= weight) < 0);
    return found < 0 ? weights.length - 1 : found;
  });
}
