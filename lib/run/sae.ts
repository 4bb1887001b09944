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
import { scaledRows, type Scaling, unscaledRows } from "../data/scaling.ts";
import { printablePath, typeName, UserError } from "../errors.ts";
import { assertPixels, type Pixels } from "../pixels.ts";
import { copyReport, writeReport } from "../report/writer.ts";
import type { SparseActs } from "../sae/decoder.ts";
import { Inference } from "../sae/inference.ts";
import type { Parameters } from "../sae/model.ts";
import type { RunListener } from "./events.ts";
import { RunExistsError, RunFolder } from "./run_folder.ts";
import { runSession } from "./session.ts";
import { openTrained, type RunRecord, type TrainedModel, trainedModel } from "./trained_model.ts";

/** How an SAE is trained. */
export interface TrainOptions extends Partial<ArrayOptions> {
  /** The knobs that differ from the defaults, by name: `{ sparsity: "topk", k: 16, latent: 512 }`. */
  knobs?: Partial<Config>;
  /** The run's title and what is to be said about it; the title is made from the settings if left out. */
  title?: string;
  note?: string;
  /** Latents with details in the report, those with the largest mean activation; 4,096 at most if left out. */
  details?: number;
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
  /** How numbers of the data become those that the model reads. */
  readonly scaling: Scaling;
  readonly #inference: Inference;
  readonly #store: (folder: RunFolder) => Promise<void>;

  /** Made by {@linkcode trainSae} and {@linkcode loadSae}. */
  constructor(model: TrainedModel, { store }: { store: (folder: RunFolder) => Promise<void> }) {
    const { run, definition: { arch, objective }, params, buffers, scaling } = model;
    this.run = run;
    this.params = params;
    this.scaling = scaling;
    this.#store = store;
    this.#inference = new Inference({ arch, objective, params, buffers });
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
   * @param x `[count, dInput]` as the data have them: the model's own scaling is applied. Bytes stand for byte / 255.
   * @returns `[count, nLatents]`, or with `sparse` the entries that are not 0.
   * @throws {TypeError} The array is of another type, or not whole inputs.
   * @throws {RangeError} A number is not finite.
   */
  encode(x: Float32Array | Uint8Array): Float32Array<ArrayBuffer>;
  encode(x: Float32Array | Uint8Array, options: { sparse: true }): SparseActs;
  encode(x: Float32Array | Uint8Array, options?: { sparse: true }): Float32Array<ArrayBuffer> | SparseActs {
    const read = this.scaled(x);
    return options?.sparse ? this.#inference.encodeSparse(read) : this.#inference.encode(read);
  }

  /**
   * The numbers that the model reads for inputs: scaled as its training data were.
   *
   * @param x `[count, dInput]` as the data have them.
   * @returns The same array if the model reads the data as they are, else a new one.
   * @throws {TypeError} The array is of another type.
   */
  scaled(x: Float32Array | Uint8Array): Pixels {
    assertPixels(x, "encode inputs");
    return scaledRows(x, { scaling: this.scaling, dInput: this.dInput });
  }

  /**
   * The reconstructions that latents stand for.
   *
   * @param acts `[count, nLatents]`, or the entries that are not 0.
   * @param options.units `data`: as the inputs of {@linkcode encode}, bytes as byte / 255. `model`: as the model reads
   *   them, to be compared with {@linkcode scaled} inputs.
   * @returns `[count, dInput]`.
   * @throws {TypeError} They are of another type, or not whole rows.
   * @throws {RangeError} An index is not a latent's, the parts of sparse latents contradict each other, or the units are
   *   those of the data and the model's scaling cannot be undone (`row-norm` and `layer-norm`).
   */
  decode(
    acts: Float32Array | SparseActs,
    { units = "data" }: { units?: "data" | "model" } = {},
  ): Float32Array<ArrayBuffer> {
    const recon = this.#inference.decode(acts);
    return units === "model" ? recon : unscaledRows(recon, { scaling: this.scaling, dInput: this.dInput });
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
  const { knobs = {}, title, note, details, onEvent, signal, cacheDir } = options;
  const dataset = datasetFrom(data, options);
  const turned: Partial<Record<KnobName, unknown>> = { ...outputFor(dataset), ...knobs };
  const outcome = await runSession({ turned, dataset, reportsDir: null, title, note, details, cacheDir }, {
    onEvent,
    signal,
  });
  if (outcome.kind === "stopped") throw signal!.reason;
  const { report } = outcome;
  return new Sae(trainedModel(report.run, report.model), {
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
  const model = await openTrained(folder);
  return new Sae(model, {
    store: ({ id, path }) => copyReport(folder, path, { run: { ...model.run, id }, files: model.files }),
  });
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
