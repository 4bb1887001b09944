/**
 * The weights that every contender of a shape starts from.
 *
 * Those of the program, with one change for dictionaries. A model that has just been drawn has half of its latents active,
 * or a few latents active on everything, whereas the time of a step depends on how many are. So each latent's bias is set
 * to where it is active on an equal share of the inputs, and the bench's learning rate is too small to move it: everybody
 * measures the same step, however many steps were taken before.
 *
 * Writes no file.
 *
 * @module
 */
import type { Config } from "../lib/config.ts";
import type { StepDefinition } from "../lib/engine/engine.ts";
import { gatherPixels, type Pixels, pixelValues } from "../lib/pixels.ts";
import { arrayOps, type ArrayTensor, arrayTensor } from "../lib/sae/array_ops.ts";
import { type InitialModel, initialModel } from "../lib/sae/init.ts";
import { type Architecture, latentParameterName, type Parameters } from "../lib/sae/model.ts";
import { VARIANTS } from "../lib/sae/sparsity/variants.ts";

/** Inputs by which biases are set. */
const SAMPLE = 512;

/** Learning rate of every step that is timed. */
export const BENCH_RATE = 1e-6;

/**
 * The model before its first step.
 *
 * @param options `activeLatents`: how many are to be active for an input; null to leave the program's biases as they are.
 */
export function startingState(
  config: Config,
  { definition: { arch, objective }, pixels, activeLatents }: {
    definition: StepDefinition;
    pixels: Pixels;
    activeLatents: number | null;
  },
): InitialModel {
  const model = initialModel(config, { arch, pixels });
  if (activeLatents === null) return model;
  const variant = VARIANTS[objective.sparsity];
  // Where the k largest are chosen, three times as many latents are positive, so that all that are chosen are.
  const share = (variant.selects === "all" ? 1 : 3) * activeLatents / arch.nLatents;
  const { name } = arch.layers[arch.latentIndex];
  const count = Math.min(SAMPLE, pixels.length / arch.dInput);
  const sample = pixelValues(gatherPixels(pixels, spread(count, pixels.length / arch.dInput), arch.dInput));
  const thresholds = thresholdsOf(model.params, { arch, sample, most: Math.max(1, Math.round(share * count)) });
  const least = variant.selects === "all" ? leastActive({ arch, objective }, model.params) : 0;
  model.params[`${name}.bias`] = thresholds.map((threshold) => least - threshold);
  return model;
}

/** `count` indices spread over `of`. */
function spread(count: number, of: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => Math.floor(i * of / count));
}

/** For each latent, the value that its product with exactly `most` of the sample's inputs exceeds, `[nLatents]`. */
function thresholdsOf(
  params: Parameters,
  { arch, sample, most }: { arch: Architecture; sample: Float32Array; most: number },
): Float32Array<ArrayBuffer> {
  const { dInput, nLatents, layers, latentIndex } = arch;
  const weight = params[`${layers[latentIndex].name}.weight`];
  const origin = arch.hasPreBias ? params[`${layers.at(-1)!.name}.bias`] : new Float32Array(dInput);
  const rows = Array.from({ length: sample.length / dInput }, (_, row) => {
    const values = sample.subarray(row * dInput, (row + 1) * dInput);
    const places = Uint32Array.from(values.keys()).filter((i) => values[i] !== 0);
    return { places, values: Float32Array.from(places, (i) => values[i]) };
  });
  const products = new Float32Array(rows.length);
  return Float32Array.from({ length: nLatents }, (_, latent) => {
    const begin = latent * dInput;
    let atOrigin = 0;
    for (let i = 0; i < dInput; i++) atOrigin += origin[i] * weight[begin + i];
    for (const [row, { places, values }] of rows.entries()) {
      let product = -atOrigin;
      for (let i = 0; i < places.length; i++) product += values[i] * weight[begin + places[i]];
      products[row] = product;
    }
    products.sort();
    const above = products[products.length - most], below = products[Math.max(0, products.length - most - 1)];
    return (above + below) / 2;
  });
}

/** The smallest preAct of which a latent becomes active, to within rounding, by the variant's own equation. */
function leastActive({ arch, objective }: Pick<StepDefinition, "arch" | "objective">, params: Parameters): number {
  const { latents, activeAbove } = VARIANTS[objective.sparsity];
  const one = (value: number) => arrayTensor(Float64Array.of(value), [1]);
  const own = Object.keys(arch.latentParameters).map((name) => [name, one(params[latentParameterName(name)][0])]);
  const isActive = (preAct: number) => {
    const acts = latents(arrayOps, {
      preActs: arrayTensor(Float64Array.of(preAct), [1, 1]),
      bias: one(0),
      params: Object.fromEntries(own),
      buffers: {},
      knobs: objective.knobs,
    });
    return (acts as ArrayTensor).values[0] > activeAbove;
  };
  let [below, above] = [0, 1e3];
  while (above - below > 1e-6) {
    const middle = (below + above) / 2;
    if (isActive(middle)) above = middle;
    else below = middle;
  }
  return below;
}
