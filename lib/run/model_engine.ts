/**
 * An engine that runs a trained model: chosen as for training, loaded once, with rows of the kind that it will be given.
 *
 * Does not train, and reads no data.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";
import { chooseEngine, openEngine, type Wanted } from "../engine/open.ts";
import type { Pixels } from "../pixels.ts";
import { stateOf, type TrainedModel } from "./trained_model.ts";

/** How a model is run. */
export interface ModelEngineOptions {
  device: Required<Wanted>;
  /** Some of the rows that the model will be given: whether they are bytes, and how many are 0, decides how it is run. */
  sample: Pixels;
  /** Rows of the largest step whose losses are asked for. */
  batch: number;
  /** Where tunings are kept. */
  cacheDir: string;
}

/** An engine that runs a model until it is disposed, and why it is this one. */
export interface ModelEngine extends AsyncDisposable {
  engine: Engine;
  reason: string;
}

/**
 * Opens an engine with the model in it.
 *
 * @throws {UserError} No engine takes the model, or the backend cannot start here.
 */
export async function openModelEngine(model: TrainedModel, options: ModelEngineOptions): Promise<ModelEngine> {
  const { device, sample, batch, cacheDir } = options, { definition } = model;
  const choice = await chooseEngine(device, { definition, batch, pixels: sample });
  const engine = await openEngine(definition, choice, { threads: device.threads, cacheDir, batch });
  try {
    await engine.load({ state: stateOf(model), pixels: sample, batch });
  } catch (error) {
    await engine.dispose();
    throw error;
  }
  return { engine, reason: choice.reason, [Symbol.asyncDispose]: () => engine.dispose() };
}
