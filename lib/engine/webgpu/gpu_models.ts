/**
 * The model of a definition's kind for the WebGPU engine, in each of the ways that may be fastest on a device. PORTABLE: no
 * Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../engine.ts";
import { isDictionary } from "../model_kind.ts";
import { dictionaryModel } from "./dictionary/dictionary_gpu_model.ts";
import { dictionaryTunings } from "./dictionary/dictionary_tuning.ts";
import type { GpuModel } from "./gpu_model.ts";
import { layeredModel } from "./layered/layered_gpu_model.ts";
import { layeredTunings } from "./layered/layered_tuning.ts";

/** What may be fastest on a device, the likeliest first. */
export function candidateModels(
  definition: StepDefinition,
  device: Pick<GPUDevice, "adapterInfo" | "limits">,
): GpuModel[] {
  return isDictionary(definition)
    ? dictionaryTunings(definition, device.adapterInfo).map((tuning) => dictionaryModel(definition, tuning))
    : layeredTunings(device, definition.arch).map((tuning) => layeredModel(definition, tuning));
}
