/**
 * The content of `model.safetensors`: the trained model in PyTorch's names and layout, and nothing that only training needs.
 *
 * `docs/pytorch.md` describes it for those who load it. Neither reads nor writes files. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Config, KNOBS } from "../config.ts";
import type { Scaling } from "../data/scaling.ts";
import { scalingFrom, storedScaling } from "../data/stored_scaling.ts";
import type { TrainingState } from "../engine/engine.ts";
import { quoted } from "../errors.ts";
import { encodeSafetensors, type SafetensorsContent } from "../formats/safetensors.ts";
import { type Architecture, INPUT_MEAN, latentParameterName, type Parameters, parameterSpecs } from "../sae/model.ts";

/**
 * The bytes of the file. Equal models trained with equal settings give equal bytes: no clock is in it, and no setting of the
 * machine, such as the number of threads.
 */
export function modelFile(
  { params, buffers }: Pick<TrainingState, "params" | "buffers">,
  { arch, config, scaling }: { arch: Architecture; config: Config; scaling: Scaling },
): Uint8Array<ArrayBuffer> {
  const { hasCenteredInput } = arch, firstBias = params[firstBiasOf(arch)];
  const weights = hasCenteredInput ? withFoldedMean(params, { arch, mean: buffers[INPUT_MEAN] }) : params;
  const saved = arch.buffers.filter(({ isSaved }) => isSaved);
  return encodeSafetensors({
    tensors: Object.fromEntries([
      ...parameterSpecs(arch).map(({ name, shape }) => [name, { shape, values: weights[name] }]),
      ...saved.map(({ name, size }) => [latentParameterName(name), { shape: [size], values: buffers[name] }]),
    ]),
    metadata: {
      config: JSON.stringify(settingsOf(config)),
      layers: JSON.stringify(arch.layers),
      scaling: JSON.stringify(storedScaling(scaling)),
      // rounding the folded bias to float32 loses digits, without which no number of the report is the same bits again
      ...(hasCenteredInput ? { trainedBias: JSON.stringify([...firstBias]) } : {}),
    },
  });
}

/**
 * The parameters and the saved buffers in the content of a file, which shares its arrays. x̄ stays in the first bias.
 *
 * @throws {SyntaxError} A tensor is missing, has another shape, or is not of this architecture.
 */
export function readModel(
  { tensors }: Pick<SafetensorsContent, "tensors">,
  arch: Architecture,
): { params: Parameters; buffers: Parameters } {
  const read = (name: string, shape: number[]) => {
    const tensor = tensors[name];
    if (tensor && `${tensor.shape}` === `${shape}`) return tensor.values as Float32Array<ArrayBuffer>;
    const now = tensor ? `${name} has shape [${tensor.shape}]` : `${name} is missing`;
    throw new SyntaxError(`${now}, expected shape [${shape}]`);
  };
  const specs = parameterSpecs(arch), saved = arch.buffers.filter(({ isSaved }) => isSaved);
  const names = new Set([...specs.map(({ name }) => name), ...saved.map(({ name }) => latentParameterName(name))]);
  const other = Object.keys(tensors).find((name) => !names.has(name));
  if (other !== undefined) throw new SyntaxError(`${quoted(other)} is there, expected ${[...names].join(", ")} alone`);
  return {
    params: Object.fromEntries(specs.map(({ name, shape }) => [name, read(name, shape)])),
    buffers: Object.fromEntries(saved.map(({ name, size }) => [name, read(latentParameterName(name), [size])])),
  };
}

/**
 * How the numbers of the data became the model's inputs, as the metadata of a file state it.
 *
 * @param options.dInput Values of a row.
 * @throws {SyntaxError} It is missing, or a part of it is missing, unknown or out of range.
 */
export function readScaling(
  { metadata }: Pick<SafetensorsContent, "metadata">,
  { dInput }: { dInput: number },
): Scaling {
  let stored: unknown;
  try {
    stored = JSON.parse(metadata.scaling ?? "");
  } catch {
    stored = undefined;
  }
  return scalingFrom(stored, { dInput });
}

/**
 * The first bias as it was trained, for inputs less their mean, as the metadata of a file state it; null if they do not.
 *
 * @throws {SyntaxError} It is not a list of finite float32 numbers, one for each unit of the first layer.
 */
export function readTrainedBias(
  { metadata: { trainedBias } }: Pick<SafetensorsContent, "metadata">,
  { layers: [{ dOut }] }: Pick<Architecture, "layers">,
): Float32Array<ArrayBuffer> | null {
  if (trainedBias === undefined) return null;
  let stored: unknown;
  try {
    stored = JSON.parse(trainedBias);
  } catch {
    stored = undefined;
  }
  const isFinite = (value: unknown) => typeof value === "number" && Number.isFinite(Math.fround(value));
  const isList = Array.isArray(stored) && stored.length === dOut && stored.every(isFinite);
  if (!isList) throw new SyntaxError(`its trainedBias is not a list of finite numbers, expected ${dOut} of them`);
  return Float32Array.from(stored as number[]);
}

/** A number of the first bias that is another one than the bias as it was trained becomes. */
export interface OtherBias {
  /** Of the first bias, such as `encoder.0.bias`, and the number's place in it, from 0. */
  name: string;
  unit: number;
  stored: number;
  folded: number;
}

/**
 * Whether the bias as it was trained becomes the saved one with a mean, to the bit. Sums of float64 in one order, so that
 * the answer is the same on every machine.
 *
 * @param options.mean x̄ of the training, `[dInput]`. `trainedBias`: from {@linkcode readTrainedBias}.
 * @returns The first number that does not; null if all do.
 */
export function otherBias(
  params: Parameters,
  { arch, mean, trainedBias }: { arch: Architecture; mean: Float32Array; trainedBias: Float32Array<ArrayBuffer> },
): OtherBias | null {
  const name = firstBiasOf(arch), saved = params[name];
  const folded = withFoldedMean(asTrained(params, { arch, trainedBias }), { arch, mean })[name];
  const unit = folded.findIndex((value, i) => value !== saved[i]);
  return unit < 0 ? null : { name, unit, stored: saved[unit], folded: folded[unit] };
}

/**
 * The parameters of a saved model as they were trained on inputs less a mean, to the bit. Other parameters are shared, not
 * copied.
 *
 * @param options.trainedBias From {@linkcode readTrainedBias}; {@linkcode otherBias} says whether it is of this model.
 */
export function asTrained(
  params: Parameters,
  { arch, trainedBias }: { arch: Architecture; trainedBias: Float32Array<ArrayBuffer> },
): Parameters {
  return { ...params, [firstBiasOf(arch)]: trainedBias };
}

/**
 * The parameters of a saved model for an input less a mean, the inverse of what saving does: x·W + b is
 * (x − x̄)·W + (b + x̄·W). Other parameters are shared, not copied.
 *
 * @param options.mean x̄, any input of the model, `[dInput]`.
 */
export function withoutFoldedMean(
  params: Parameters,
  { arch, mean }: { arch: Architecture; mean: Float32Array },
): Parameters {
  return withFoldedMean(params, { arch, mean: mean.map((value) => -value) });
}

/** The knobs but those of the device, which change no number of the model. */
function settingsOf(config: Config): Partial<Config> {
  const names = KNOBS.filter(({ knob }) => knob.group !== "Device" && knob.group !== "Report").map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, config[name]]));
}

function firstBiasOf({ layers: [{ name }] }: Pick<Architecture, "layers">): string {
  return `${name}.bias`;
}

/** The same function of x with plain inputs: (x − x̄)·W + b is x·W + (b − x̄·W). Other parameters are shared, not copied. */
function withFoldedMean(params: Parameters, { arch, mean }: { arch: Architecture; mean: Float32Array }): Parameters {
  const { name, dIn, dOut } = arch.layers[0];
  const weight = params[`${name}.weight`], bias = params[firstBiasOf(arch)];
  const folded = new Float32Array(dOut);
  for (let o = 0; o < dOut; o++) {
    let shift = 0;
    for (let i = 0; i < dIn; i++) shift += mean[i] * weight[o * dIn + i];
    folded[o] = bias[o] - shift;
  }
  return { ...params, [firstBiasOf(arch)]: folded };
}
