/**
 * A run's weights for the live page: the file that the build writes beside the run's pages, and a training's start from it.
 *
 * The file is `model.safetensors` with numbers of 16 bits, and with the run's settings: half the bytes, and of each weight
 * the first three digits. Adam's moments and the counts of steps are not in it: a training starts at step 0.
 * PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { resolveConfig, type SettledConfig } from "../../../../lib/config.ts";
import { UserError } from "../../../../lib/errors.ts";
import { decodeSafetensors, encodeSafetensors, type SafetensorsContent } from "../../../../lib/formats/safetensors.ts";
import type { Pixels } from "../../../../lib/pixels.ts";
import { readModel, withoutFoldedMean } from "../../../../lib/run/model_file.ts";
import { type InitialModel, meanImage } from "../../../../lib/sae/init.ts";
import {
  type Architecture,
  architecture,
  initialBuffers,
  INPUT_MEAN,
  parameterSpecs,
} from "../../../../lib/sae/model.ts";

/** A run's model as its file has it. */
export interface RunWeights {
  id: string;
  title: string;
  /** With the learning rate that the run was trained with. */
  config: SettledConfig;
  content: SafetensorsContent;
}

/**
 * The file of a run's weights.
 *
 * @param model Its `model.safetensors`.
 * @throws {SyntaxError} That is damaged.
 */
export function encodeRunWeights(
  model: Uint8Array,
  { id, title, config }: Pick<RunWeights, "id" | "title" | "config">,
): Uint8Array<ArrayBuffer> {
  const { tensors } = decodeSafetensors(model, { sharesMemory: true });
  return encodeSafetensors({ tensors, metadata: { id, title, config: JSON.stringify(config) } }, { dtype: "F16" });
}

/**
 * Reads the file of a run's weights.
 *
 * @param options.name What an error calls the file.
 * @throws {UserError} It is damaged, or of another version of the program.
 */
export function decodeRunWeights(file: Uint8Array, { name }: { name: string }): RunWeights {
  try {
    const content = decodeSafetensors(file), { id, title, config } = content.metadata;
    const { lr, ...others } = resolveConfig({}, { from: JSON.parse(config ?? "") });
    if (lr === null || !id || !title) throw new SyntaxError("its settings are not a run's, expected those of run.json");
    return { id, title, config: { ...others, lr }, content };
  } catch (cause) {
    throw new UserError(`Cannot read ${name}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * What a training starts from: the run's model, on other images too.
 *
 * With inputs centred on a mean the model is the same function whichever mean that is, and a training takes the mean of
 * its own images.
 *
 * @param options.arch The architecture of the training: the run's.
 * @param options.pixels The training images, `[count, dInput]`.
 * @throws {UserError} The model has another architecture, or a weight that is not finite.
 */
export function modelOfRun(
  { id, config, content }: RunWeights,
  { arch, pixels }: { arch: Architecture; pixels: Pixels },
): InitialModel {
  if (shapesOf(arch) !== shapesOf(architecture(config, arch.dInput))) {
    const expected = "the sparsity method, the number of latents and the hidden layers of the run";
    throw new UserError(`Cannot start from run ${id}: these settings make another model, expected ${expected}`);
  }
  const { params, buffers } = readSaved(content, { arch, id });
  const broken = Object.entries(content.tensors).find(([, { values }]) => !values.every(Number.isFinite));
  if (broken) throw new UserError(`Cannot start from run ${id}: ${broken[0]} has a number that is not finite`);
  const all = { ...initialBuffers(arch), ...buffers };
  if (!arch.hasCenteredInput) return { params, buffers: all };
  const mean = Float32Array.from(meanImage(pixels, arch.dInput));
  return { params: withoutFoldedMean(params, { arch, mean }), buffers: { ...all, [INPUT_MEAN]: mean } };
}

/** Names and shapes of all that a saved model has. */
function shapesOf(arch: Architecture): string {
  const saved = arch.buffers.filter(({ isSaved }) => isSaved);
  return [...parameterSpecs(arch).map(({ name, shape }) => `${name} ${shape}`), ...saved.map(({ name }) => name)]
    .join();
}

function readSaved(content: SafetensorsContent, { arch, id }: { arch: Architecture; id: string }): InitialModel {
  try {
    return readModel(content, arch);
  } catch (cause) {
    throw new UserError(`Cannot start from run ${id}: ${(cause as Error).message}`, { cause });
  }
}
