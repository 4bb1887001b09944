/**
 * What a reader takes away from the live page: weights, a whole report, the latents as a picture.
 *
 * The files are those of the program, made by the same code. Loaded when something is exported for the first time, since
 * the report's schemas are a hundred times as heavy as a training step. Trains nothing: a session goes on to the end of an
 * epoch before. PORTABLE: no Deno, no Node, no DOM, no tfjs.
 *
 * @module
 */
import { rowLength } from "../../../../lib/data/row_shape.ts";
import { zlibSync } from "fflate";
import type { OnNamedProgress } from "../../../../lib/analysis/progress.ts";
import { sha256Of } from "../../../../lib/checksum.ts";
import type { SettledConfig } from "../../../../lib/config.ts";
import type { Dataset, ImageSet } from "../../../../lib/data/dataset.ts";
import { type Engine, type StepDefinition, stepDefinition } from "../../../../lib/engine/engine.ts";
import { UserError } from "../../../../lib/errors.ts";
import { rawBytes } from "../../../../lib/pixels.ts";
import { reportFiles } from "../../../../lib/report/report_files.ts";
import { modelFile } from "../../../../lib/run/model_file.ts";
import { assembleReport } from "../../../../lib/run/report.ts";
import type { Snapshot } from "../../../../lib/training/course.ts";
import { zipOf } from "../../zip_entry.ts";
import type { Atlas } from "../messages.ts";
import { atlasPng } from "./atlas_png.ts";
import { browserEnvironment } from "./browser.ts";
import { exportedCommand, exportedConfig, exportedName, exportedRate, type Training } from "./exported_run.ts";

/** A training whose model and course are at hand. */
export interface ExportedTraining extends Omit<Training, "step"> {
  engine: Engine;
  /** Why this engine. */
  engineReason: string;
  /** After whole epochs, each of them measured. */
  snapshot: Snapshot;
  /** Milliseconds from the start of the training to its first step. */
  startupMs: number;
  /** Milliseconds since the start of the training. */
  totalMs(): number;
}

/** A file that the page gives its reader. */
export interface ExportedFile {
  fileName: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** `model.safetensors` as the program writes it, of a model at any step. */
export function exportedWeights(
  training: Omit<Training, "step">,
  { state }: Pick<Snapshot, "state">,
): ExportedFile {
  const at = { ...training, step: state.step }, config = exportedConfig(at);
  const { arch } = definitionOf(at.dataset, config);
  const bytes = modelFile(state, { arch, config, scaling: at.dataset.scaling });
  return { fileName: `${exportedName(at).id}.safetensors`, bytes };
}

/** The decoder images of all latents as one PNG. */
export function exportedAtlas({ images, tile }: Atlas, training: Training): ExportedFile {
  return {
    fileName: `${exportedName(training).id}-latents.png`,
    bytes: atlasPng(images, { tile, deflate: zlibSync }),
  };
}

/**
 * The run's report folder as a zip archive: unpacked among the reports of the program, the site shows it like any other.
 *
 * @throws {TypeError} The snapshot is not of whole epochs, or one of them was not measured.
 * @throws {UserError} The browser computes no checksums.
 */
export async function exportedReport(
  training: ExportedTraining,
  { onProgress }: { onProgress?: OnNamedProgress } = {},
): Promise<ExportedFile> {
  const { snapshot, dataset, engine, startedAt } = training;
  const at = { ...training, step: snapshot.state.step },
    config = exportedConfig(at),
    { id, title, note } = exportedName(at);
  if (snapshot.testRows.length !== config.epochs) {
    const now = `${snapshot.testRows.length} of ${config.epochs} epochs are measured`;
    throw new TypeError(`Cannot report a training of ${snapshot.state.step} steps: ${now}, expected all`);
  }
  const report = await assembleReport({
    ...{ id, title, note, config, dataset, engine, snapshot, onProgress },
    ...definitionOf(dataset, config),
    createdAt: startedAt.toISOString(),
    command: exportedCommand(at, engine.info),
    ...{ initFrom: null, imported: null },
    pixelsSha256: { train: await sha256(dataset.train), test: await sha256(dataset.test) },
    engineReason: training.engineReason,
    environment: browserEnvironment(navigator),
    deflate: zlibSync,
    learningRate: exportedRate(at),
    startupMs: training.startupMs,
    totalMs: () => training.totalMs(),
  });
  const files = await Array.fromAsync(reportFiles(report), ({ path, bytes }) => ({ path: `${id}/${path}`, bytes }));
  return { fileName: `${id}.zip`, bytes: zipOf(files, { date: startedAt }) };
}

function definitionOf(dataset: Dataset, config: SettledConfig): Pick<StepDefinition, "arch" | "objective"> {
  const { arch, objective } = stepDefinition(config, rowLength(dataset));
  return { arch, objective };
}

/** @throws {UserError} The browser computes checksums only for pages from https:// or from this machine. */
async function sha256({ pixels }: ImageSet): Promise<string> {
  if (!(crypto as { subtle?: SubtleCrypto }).subtle) {
    const expected = "an address that begins with https:// or http://localhost";
    throw new UserError(
      `Cannot export the report: the browser computes no checksums on this address, expected ${expected}`,
    );
  }
  return await sha256Of(rawBytes(pixels));
}
