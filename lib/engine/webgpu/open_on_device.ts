/**
 * Opens the WebGPU engine of a model's kind on a device. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Engine, StepDefinition } from "../engine.ts";
import { isDictionary } from "../model_kind.ts";
import { tunedEngine } from "./autotune.ts";
import { DictionaryEngine } from "./dictionary/dictionary_engine.ts";

/**
 * The engine for a model, nothing loaded. The device stays the caller's.
 *
 * @param options `batch`: images a step, to tune for. `tunings`: choices remembered from earlier runs; one that is made now
 * is added.
 * @throws {UserError} The device fails meanwhile.
 */
export async function openOnDevice(
  definition: StepDefinition,
  { device, batch, tunings }: { device: GPUDevice; batch: number; tunings: Map<string, string> },
): Promise<Engine> {
  return isDictionary(definition)
    ? await DictionaryEngine.create(definition, { device })
    : await tunedEngine(definition, { device, batch, cache: tunings });
}
