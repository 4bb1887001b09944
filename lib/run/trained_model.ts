/**
 * A finished run's model, opened for use: to encode, to evaluate, to export, to train on.
 *
 * Reads `run.json` and `model.safetensors` and believes neither: every field and every tensor is checked. Runs no model.
 *
 * @module
 */
import { rowLength } from "../data/row_shape.ts";
import type { Scaling } from "../data/scaling.ts";
import { initialState, type StepDefinition, stepDefinition, type TrainingState } from "../engine/engine.ts";
import { printablePath, quoted, UserError } from "../errors.ts";
import { readText, readWhole } from "../files.ts";
import { decodeSafetensors } from "../formats/safetensors.ts";
import { safetensorsHeader } from "../formats/safetensors_header.ts";
import { Run, SCHEMA_VERSION } from "../report/schema.ts";
import { MODEL_FILE } from "../report/report_files.ts";
import { MOST_RUN_BYTES } from "../report/writer.ts";
import { initialBuffers, type Parameters } from "../sae/model.ts";
import { isFiniteArray } from "../training/divergence.ts";
import { readModel, readScaling, readTrainedBias } from "./model_file.ts";

/** What a run's `run.json` says of it, and not of its files. */
export type RunRecord = Omit<Run, "schemaVersion" | "files">;

/** A trained model. */
export interface TrainedModel {
  /** What `run.json` says of it. */
  run: RunRecord;
  /** The model as its file has it: the mean training input is in the first bias, so that its inputs are not centred. */
  definition: StepDefinition;
  /** By the names of `parameterSpecs`. */
  params: Parameters;
  /** All of the architecture's buffers: the saved ones as they were saved, the others as before the first step. */
  buffers: Parameters;
  /** How numbers in files become those that the model reads. */
  scaling: Scaling;
  /** The first bias before the mean training input went into it; null if there is no mean in it, or an older file. */
  trainedBias: Float32Array<ArrayBuffer> | null;
}

/** A trained model in a folder. */
export interface OpenedModel extends TrainedModel {
  /** The run's folder, as it was named. */
  folder: string;
  /** The other files of its report, as `run.json` states them; none of an older report. */
  files: Run["files"];
}

/**
 * Opens the model of a finished run.
 *
 * @param folder The run's folder, as `train`, `import` or `Sae.save` wrote it.
 * @throws {UserError} It holds no finished run of this version, or its model is damaged or another one.
 */
export async function openTrained(folder: string): Promise<OpenedModel> {
  const path = `${folder}/run.json`;
  const { schemaVersion: _, files, ...run } = parsedRun(await readText(path, { maxBytes: MOST_RUN_BYTES }), path);
  const modelPath = `${folder}/${MODEL_FILE}`;
  const file = await readWhole(modelPath);
  try {
    return { folder, files, ...trainedModel(run, file) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError(`Cannot open ${printablePath(modelPath)}: ${error.message}`, { cause: error });
  }
}

/**
 * The model of a run and its file's bytes, whose memory it shares.
 *
 * @throws {SyntaxError} The file is not one of this run's model.
 */
export function trainedModel(run: RunRecord, file: Uint8Array): TrainedModel {
  const dInput = rowLength(run.dataset);
  const definition = stepDefinition({ ...run.config, center: "none" }, dInput);
  assertFloat32(file);
  const content = decodeSafetensors(file, { sharesMemory: true });
  const { params, buffers } = readModel(content, definition.arch);
  for (const [name, values] of Object.entries({ ...params, ...buffers })) {
    if (!isFiniteArray(values)) {
      throw new SyntaxError(`${name} has a number that is not finite, expected finite numbers`);
    }
  }
  return {
    run,
    definition,
    params,
    buffers: { ...initialBuffers(definition.arch), ...buffers },
    scaling: readScaling(content, { dInput }),
    trainedBias: readTrainedBias(content, definition.arch),
  };
}

/** @throws {SyntaxError} A tensor has other numbers than this program writes, or the file is not whole. */
function assertFloat32(file: Uint8Array): void {
  const other = safetensorsHeader(file).tensors.find(({ type }) => type !== "f32");
  if (other) throw new SyntaxError(`${quoted(other.name)} has numbers of the type ${other.type}, expected f32`);
}

/** What an engine loads to run the model, or to train it further: zero moments, no steps taken. */
export function stateOf({ params, buffers }: Pick<TrainedModel, "params" | "buffers">): TrainingState {
  return initialState({ params, buffers });
}

function parsedRun(text: string, path: string): Run {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot open ${printablePath(path)}: it is not JSON, expected a run's`, { cause: error });
  }
  const parsed = Run.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path: field, message } = parsed.error.issues[0];
  const now = `its field ${quoted(field.join("."))} is wrong (${message})`;
  throw new UserError(
    `Cannot open ${printablePath(path)}: ${now}, expected a run of schema version ${SCHEMA_VERSION}`,
  );
}
