/**
 * The weights that every contender of a shape starts from.
 *
 * The time of a dictionary's step depends on which latents are active, and a model with its initial weights shows
 * little of that: half of its latents are active, or a few latents on everything. So a dictionary is trained for some
 * steps, as the program would train it, and if nothing but thresholds decides, all biases are then moved by one number
 * that makes the wanted number of latents active. The learning rate of the steps that are timed is too small to change
 * this: every contender measures the same step, however many steps were taken before.
 *
 * Writes no file.
 *
 * @module
 */
import type { Config } from "../lib/config.ts";
import { type Engine, initialState, type StepDefinition } from "../lib/engine/engine.ts";
import { chooseEngine, openEngine } from "../lib/engine/open.ts";
import { gatherPixels, type Pixels, pixelValues } from "../lib/pixels.ts";
import { Rng } from "../lib/rng.ts";
import { arrayOps, type ArrayTensor, arrayTensor } from "../lib/sae/array_ops.ts";
import { type InitialModel, initialModel } from "../lib/sae/init.ts";
import { type Architecture, latentParameterName, type Parameters } from "../lib/sae/model.ts";
import { VARIANTS } from "../lib/sae/sparsity/variants.ts";
import { withPeakRate } from "../lib/training/schedule.ts";
import { initialWeight } from "../lib/training/sparsity_weight.ts";

/** Learning rate of every step that is timed. */
export const BENCH_RATE = 1e-6;

/**
 * Steps of training before the bench. Then as many different latents are active in a batch as after an epoch or two.
 */
const STEPS = 100;
/** Inputs by which biases are set before these steps, and after them. */
const SAMPLE_BEFORE = 512, SAMPLE_AFTER = 64;
/** How often the range of the biases' shift is halved. */
const HALVINGS = 16;

/** A shape's model, and its data. */
export interface Start {
  config: Config;
  definition: StepDefinition;
  /** `[count, dInput]` */
  pixels: Pixels;
  /**
   * How many latents are to be active for an input; null for a model whose latents are never 0: it is not trained
   * before.
   */
  activeLatents: number | null;
}

/** A model after some steps, without its moments. */
export interface StartingState extends InitialModel {
  /** Steps taken so far. */
  step: number;
}

/** The model before its first timed step; the steps before are taken by the engine that the program chooses. */
export async function startingState(start: Start): Promise<StartingState> {
  const { config, definition, pixels, activeLatents } = start;
  const model = initialModel(config, { arch: definition.arch, pixels });
  if (activeLatents === null) return { ...model, step: 0 };
  const work = { definition, batch: config.batch, pixels };
  const choice = await chooseEngine({ backend: "auto", engine: "auto" }, work);
  const engine = await openEngine(definition, choice, { threads: null, batch: config.batch, cacheDir: ".cache" });
  try {
    return await trainedState(engine, { ...start, model, activeLatents });
  } finally {
    await engine.dispose();
  }
}

/** `model` after some steps, with about `activeLatents` latents active for an input. */
export async function trainedState(
  engine: Engine,
  { config, definition, pixels, model, activeLatents }: Start & { model: InitialModel; activeLatents: number },
): Promise<StartingState> {
  const { arch, objective } = definition;
  const doThresholdsDecide = VARIANTS[objective.sparsity].selects === "all"; // else k does
  const name = `${arch.layers[arch.latentIndex].name}.bias`;
  if (doThresholdsDecide) {
    const products = productsOf(model.params, { arch, sample: sampled(pixels, { arch, count: SAMPLE_BEFORE }) });
    model.params[name] = thresholdsOf(products, { arch, share: activeLatents / arch.nLatents }).map((value) => -value);
  }
  await engine.load({ state: initialState(model), pixels, batch: config.batch });
  await takeSteps(engine, { config, count: pixels.length / arch.dInput });
  const { step, params, buffers } = await engine.state();
  if (doThresholdsDecide) {
    const sample = sampled(pixels, { arch, count: SAMPLE_AFTER });
    const shift = shiftFor(activeLatents, {
      definition,
      params,
      buffers,
      products: productsOf(params, { arch, sample }),
    });
    params[name] = params[name].map((bias) => bias + shift);
  }
  return { step, params, buffers };
}

/** The first steps of a run, at its highest learning rate. */
async function takeSteps(engine: Engine, { config, count }: { config: Config; count: number }): Promise<void> {
  const { batch, epochs } = config, perEpoch = Math.floor(count / batch);
  const { lr } = withPeakRate(config, { totalSteps: perEpoch * epochs });
  for (let left = STEPS, epoch = 0; left > 0; epoch++) {
    const nSteps = Math.min(left, perEpoch);
    await engine.train({
      indices: Rng.fromSeed(epoch, "bench start").permutation(count).subarray(0, nSteps * batch),
      batch,
      learningRates: new Float64Array(nSteps).fill(lr),
      weights: new Float64Array(nSteps).fill(initialWeight(config)),
    });
    left -= nSteps;
  }
}

/** Values of inputs that are spread over all, `[count, dInput]`; of all inputs if there are no more. */
function sampled(pixels: Pixels, { arch: { dInput }, count }: { arch: Architecture; count: number }): Float32Array {
  const all = pixels.length / dInput, n = Math.min(count, all);
  return pixelValues(gatherPixels(pixels, Uint32Array.from({ length: n }, (_, i) => Math.floor(i * all / n)), dInput));
}

/** The encoder's products with a sample, without its bias, one latent after the other: `[nLatents, count]`. */
function productsOf(
  params: Parameters,
  { arch, sample }: { arch: Architecture; sample: Float32Array },
): Float32Array<ArrayBuffer> {
  const { dInput, nLatents, layers, latentIndex } = arch;
  const weight = params[`${layers[latentIndex].name}.weight`];
  const origin = arch.hasPreBias ? params[`${layers.at(-1)!.name}.bias`] : new Float32Array(dInput);
  const inputs = Array.from({ length: sample.length / dInput }, (_, row) => {
    const values = sample.subarray(row * dInput, (row + 1) * dInput);
    const places = Uint32Array.from(values.keys()).filter((i) => values[i] !== 0);
    return { places, values: Float32Array.from(places, (i) => values[i]) };
  });
  const products = new Float32Array(nLatents * inputs.length);
  for (let latent = 0; latent < nLatents; latent++) {
    const begin = latent * dInput;
    let atOrigin = 0;
    for (let i = 0; i < dInput; i++) atOrigin += origin[i] * weight[begin + i];
    for (const [row, { places, values }] of inputs.entries()) {
      let product = -atOrigin;
      for (let i = 0; i < places.length; i++) product += values[i] * weight[begin + places[i]];
      products[latent * inputs.length + row] = product;
    }
  }
  return products;
}

/** For each latent, the value that its products exceed on a share of the inputs, `[nLatents]`. */
function thresholdsOf(
  products: Float32Array,
  { arch: { nLatents }, share }: { arch: Architecture; share: number },
): Float32Array<ArrayBuffer> {
  const count = products.length / nLatents, most = Math.max(1, Math.round(share * count));
  return Float32Array.from({ length: nLatents }, (_, latent) => {
    const sorted = products.slice(latent * count, (latent + 1) * count).sort();
    return (sorted[count - most] + sorted[Math.max(0, count - most - 1)]) / 2;
  });
}

/** What all biases are moved by so that `wanted` latents are active for an input, by the variant's own equation. */
function shiftFor(
  wanted: number,
  { definition: { arch, objective }, params, buffers, products }: InitialModel & {
    definition: StepDefinition;
    products: Float32Array;
  },
): number {
  const { latents, activeAbove } = VARIANTS[objective.sparsity], { nLatents } = arch;
  const biases = params[`${arch.layers[arch.latentIndex].name}.bias`], count = products.length / nLatents;
  const tensors = (arrays: [string, Float32Array][]) =>
    Object.fromEntries(arrays.map(([name, array]) => [name, arrayTensor(Float64Array.from(array), [array.length])]));
  const own = tensors(Object.keys(arch.latentParameters).map((name) => [name, params[latentParameterName(name)]]));
  const kept = tensors(Object.entries(buffers));
  const activeWith = (shift: number) => {
    const bias = Float64Array.from(biases, (value) => value + shift), preActs = new Float64Array(count * nLatents);
    for (let i = 0; i < preActs.length; i++) {
      const row = Math.floor(i / nLatents), latent = i % nLatents;
      preActs[i] = products[latent * count + row] + bias[latent];
    }
    const acts = latents(arrayOps, {
      preActs: arrayTensor(preActs, [count, nLatents]),
      bias: arrayTensor(bias, [nLatents]),
      params: own,
      buffers: kept,
      knobs: objective.knobs,
    }) as ArrayTensor;
    return acts.values.reduce((sum, act) => sum + Number(act > activeAbove), 0) / count;
  };
  const widest = products.reduce((most, product) => Math.max(most, Math.abs(product)), 1);
  let [fewer, more] = [-widest, widest];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (fewer + more) / 2;
    if (activeWith(middle) > wanted) more = middle;
    else fewer = middle;
  }
  return (fewer + more) / 2;
}
