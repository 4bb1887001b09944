/**
 * The data of a run, read or generated again, and compared with the checksums that its report states.
 *
 * Which flags name them is the command line's business. Measures nothing.
 *
 * @module
 */
import { CONFIG_KNOBS, KNOB_NAMES } from "../config_knobs.ts";
import { type DataPlace, placeOf } from "../data/files/data_place.ts";
import type { Dataset } from "../data/dataset.ts";
import { withoutClasses } from "../data/leave_out.ts";
import { UserError } from "../errors.ts";
import { exists } from "../files.ts";
import { hashOfFile } from "../report/file_hash.ts";
import { findOwnData, loadData } from "../run/data.ts";
import { dataIdentityOf } from "../run/data_identity.ts";
import type { OpenedModel } from "../run/trained_model.ts";
import type { RunListener } from "../run/events.ts";
import type { Lines } from "./lines.ts";

/** Where a run's data may be. */
export interface WantedData {
  place: DataPlace;
  mirrors: readonly string[];
  /** The folder that an imported model was read from. */
  importedFrom?: string;
}

/** How data are read. */
export interface InputOptions {
  /** Where the run's command says that its data are, unless flags say where they are now. */
  wanted: WantedData;
  cacheDir: string;
  onEvent?: RunListener;
  signal: AbortSignal;
}

/** The data that were read last: runs of one sweep share theirs, and only one is in memory. */
export class DataCache {
  #key: string | null = null;
  #loaded: Dataset | UserError | null = null;

  /** @throws {UserError} They cannot be had. */
  async get(key: string, load: () => Promise<Dataset>): Promise<Dataset> {
    if (this.#key !== key) {
      this.#loaded = null; // free before the next is read
      this.#key = key;
      try {
        this.#loaded = await load();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        this.#loaded = error;
      }
    }
    if (this.#loaded instanceof UserError) throw this.#loaded;
    return this.#loaded!;
  }
}

/**
 * Loads the data and says whether they are those of the report.
 *
 * @returns The data, or null if they could not be had, or are others: then nothing can be measured on them.
 */
export async function checkInputs(
  model: OpenedModel,
  options: InputOptions & { cache: DataCache },
  lines: Lines,
): Promise<Dataset | null> {
  const { run } = model, { dataset: stated } = run;
  if (run.imported) await checkImported(run.imported, options.wanted, lines);
  const why = whyNotFound(model, options.wanted);
  if (why !== null) {
    lines.notChecked("inputs", "data", { detail: why });
    return null;
  }
  let dataset: Dataset;
  try {
    dataset = await options.cache.get(keyOf(model, options), () => load(model, options));
  } catch (error) {
    if (!(error instanceof UserError) || options.signal.aborted) throw error;
    lines.notChecked("inputs", "data", { detail: `they cannot be read (${error.message})` });
    return null;
  }
  const { sha256 } = dataIdentityOf(dataset);
  let isSame = true;
  for (const [split, words] of [["train", "training"], ["test", "test"]] as const) {
    const stored = stated[split].pixelsSha256, measured = sha256[split];
    const rows = split === "train" ? stated.train.measured : stated.test.images;
    const what = `${words} inputs`;
    if (stored === measured) {
      const how = stated.source === "generated" ? "generated again" : "read again";
      lines.holds("inputs", what, { detail: `${rows} rows, ${how}: SHA-256 over their values as in run.json` });
    } else {
      isSame = false;
      const path = `run.json: dataset.${split}.pixelsSha256`;
      lines.fails("inputs", what, { detail: "the values are others", place: { path, stored, measured } });
    }
  }
  sayFiles(run.dataset.files, dataset.provenance.files, { lines, isSame });
  return isSame ? dataset : null;
}

/** Compares the files that a model was imported from with the checksums that its report states. */
async function checkImported(
  { files }: NonNullable<OpenedModel["run"]["imported"]>,
  { importedFrom }: WantedData,
  lines: Lines,
): Promise<void> {
  const what = "imported files";
  if (importedFrom === undefined || !await exists(importedFrom)) {
    return lines.notChecked("inputs", what, { detail: "the folder that the model was read from is not at hand" });
  }
  for (const { name, sha256 } of files) {
    const path = `${importedFrom}/${name}`, measured = await exists(path) ? (await hashOfFile(path)).sha256 : "no file";
    if (measured === sha256) continue;
    const place = { path: `run.json: imported.files, ${name}`, stored: sha256, measured };
    return lines.fails("inputs", what, { detail: "the folder holds another file", place });
  }
  lines.holds("inputs", what, { detail: `${filesText(files.length)}: SHA-256 as in run.json` });
}

/** Why nothing says where the data are; null if something does. */
function whyNotFound({ run: { dataset: { source, name } } }: OpenedModel, { place }: WantedData): string | null {
  const named = place.data !== undefined || place.dataDir !== undefined;
  if (named || source === "generated" || source === "cache" || source === "download") return null;
  return source === "memory"
    ? "the rows were an array in memory, which no file holds"
    : `nothing says where ${name} is, expected --data PATH or --data-dir FOLDER`;
}

async function load({ run, scaling }: OpenedModel, options: InputOptions): Promise<Dataset> {
  const { wanted: { place, mirrors }, cacheDir, onEvent, signal } = options;
  const source = { ...place, mirrors, cacheDir };
  const found = await findOwnData(source, { areBytes: run.dataset.bytes });
  const own = run.initFrom || run.imported ? scaling : null; // of all others the scaling is measured again
  const config = { ...run.config, dataset: found || !isOwn(run.config.dataset) ? run.config.dataset : "auto" as const };
  return withoutClasses(
    await loadData(config, { source, found, scaling: found && own, onEvent, signal }),
    config.leaveOut,
  );
}

function isOwn(dataset: string): boolean {
  return dataset === "images" || dataset === "vectors";
}

/** What decides which values are read. */
function keyOf({ run, scaling }: OpenedModel, { wanted: { place, mirrors } }: InputOptions): string {
  const knobs = KNOB_NAMES.filter((name) => CONFIG_KNOBS[name].group === "Data").map((name) => run.config[name]);
  const kept = run.initFrom || run.imported ? scaling : null;
  return JSON.stringify([placeOf(place), mirrors, knobs, run.config.bufferMb, run.dataset.bytes, kept]);
}

/** Whether the files that were read are those of the report: other files may have the same values, such as unpacked ones. */
function sayFiles(
  stated: OpenedModel["run"]["dataset"]["files"],
  now: Dataset["provenance"]["files"],
  { lines, isSame }: { lines: Lines; isSame: boolean },
): void {
  if (stated.length === 0) return;
  const there = new Set(now.map(({ sha256 }) => sha256)), what = "data files";
  const other = stated.find(({ sha256 }) => !there.has(sha256));
  if (!other) {
    const sampled = stated.some(({ isSampled }) => isSampled)
      ? ", of large files of their size and of evenly spread blocks"
      : "";
    return lines.holds("inputs", what, { detail: `${filesText(stated.length)}: SHA-256 as in run.json${sampled}` });
  }
  if (isSame) {
    const detail = `${other.name} is another file now; its values are the same`;
    return lines.notChecked("inputs", what, { detail });
  }
  const measured = now.find(({ name }) => name === other.name)?.sha256 ?? "no such file";
  const place = { path: `run.json: dataset.files, ${other.name}`, stored: other.sha256, measured };
  lines.fails("inputs", what, { detail: "they are other files", place });
}

function filesText(count: number): string {
  return `${count} file${count === 1 ? "" : "s"}`;
}
