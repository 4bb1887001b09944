/**
 * The files of a report, byte for byte: what the program writes to `reports/<run-id>/`, and what a page gives its reader.
 *
 * Parses each file's content with its schema, lays it out and hashes it; writes nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { z } from "zod";
import { sha256Of } from "../checksum.ts";
import { checkedContent } from "./checked_content.ts";
import { jsonLines } from "./json_lines.ts";
import {
  Activations,
  type HashedFile,
  Inputs,
  LatentDetails,
  Latents,
  Lifelines,
  LIFELINES_NUMBERS,
  Metrics,
  Reconstructions,
  Run,
  SCHEMA_VERSION,
} from "./schema.ts";
import type { PictureFile } from "./sprites.ts";

/** A report before it is written: each file's content without its schema version. */
export interface Report {
  /** Its `files` are those of {@linkcode reportFiles}. */
  run: Omit<Run, "schemaVersion" | "files">;
  metrics: Omit<Metrics, "schemaVersion">;
  reconstructions: Omit<Reconstructions, "schemaVersion">;
  activations: Omit<Activations, "schemaVersion">;
  latents: Omit<Latents, "schemaVersion">;
  /** The contents of `latents.detailFiles`, made one at a time. */
  latentDetails(): Iterable<Omit<LatentDetails, "schemaVersion">>;
  inputs: Omit<Inputs, "schemaVersion">;
  /** `lifelines.json` and its matrices; null if none were kept. */
  lifelines: { file: Omit<Lifelines, "schemaVersion">; numbers: Uint8Array } | null;
  pictures: PictureFile[];
  /** The weights, as a safetensors file. */
  model: Uint8Array;
}

/** The weights' file name. */
export const MODEL_FILE = "model.safetensors";

/** A file of a report. */
export interface ReportFile {
  /** Its path from the run's folder. */
  path: string;
  bytes: Uint8Array;
}

/**
 * The files of a report, `run.json` last, with the checksums of all others; the details of latents are made when their
 * turn comes.
 *
 * @throws {UserError} A figure is NaN or infinite. Unless it is of the latents' details, no file was returned before.
 * @throws {z.ZodError} A value is not what the schema says in another way.
 */
export async function* reportFiles(report: Report): AsyncGenerator<ReportFile> {
  reportJson({ schema: Run, content: report.run }); // nothing is written unless it is what its schema says
  const files: HashedFile[] = [];
  for (const file of filesBesideRun(report)) {
    files.push(await hashedFile(file));
    yield file;
  }
  yield jsonFile("run.json", { schema: Run, content: { ...report.run, files } });
}

/** What `run.json` states of another file of the report. */
export async function hashedFile({ path, bytes }: ReportFile): Promise<HashedFile> {
  return { name: path, bytes: bytes.length, sha256: await sha256Of(bytes) };
}

/** Every file but `run.json`. */
function* filesBesideRun(report: Report): Generator<ReportFile> {
  const columns = [
    jsonFile("metrics.json", { schema: Metrics, content: report.metrics }),
    jsonFile("reconstructions.json", { schema: Reconstructions, content: report.reconstructions }),
    jsonFile("activations.json", { schema: Activations, content: report.activations }),
    jsonFile("latents.json", { schema: Latents, content: report.latents }),
    jsonFile("inputs.json", { schema: Inputs, content: report.inputs }),
    ...report.lifelines ? [jsonFile("lifelines.json", { schema: Lifelines, content: report.lifelines.file })] : [],
  ];
  yield* columns; // nothing is written unless all of them are what their schemas say
  let place = 0;
  for (const content of report.latentDetails()) {
    yield jsonFile(report.latents.detailFiles[place++], { schema: LatentDetails, content });
  }
  for (const { file, png } of report.pictures) yield { path: file, bytes: png };
  if (report.lifelines) yield { path: LIFELINES_NUMBERS, bytes: report.lifelines.numbers };
  yield { path: MODEL_FILE, bytes: report.model };
}

function jsonFile(path: string, checked: { schema: z.ZodType; content: object }): ReportFile {
  return { path, bytes: new TextEncoder().encode(reportJson(checked)) };
}

/**
 * A file's text, once its content is what the schema says.
 *
 * @throws {UserError} A figure is NaN or infinite.
 * @throws {z.ZodError} It is not in another way.
 */
export function reportJson({ schema, content }: { schema: z.ZodType; content: object }): string {
  return `${jsonLines(checkedContent(schema, { schemaVersion: SCHEMA_VERSION, ...content }) as object)}\n`;
}
