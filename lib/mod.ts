/**
 * The public API for people who import this project as a library; the application itself imports the files directly.
 *
 * @module
 */
export { Config, KNOBS, PRESETS, resolveConfig } from "./config.ts";
export { UserError } from "./errors.ts";
export { klDivergence, klSlope, klSum, meanActivations } from "./kl.ts";
export { Rng } from "./rng.ts";
export type { Dataset, ImageSet } from "./data/dataset.ts";
export { loadDataset } from "./data/load.ts";
export { chooseEngine, openEngine } from "./engine/choose.ts";
export { type Engine, initialState, type StepDefinition, type TrainingState } from "./engine/engine.ts";
export { decodeSafetensors, encodeSafetensors } from "./formats/safetensors.ts";
export { measureSplit, splitMetrics } from "./analysis/measure.ts";
export { Activations, Features, Metrics, Reconstructions, Run } from "./report/schema.ts";
export { initialParameters, typicalImage } from "./sae/init.ts";
export { type Architecture, architecture, type Objective, type Parameters, parameterSpecs } from "./sae/model.ts";
export { freshSnapshot, type Snapshot } from "./training/course.ts";
export { runSession } from "./run/session.ts";
export { trainModel } from "./run/train.ts";
