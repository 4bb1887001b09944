/**
 * A sparse autoencoder as a value: trained on an array or a data set, or opened from a finished run.
 *
 * The public API's two functions and their result; `lib/mod.ts` exports them. Training is a session like any other.
 *
 * @module
 */
import { rowLength } from "../data/row_shape.ts";
import type { Config, KnobName } from "../config.ts";
import type { Dataset } from "../data/dataset.ts";
import { type ArrayOptions, datasetOf } from "../data/in_memory.ts";
import { stepDefinition } from "../engine/engine.ts";
import { printablePath, quoted, typeName, UserError } from "../errors.ts";
import { readText, readWhole } from "../files.ts";
import { decodeSafetensors } from "../formats/safetensors.ts";
import type { Pixels } from "../pixels.ts";
import { Run, SCHEMA_VERSION } from "../report/schema.ts";
import { MODEL_FILE } from "../report/report_files.ts";
import { copyReport, MOST_RUN_BYTES, writeReport } from "../report/writer.ts";
import type { SparseActs } from "../sae/decoder.ts";
import { Inference } from "../sae/inference.ts";
import type { Parameters } from "../sae/model.ts";
import type { RunListener } from "./events.ts";
import { readModel } from "./model_file.ts";
import { RunExistsError, RunFolder } from "./run_folder.ts";
import { runSession } from "./session.ts";

/** What a run's `run.json` says. */
export type RunRecord = Omit<Run, "schemaVersion">;

/** How an SAE is trained. */
export interface TrainOptions extends Partial<ArrayOptions> {
  /** The knobs that differ from the defaults, by name: `{ sparsity: "topk", k: 16, latent: 512 }`. */
  knobs?: Partial<Config>;
  /** The run's title and what is to be said about it; the title is made from the settings if left out. */
  title?: string;
  note?: string;
  /** Hears what happens. */
  onEvent?: RunListener;
  /** Ends training; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Where tunings are kept; `.cache` if left out. */
  cacheDir?: string;
}

/** A trained sparse autoencoder. */
export class Sae {
  /** What `run.json` says of it: settings, data, metrics, timing. */
  readonly run: RunRecord;
  /** Weights and biases by PyTorch's names, the variant's own parameters as `latents.*`. */
  readonly params: Readonly<Parameters>;
  readonly #inference: Inference;
  readonly #store: (folder: RunFolder) => Promise<void>;

  /** Made by {@linkcode trainSae} and {@linkcode loadSae}. */
  constructor(run: RunRecord, { file, store }: { file: Uint8Array; store: (folder: RunFolder) => Promise<void> }) {
    const { arch, objective } = stepDefinition(run.config, rowLength(run.dataset));
    const { params, buffers } = readModel(decodeSafetensors(file, { sharesMemory: true }), arch);
    this.run = run;
    this.params = params;
    this.#store = store;
    // A file has x̄ in the first layer's bias.
    this.#inference = new Inference({ arch: { ...arch, hasCenteredInput: false }, objective, params, buffers });
  }

  /** Numbers in one input. */
  get dInput(): number {
    return rowLength(this.run.dataset);
  }

  get nLatents(): number {
    return this.run.config.latent;
  }

  /** What was measured on the training and the test set. */
  get metrics(): RunRecord["metrics"] {
    return this.run.metrics;
  }

  /**
   * The latents of inputs.
   *
   * @param x `[count, dInput]`; bytes stand for byte / 255.
   * @returns `[count, nLatents]`, or with `sparse` the entries that are not 0.
   * @throws {TypeError} The array is of another type, or not whole inputs.
   * @throws {RangeError} A number is not finite.
   */
  encode(x: Float32Array | Uint8Array): Float32Array<ArrayBuffer>;
  encode(x: Float32Array | Uint8Array, options: { sparse: true }): SparseActs;
  encode(x: Float32Array | Uint8Array, options?: { sparse: true }): Float32Array<ArrayBuffer> | SparseActs {
    return options?.sparse ? this.#inference.encodeSparse(x as Pixels) : this.#inference.encode(x as Pixels);
  }

  /**
   * The reconstructions that latents stand for.
   *
   * @param acts `[count, nLatents]`, or the entries that are not 0.
   * @returns `[count, dInput]`.
   * @throws {TypeError} They are of another type, or not whole rows.
   * @throws {RangeError} An index is not a latent's, or the parts of sparse latents contradict each other.
   */
  decode(acts: Float32Array | SparseActs): Float32Array<ArrayBuffer> {
    return this.#inference.decode(acts);
  }

  /**
   * Writes the run's whole report, which {@linkcode loadSae}, the site and PyTorch can read. The folder's name is its id.
   *
   * @throws {UserError} A run is there already, or the folder cannot be written.
   */
  async save(folder: string): Promise<void> {
    const [, parent, id] = folder.replace(/(?<=.)\/+$/, "").match(/^(?:(.*)\/)?([^/]*)$/s)!;
    await using claimed = await RunFolder.claim(parent ?? ".", id).catch((error: unknown) => {
      if (!(error instanceof RunExistsError)) throw error;
      const now = "a run is there already";
      throw new UserError(`Cannot save to ${printablePath(folder)}: ${now}, expected a folder without one`, {
        cause: error,
      });
    });
    await this.#store(claimed);
  }
}

/**
 * Trains a sparse autoencoder.
 *
 * @param data Rows of numbers, `[count, dInput]` (bytes stand for byte / 255, floats for themselves), or a data set.
 * @throws {TypeError} The data are neither an array of these types nor a data set, or `dInput` is missing.
 * @throws {UserError} The data cannot be used, or training diverges.
 * @throws {KnobError} A knob is out of range or does not fit another.
 * @throws The signal's reason, when aborted.
 */
export async function trainSae(data: Float32Array | Uint8Array | Dataset, options: TrainOptions = {}): Promise<Sae> {
  const { knobs = {}, title, note, onEvent, signal, cacheDir } = options;
  const dataset = datasetFrom(data, options);
  const turned: Partial<Record<KnobName, unknown>> = { ...outputFor(dataset), ...knobs };
  const outcome = await runSession({ turned, dataset, reportsDir: null, title, note, cacheDir }, { onEvent, signal });
  if (outcome.kind === "stopped") throw signal!.reason;
  const { report } = outcome;
  return new Sae(report.run, {
    file: report.model,
    store: ({ id, path }) => writeReport(path, { ...report, run: { ...report.run, id } }),
  });
}

/**
 * Opens the model of a finished run.
 *
 * @param folder The run's folder, as `train` or {@linkcode Sae.save} wrote it.
 * @throws {UserError} It holds no finished run of this version, or its model is damaged.
 */
export async function loadSae(folder: string): Promise<Sae> {
  const path = `${folder}/run.json`;
  const { schemaVersion: _, ...run } = parseRun(await readText(path, { maxBytes: MOST_RUN_BYTES }), path);
  const file = await readWhole(`${folder}/${MODEL_FILE}`);
  try {
    return new Sae(run, { file, store: ({ id, path }) => copyReport(folder, path, { run: { ...run, id } }) });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UserError(`Cannot open ${folder}/${MODEL_FILE}: ${error.message}`, { cause: error });
  }
}

function datasetFrom(data: Float32Array | Uint8Array | Dataset, options: TrainOptions): Dataset {
  if (data instanceof Float32Array || data instanceof Uint8Array) {
    const { dInput } = options;
    if (dInput === undefined) {
      throw new TypeError("Cannot use the array: dInput is missing, expected how many numbers one input has");
    }
    return datasetOf(data, { ...options, dInput });
  }
  if (typeof data === "object" && data !== null && "train" in data && "test" in data) return data;
  const expected = "Float32Array, Uint8Array or a data set";
  throw new TypeError(`Cannot train on the data: their type is ${typeName(data)}, expected ${expected}`);
}

/** Values outside [0, 1] need a linear output, whatever the variant's default is. */
function outputFor({ black, white }: Dataset): Partial<Config> {
  return black < 0 || white > 1 ? { output: "linear" } : {};
}

function parseRun(text: string, path: string): Run {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot open ${path}: it is not JSON, expected a run's`, { cause: error });
  }
  const parsed = Run.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path: field, message } = parsed.error.issues[0];
  const now = `its field ${quoted(field.join("."))} is wrong (${message})`;
  throw new UserError(`Cannot open ${path}: ${now}, expected a run of schema version ${SCHEMA_VERSION}`);
}
