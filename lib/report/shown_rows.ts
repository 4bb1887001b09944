/**
 * The pictures and words of a report's rows: every sprite, and what they and the words must be.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { Below, eachBelow, type Expectation, limitsOf, type ReportFiles } from "./expectation.ts";
import type { RowTexts, Sprite } from "./schema.ts";

/** Rows without a picture have no sprite; all others have those that every report has, as large as a row. */
export function* pictureExpectations(report: ReportFiles): Generator<Expectation> {
  const { reconstructions, latents, inputs, run: { dataset: { drawn, height, width, channels } } } = report;
  const always: [string, string, Sprite | null][] = [
    ["reconstructions.json", "batch.sprite", reconstructions.batch.sprite],
    ["reconstructions.json", "sprite", reconstructions.sprite],
    ["latents.json", "decoder", latents.decoder],
    ["latents.json", "effect", latents.effect],
    ["latents.json", "base", latents.base],
    ["inputs.json", "originals", inputs.originals],
    ["inputs.json", "reconstructions", inputs.reconstructions],
  ];
  for (const [file, field, sprite] of always) yield [file, `${field} !== null`, sprite !== null, drawn];
  for (const [file, field, sprite] of spritesOf(report)) {
    yield [file, `${field} !== null`, true, drawn];
    yield [file, `${field}.tileHeight`, sprite.tileHeight, height];
    yield [file, `${field}.tileWidth`, sprite.tileWidth, width];
    yield [file, `${field}.channels`, sprite.channels, channels];
  }
}

/** What is said of rows in words is said of rows that are there; without a picture every shown row is in a table. */
export function* textExpectations({ run, reconstructions, latents, inputs }: ReportFiles): Generator<Expectation> {
  const { drawn, train, test } = run.dataset, { batch, pairs } = reconstructions;
  const testRows = new Below(test.images, "test inputs"), { label } = limitsOf({ run });
  const tables: [file: string, field: string, table: RowTexts | null, limit: Below][] = [
    ["reconstructions.json", "batch.rowTexts", batch.rowTexts, new Below(train.measured, "training inputs")],
    ["reconstructions.json", "rowTexts", reconstructions.rowTexts, testRows],
    ["latents.json", "rowTexts", latents.rowTexts, testRows],
    ["inputs.json", "rowTexts", inputs.rowTexts, testRows],
  ];
  for (const [file, field, table, limit] of tables) {
    if (!drawn) yield [file, `${field} !== null`, table !== null, true];
    if (!table) continue;
    yield* eachBelow(file, { field: `${field}.rows`, values: table.rows, limit });
    yield* eachBelow(file, { field: `${field}.labels`, values: table.labels, limit: label });
  }
  yield* eachIn("inputs.json", {
    field: "rowTexts.rows",
    table: inputs.rowTexts,
    wanted: inputs.rows.map(({ row }) => row),
  });
  yield* eachIn("reconstructions.json", {
    field: "rowTexts.rows",
    table: reconstructions.rowTexts,
    wanted: pairs.map(({ image }) => image),
  });
}

/** A row that is missing from a table. */
function* eachIn(
  file: string,
  { field, table, wanted }: { field: string; table: RowTexts | null; wanted: number[] },
): Generator<Expectation> {
  if (!table) return;
  const rows = new Set(table.rows);
  const missing = wanted.find((row) => !rows.has(row));
  if (missing !== undefined) yield [file, `${field}.includes(${missing})`, false, true];
}

/** The files that describe pictures, with or without their version. */
type Describing<Name extends keyof ReportFiles> = { [File in Name]: Omit<ReportFiles[File], "schemaVersion"> };

/** Every sprite of a report: the JSON file and field that describe it, and the description. None if rows have no picture. */
export function* spritesOf(
  { reconstructions, latents, inputs }: Describing<"reconstructions" | "latents" | "inputs">,
): Generator<[file: string, field: string, sprite: Sprite]> {
  const { batch } = reconstructions;
  if (batch.sprite) yield ["reconstructions.json", "batch.sprite", batch.sprite];
  if (reconstructions.sprite) yield ["reconstructions.json", "sprite", reconstructions.sprite];
  if (latents.decoder) yield ["latents.json", "decoder", latents.decoder];
  if (latents.effect) yield ["latents.json", "effect", latents.effect];
  if (latents.base) yield ["latents.json", "base", latents.base];
  if (latents.strengths) yield ["latents.json", "strengths", latents.strengths];
  if (latents.exampleImages) yield ["latents.json", "exampleImages.sprite", latents.exampleImages.sprite];
  if (inputs.originals) yield ["inputs.json", "originals", inputs.originals];
  if (inputs.reconstructions) yield ["inputs.json", "reconstructions", inputs.reconstructions];
}
