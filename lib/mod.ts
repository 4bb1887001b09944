/**
 * Sparse autoencoders as a library: train one on an array, use it, save it, load it again.
 *
 * ```ts ignore
 * const sae = await trainSae(activations, { dInput: 768, knobs: { sparsity: "topk", k: 32, latent: 4096 } });
 * const { indices, values } = sae.encode(activations, { sparse: true });
 * await sae.save("reports/my-run");
 * ```
 *
 * The application itself imports the files directly.
 *
 * @module
 */
export { loadSae, Sae, type TrainOptions, trainSae } from "./run/sae.ts";
export type { RunRecord } from "./run/trained_model.ts";
export type { Scaling } from "./data/scaling.ts";
export type { SparseActs } from "./sae/decoder.ts";
export { runSession, type SessionHooks, type SessionOptions, type SessionOutcome } from "./run/session.ts";
export { EXPORT_FORMATS, type ExportFormat, exportRun } from "./run/export.ts";
export { importDictionary, type ImportOptions, type ImportResult } from "./run/import.ts";
export { type CompareOptions, compareRuns, type ComparisonFiles } from "./run/compare.ts";
export { writeComparison } from "./report/writer.ts";
export type { RunEvent, RunListener } from "./run/events.ts";
export { type ArrayOptions, datasetOf } from "./data/in_memory.ts";
export { openData, type OpenDataOptions } from "./data/files/open_data.ts";
export { loadDataset, type LoadOptions } from "./data/load.ts";
export type { Dataset, ImageSet } from "./data/dataset.ts";
export { type SweepFindings, sweepFindings } from "./analysis/across/sweep_findings.ts";
export { type RightL0, rightL0, rightL0Text } from "./analysis/across/right_l0.ts";
export { type ScalingFit, scalingFit, type ScalingRun } from "./analysis/across/scaling_fit.ts";
export { lossOf, type ScalingLaw } from "./analysis/across/scaling_law.ts";
export { scalingText } from "./analysis/across/scaling_text.ts";
export { KnobError, type KnobName, KNOBS, PRESETS, resolveConfig } from "./config.ts";
export { Config } from "./config_schema.ts";
export { UserError } from "./errors.ts";
export { Activations, Inputs, LatentDetails, Latents, Metrics, Reconstructions, Run } from "./report/schema.ts";
export { decodeSafetensors, encodeSafetensors } from "./formats/safetensors.ts";
