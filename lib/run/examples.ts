/**
 * The rows that activate some latents most: of new data, or of the run's own test set as its report has them.
 *
 * Parses no command line, and prints nothing.
 *
 * @module
 */
import { TopRows } from "../analysis/top_rows.ts";
import type { OpenedRows } from "../data/readers/opened_rows.ts";
import { rowPieces } from "../data/files/row_pieces.ts";
import type { Wanted } from "../engine/open.ts";
import { printablePath, UserError } from "../errors.ts";
import { readText } from "../files.ts";
import { LatentDetails, Latents, LATENTS_PER_FILE, type RowTexts } from "../report/schema.ts";
import { encodedRows, rowsOfPass, withSample } from "./encoded_rows.ts";
import { wordsOf } from "./evaluate.ts";
import { type ModelEngine, openModelEngine } from "./model_engine.ts";
import { assertFits } from "./new_rows.ts";
import type { OpenedModel, TrainedModel } from "./trained_model.ts";

/** A file of a report that is longer was not written by this program. */
const MOST_BYTES = 2 ** 30;

/** A row that activates a latent. */
export interface Example {
  /** Its number: from 0 over all files of new data, or in the run's test set. */
  row: number;
  activation: number;
  /** Its class by name; null without labels. */
  label: string | null;
  /** What is known of it in words, by column. */
  words: Record<string, string>;
}

/** A latent and the rows that activate it most, the most activating first. */
export interface LatentExamples {
  latent: number;
  /** Rows on which it is not 0. Null if that is not known. */
  activeRows: number | null;
  examples: Example[];
}

/** What is looked for in new data. */
export interface ExamplesOptions {
  rows: OpenedRows;
  latents: readonly number[];
  /** Examples of a latent, at most. */
  top: number;
  device: Required<Wanted>;
  cacheDir: string;
  signal: AbortSignal;
  onEngine?: (engine: ModelEngine) => void;
  /** Rows read so far, of how many. */
  onProgress?: (progress: { done: number; total: number }) => void;
}

/**
 * The rows of new data that activate latents most; no more than a few hundred rows are in memory at a time.
 *
 * @throws {UserError} A latent is not the model's, the rows do not fit the model, or one is damaged.
 * @throws The signal's reason, when aborted.
 */
export async function examplesIn(model: TrainedModel, options: ExamplesOptions): Promise<LatentExamples[]> {
  const { rows, latents, top, device, cacheDir, signal, onEngine, onProgress } = options;
  const { definition, scaling } = model, { arch } = definition;
  assertLatents(latents, arch.nLatents);
  assertFits(rows, arch);
  const place = new Map(latents.map((latent, i) => [latent, i]));
  const size = rowsOfPass(arch);
  const pieces = await withSample(rowPieces(rows, { scaling, from: 0, to: rows.count, size }));
  await using opened = await openModelEngine(model, { device, sample: pieces.sample, batch: size, cacheDir });
  onEngine?.(opened);
  const best = new TopRows({ nLatents: latents.length, size: top });
  const activeRows = new Array<number>(latents.length).fill(0);
  for await (const encoded of encodedRows(opened.engine, { pieces: pieces.all, definition, isDense: false })) {
    signal.throwIfAborted();
    const { starts, columns, values } = encoded.lists!;
    for (let i = 0; i < encoded.count; i++) {
      for (let e = starts[i]; e < starts[i + 1]; e++) {
        const own = place.get(columns[e]);
        if (own === undefined) continue;
        activeRows[own]++;
        best.offer(own, { row: encoded.first + i, value: values[e] });
      }
    }
    onProgress?.({ done: encoded.first + encoded.count, total: rows.count });
  }
  return latents.map((latent, i) => ({
    latent,
    activeRows: activeRows[i],
    examples: Array.from({ length: Math.min(top, activeRows[i]) }, (_, rank) => i * top + rank)
      .filter((entry) => best.acts[entry] > 0)
      .map((entry) => exampleOf(best.rows[entry], { activation: best.acts[entry], rows })),
  }));
}

function exampleOf(row: number, { activation, rows }: { activation: number; rows: OpenedRows }): Example {
  const { labels, meta, fileRows } = rows;
  return {
    row: fileRows?.[row] ?? row,
    activation,
    label: labels && labels.names[labels.values[row]],
    words: wordsOf(meta, row),
  };
}

/**
 * The test rows that activate latents most, as the run's report lists them.
 *
 * @throws {UserError} A latent is not the model's or has no details, or a file of the report is missing or damaged.
 */
export async function examplesOfReport(
  { folder, run }: OpenedModel,
  { latents, top }: { latents: readonly number[]; top: number },
): Promise<LatentExamples[]> {
  const file = await readJson(`${folder}/latents.json`, Latents);
  assertLatents(latents, file.count);
  const words = new Map(file.rowTexts?.rows.map((row, i) => [row, i]));
  const labelOf = new Map<number, number>();
  for (const list of [file.exampleImages, file.rowTexts]) {
    list?.rows.forEach((row, i) => list.labels && labelOf.set(row, list.labels[i]));
  }
  const found: LatentExamples[] = [];
  for (const latent of latents) {
    const place = file.detailed === null ? latent : file.detailed.indexOf(latent);
    if (place < 0) {
      const now = "the run's report has no details of it";
      throw new UserError(
        `Cannot show latent ${latent}: ${now}, expected --data PATH, or a run trained with --details`,
      );
    }
    const path = `${folder}/${file.detailFiles[Math.floor(place / LATENTS_PER_FILE)]}`;
    const { latents: details } = await readJson(path, LatentDetails);
    const { rows, activations } = details[place % LATENTS_PER_FILE].top;
    found.push({
      latent,
      activeRows: null,
      examples: rows.slice(0, top).map((row, i) => ({
        row: fileRowOf(file.rowTexts, { row, place: words.get(row) }),
        activation: activations[i],
        label: labelOf.has(row) ? run.dataset.classNames[labelOf.get(row)!] : null,
        words: wordsIn(file.rowTexts, words.get(row)),
      })),
    });
  }
  return found;
}

function wordsIn(texts: RowTexts | null, place: number | undefined): Record<string, string> {
  if (!texts || place === undefined) return {};
  return Object.fromEntries(texts.names.map((name, column) => [name, texts.values[column][place]]));
}

function fileRowOf(texts: RowTexts | null, { row, place }: { row: number; place: number | undefined }): number {
  return texts?.fileRows && place !== undefined ? texts.fileRows[place] : row;
}

/** @throws {UserError} A latent is not the model's. Exit code 2. */
function assertLatents(latents: readonly number[], nLatents: number): void {
  const wrong = latents.find((latent) => latent >= nLatents);
  if (wrong === undefined) return;
  const expected = `0 to ${nLatents - 1}`;
  throw new UserError(`Cannot show latent ${wrong}: the model has ${nLatents} latents, expected ${expected}`, {
    exitCode: 2,
  });
}

async function readJson<Content>(
  path: string,
  schema: { safeParse(json: unknown): { success: true; data: Content } | { success: false } },
): Promise<Content> {
  const text = await readText(path, { maxBytes: MOST_BYTES });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined; // which no schema takes
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UserError(
    `Cannot read ${printablePath(path)}: it is not what this program writes, expected a whole report`,
  );
}
