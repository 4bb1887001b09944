/**
 * A report's files as they are stored: each against its schema, the files against each other, and the sizes of its pictures.
 *
 * What is wrong is named with file and field. Does not know where files lie: whoever asks reads them. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import type { z } from "zod";
import { contradiction, detailContradiction } from "./consistency.ts";
import type { Contradiction, ReportFiles } from "./expectation.ts";
import {
  Activations,
  Inputs,
  LatentDetails,
  Latents,
  Lifelines,
  Metrics,
  Reconstructions,
  Run,
  type Sprite,
} from "./schema.ts";
import { spritesOf } from "./shown_rows.ts";

/** Where the files of a report are read. */
export interface StoredFiles {
  /** A file's bytes, or its first `most`; null if it is not there. */
  read(file: string, options?: { most: number }): Promise<Uint8Array | null>;
  /** What a file is called where it is wrong. */
  pathOf(file: string): string;
}

/** A file that nobody can rely on. */
export class BadFile extends Error {
  override name = "BadFile";
  constructor(readonly path: string, readonly reason: string) {
    super(`Cannot show ${path}: ${reason}`);
  }
}

/**
 * A JSON file.
 *
 * @throws {BadFile} It is missing, no JSON, or not what its schema says.
 */
export async function readStored<S extends z.ZodType>(
  files: StoredFiles,
  { file, schema }: { file: string; schema: S },
): Promise<z.infer<S>> {
  const bytes = await files.read(file);
  if (!bytes) throw new BadFile(files.pathOf(file), "it is not there, expected it in the reports");
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new BadFile(files.pathOf(file), "it is not JSON, expected a report");
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new BadFile(files.pathOf(file), issueText(parsed.error));
}

/** Where the first issue of a schema is, and what it says: `metrics.epochs[2].loss: expected a number`. */
export function issueText({ issues: [{ path, message }] }: z.ZodError): string {
  return `${fieldText(path) || "the file"}: ${message}`;
}

/** `metrics.epochs[2].loss`. */
export function fieldText(path: readonly PropertyKey[]): string {
  return path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("").replace(/^\./, "");
}

/**
 * Every file of a finished run, without the details of its latents.
 *
 * @throws {BadFile} A file is missing, no JSON, or not what its schema says.
 */
export async function storedReport(files: StoredFiles): Promise<ReportFiles> {
  const [run, metrics, reconstructions, activations, latents, inputs] = await Promise.all([
    readStored(files, { file: "run.json", schema: Run }),
    readStored(files, { file: "metrics.json", schema: Metrics }),
    readStored(files, { file: "reconstructions.json", schema: Reconstructions }),
    readStored(files, { file: "activations.json", schema: Activations }),
    readStored(files, { file: "latents.json", schema: Latents }),
    readStored(files, { file: "inputs.json", schema: Inputs }),
  ]);
  const lifelines = run.lifelines && await readStored(files, { file: run.lifelines, schema: Lifelines });
  return { run, metrics, reconstructions, activations, latents, inputs, lifelines };
}

/**
 * Compares a report's files with each other, the details of its latents and its pictures among them.
 *
 * @param options.folder The folder's name, which must be the run's id.
 * @throws {BadFile} Two contradict each other, or one is missing or damaged.
 */
export async function assertAgreement(
  files: StoredFiles,
  { report, folder }: { report: ReportFiles; folder: string },
): Promise<void> {
  assertNone(contradiction(report, { folder }), files);
  for (const [place, file] of report.latents.detailFiles.entries()) { // one after the other, so that one is in memory
    const details = await readStored(files, { file, schema: LatentDetails });
    assertNone(detailContradiction(details, { report, place }), files);
  }
  for (const [, , sprite] of spritesOf(report)) await assertPictures(files, sprite);
  for (const sprite of report.lifelines?.pictures?.sprites ?? []) await assertPictures(files, sprite);
}

function assertNone(wrong: Contradiction | null, files: StoredFiles): void {
  if (wrong) throw new BadFile(files.pathOf(wrong.file), `${wrong.field}: ${wrong.reason}`);
}

/** Where width and height stand in a PNG: after its signature and the length and name of its first chunk. */
const PNG_SIZE = { offset: 16, bytes: 8 };
const PNG_SIGNATURE = 0x89504e470d0a1a0an;

/** @throws {BadFile} A picture of a sprite is missing, no PNG, or has not the size that its tiles need. */
async function assertPictures(
  files: StoredFiles,
  { files: pictures, columns, tilesPerFile, count, tileWidth, tileHeight }: Pick<
    Sprite,
    "files" | "columns" | "tilesPerFile" | "count" | "tileWidth" | "tileHeight"
  >,
): Promise<void> {
  const most = PNG_SIZE.offset + PNG_SIZE.bytes;
  for (const [i, file] of pictures.entries()) {
    const tiles = Math.min(tilesPerFile, count - i * tilesPerFile);
    const wanted = `${columns * tileWidth} × ${Math.ceil(tiles / columns) * tileHeight} pixels`;
    const bad = (reason: string) => new BadFile(files.pathOf(file), reason);
    const head = await files.read(file, { most });
    if (!head) throw bad("it is not there, expected the picture that its JSON file describes");
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    if (head.length < most || view.getBigUint64(0) !== PNG_SIGNATURE) throw bad("it is not a PNG, expected one");
    const now = `${view.getUint32(PNG_SIZE.offset)} × ${view.getUint32(PNG_SIZE.offset + 4)} pixels`;
    if (now !== wanted) throw bad(`it has ${now}, expected ${wanted}`);
  }
}
