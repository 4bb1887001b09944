/**
 * Resampling of dead latents: each gets the direction of an image that is badly reconstructed, and its moments are set
 * to 0.
 *
 *     dec_j = x_c / ‖x_c‖      enc_j = 0.2 · ⟨‖enc of alive latents‖⟩ · dec_j      b_enc_j = 0      Adam's m, v of
 * these = 0
 *
 * with x_c the image less the pre-encoder bias, drawn with a probability proportional to its squared loss. Source:
 * Bricken et al., "Towards monosemanticity", 2023, appendix "neuron resampling". PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine, TrainingState } from "../engine/engine.ts";
import { norm } from "../norm.ts";
import { gatherPixels, type Pixels, pixelValues } from "../pixels.ts";
import { Rng } from "../rng.ts";
import { type Architecture, decoderLayer, LAST_FIRED, latentParameterName } from "../sae/model.ts";
import { silentLatents } from "./silent_latents.ts";

/** Images among which badly reconstructed ones are searched. */
const CANDIDATES = 4096;
/** Pixels passed through the model at once: 16 MB, all 4,096 images of 32×32. */
const MOST_VALUES = 2 ** 22;
const ENCODER_SCALE = 0.2;

/** What is resampled, and from what. */
export interface Resampling {
  engine: Engine;
  arch: Architecture;
  /** The training images, or a sample of them. */
  pixels: Pixels;
  seed: number;
  /** A latent that was last active more than this many steps ago is dead. */
  deadSteps: number;
}

/**
 * Resamples the dead latents of an engine's present state.
 *
 * @returns Which they were.
 */
export async function resampleDead({ engine, arch, pixels, seed, deadSteps }: Resampling): Promise<number[]> {
  const state = await engine.state(); // sync point
  const { step } = state;
  const dead = silentLatents(state.buffers[LAST_FIRED], { step, deadSteps });
  if (dead.length === 0) return dead;
  const rng = Rng.fromSeed(seed, `resample/${step}`);
  const rows = rng.permutation(pixels.length / arch.dInput).subarray(0, CANDIDATES);
  const drawn = drawByLoss(rng, dead.length, await squaredLosses(engine, rows, { pixels, dInput: arch.dInput }));
  const imageOf = (i: number) => pixelValues(gatherPixels(pixels, [rows[drawn[i]]], arch.dInput));
  resampleState(state, { arch, latents: dead, imageOf });
  await engine.setState(state);
  return dead;
}

/**
 * Writes new directions into a state.
 *
 * @param options `latents` to resample, and `imageOf(i)`, the image whose direction the i-th of them gets, `[dInput]`.
 */
export function resampleState(
  state: TrainingState,
  { arch, latents, imageOf }: { arch: Architecture; latents: number[]; imageOf: (i: number) => ArrayLike<number> },
): void {
  const { nLatents, dInput } = arch;
  const decoder = decoderLayer(arch).name, encoder = arch.layers[arch.latentIndex].name;
  const encoderWeight = state.params[`${encoder}.weight`];
  const renewed = new Set(latents);
  let norms = 0;
  for (let j = 0; j < nLatents; j++) {
    if (!renewed.has(j)) norms += norm(encoderWeight.subarray(j * dInput, (j + 1) * dInput));
  }
  const encoderNorm = ENCODER_SCALE * (renewed.size < nLatents ? norms / (nLatents - renewed.size) : 1);
  const bias = arch.hasPreBias ? state.params[`${decoder}.bias`] : null;
  for (const [i, j] of latents.entries()) {
    const centred = Array.from(imageOf(i), (value, d) => value - (bias?.[d] ?? 0));
    const length = norm(centred) || 1;
    for (let d = 0; d < dInput; d++) {
      state.params[`${decoder}.weight`][d * nLatents + j] = centred[d] / length;
      encoderWeight[j * dInput + d] = encoderNorm * centred[d] / length;
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

/** (Σ (x − x̂)²)² of each of the given images, in pieces that bound the memory. `[rows.length]` */
async function squaredLosses(
  engine: Engine,
  rows: Uint32Array,
  { pixels, dInput }: { pixels: Pixels; dInput: number },
): Promise<Float64Array> {
  const losses = new Float64Array(rows.length);
  const piece = Math.max(1, Math.floor(MOST_VALUES / dInput));
  for (let from = 0; from < rows.length; from += piece) {
    const images = gatherPixels(pixels, rows.subarray(from, from + piece), dInput);
    const values = pixelValues(images);
    const { recon } = await engine.forward(images); // sync point
    for (let i = 0; i < values.length; i++) losses[from + Math.floor(i / dInput)] += (values[i] - recon[i]) ** 2;
  }
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
