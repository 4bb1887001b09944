/**
 * The latents of two models on the same rows: which rows a comparison takes if none are named, and one pass of both models
 * over them.
 *
 * @module
 */
import type { PairedRows } from "../analysis/across/coactivity.ts";
import { pixelPieces } from "../analysis/pixel_source.ts";
import { bytesOfForward, forwardLists } from "../analysis/row_sources.ts";
import { RowReader } from "../analysis/sparse_rows.ts";
import { datasetTitle } from "../data/describe.ts";
import { scaledRows } from "../data/scaling.ts";
import type { Wanted } from "../engine/open.ts";
import { printablePath, UserError } from "../errors.ts";
import { assertFitsMemory } from "../memory.ts";
import type { Pixels } from "../pixels.ts";
import { loadData } from "./data.ts";
import { dataIdentityOf } from "./data_identity.ts";
import { openModelEngine } from "./model_engine.ts";
import type { RunRecord, TrainedModel } from "./trained_model.ts";

/** Rows on which models are compared, as the data have them: not scaled. */
export interface ComparedRows {
  name: string;
  /** `[count, dInput]` */
  pixels: Pixels;
  count: number;
}

/** How models are run. */
export interface RowsOptions {
  device: Required<Wanted>;
  cacheDir: string;
  signal: AbortSignal;
}

/**
 * The test rows of a run's own data set, if it is one that can be loaded by name; else why not, in words.
 *
 * @param options.dataDir A folder of the data set's files.
 * @throws The signal's reason, when aborted.
 */
export async function ownTestRows(
  { config, dataset: { name, test } }: RunRecord,
  { dataDir, cacheDir, signal }: { dataDir?: string; cacheDir: string; signal: AbortSignal },
): Promise<ComparedRows | string> {
  if (config.dataset === "images" || config.dataset === "vectors") {
    return "its rows are in files of yours, expected --data PATH";
  }
  try {
    const dataset = await loadData(config, {
      ...{ source: { dataDir, cacheDir }, found: null, scaling: null, signal },
    });
    if (dataIdentityOf(dataset).sha256.test !== test.pixelsSha256) {
      return otherRows(name, { loaded: dataset.name, dataDir });
    }
    const { pixels, count } = dataset.test;
    return { name: `the test set of ${datasetTitle(name)}`, pixels, count };
  } catch (error) {
    if (!(error instanceof UserError) || signal.aborted) throw error;
    return error.message;
  }
}

/** Why the test rows of the data set `loaded` are not those of a run on `name`, and where its own may be. */
function otherRows(name: string, { loaded, dataDir }: { loaded: string; dataDir?: string }): string {
  const title = datasetTitle(name), expected = `expected --data-dir FOLDER with ${title}, or --data PATH`;
  if (dataDir !== undefined) return `its test rows are not those of ${printablePath(dataDir)}, ${expected}`;
  return loaded === name // another data set if this one is not at hand: `auto` takes the digits then
    ? `its test rows are not those of ${title} here, expected --data PATH`
    : `its test rows are not at hand, ${expected}`;
}

/**
 * Opens two models for rows.
 *
 * @returns A function that runs both models over all rows, as often as it is called, and what disposes of the engines.
 * @throws {UserError} No engine takes one of the models, or the scaled rows do not fit into memory.
 */
export async function pairedModels(
  models: { a: TrainedModel; b: TrainedModel },
  { rows, device, cacheDir, signal }: RowsOptions & { rows: ComparedRows },
): Promise<AsyncDisposable & { passes(): AsyncGenerator<PairedRows> }> {
  assertFitsMemory(8 * rows.pixels.length, { what: `compare activations on ${rows.count} rows (--limit takes fewer)` });
  const opened = await openedSides(models, { rows, device, cacheDir });
  const [a, b] = opened.sides, { dInput } = a.arch;
  return {
    async *passes() {
      const bytesPerRow = bytesOfForward(a.arch) + bytesOfForward(b.arch);
      for await (const { first, pixels } of pixelPieces(a.pixels, { dInput, bytesPerRow })) {
        signal.throwIfAborted();
        const others = b.pixels.subarray(first * dInput, first * dInput + pixels.length) as Pixels;
        const ofA = await forwardLists(a.engine, { pixels, arch: a.arch, reader: a.reader }); // sync point
        const ofB = await forwardLists(b.engine, { pixels: others, arch: b.arch, reader: b.reader }); // sync point
        yield { a: ofA.latents, b: ofB.latents };
      }
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

async function openedSides(
  { a, b }: { a: TrainedModel; b: TrainedModel },
  { rows, device, cacheDir }: Pick<RowsOptions, "device" | "cacheDir"> & { rows: ComparedRows },
) {
  await using stack = new AsyncDisposableStack();
  const sides = [];
  for (const model of [a, b]) {
    const { run, definition: { arch }, scaling } = model;
    const pixels = scaledRows(rows.pixels, { scaling, dInput: arch.dInput });
    const opened = await openModelEngine(model, {
      device,
      sample: pixels,
      batch: Math.min(run.config.batch, rows.count),
      cacheDir,
    });
    stack.use(opened);
    sides.push({ engine: opened.engine, arch, pixels, reader: new RowReader() });
  }
  const moved = stack.move();
  return { sides, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}
