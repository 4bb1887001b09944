/**
 * The folder of an evaluation: `evaluation.json`, `errors.csv` with every row, and `evaluation.md` with the figures for a
 * person, with a picture if rows have one.
 *
 * Measures nothing.
 *
 * @module
 */
import { deflateSync } from "node:zlib";
import { isDrawn } from "../data/row_shape.ts";
import { writeWhole } from "../files.ts";
import { CsvLines } from "../formats/csv_lines.ts";
import { numberText } from "../number_text.ts";
import type { NewDataEvaluation } from "../report/evaluation_schema.ts";
import { jsonLines } from "../report/json_lines.ts";
import type { Definition, Run } from "../report/schema.ts";
import { SpriteDrawer, valueLevels } from "../report/sprites.ts";
import type { Evaluated, RowErrors } from "./evaluate.ts";

/** Rows whose text is made at once. */
const PIECE_ROWS = 10_000;
const DECIMALS = 6;

/** A figure of an evaluation for a person. */
export interface Figure {
  label: string;
  text: string;
  unit: string;
  /** What it measures, in a sentence. */
  meaning: string;
}

/**
 * Writes the folder; each file is there whole or not at all.
 *
 * @param options.levels The values that are drawn black and white.
 * @returns The files' paths.
 * @throws {UserError} The folder cannot be written.
 */
export async function writeEvaluation(
  folder: string,
  { evaluated, levels }: { evaluated: Evaluated; levels: Pick<Run["dataset"], "black" | "white"> },
): Promise<string[]> {
  const { evaluation, rowErrors } = evaluated;
  const pictures = picturesOf(evaluated, levels);
  for (const { file, png } of pictures) await writeWhole(`${folder}/${file}`, png);
  await writeWhole(`${folder}/errors.csv`, errorPieces(rowErrors));
  await writeWhole(`${folder}/evaluation.md`, markdown(evaluation, pictures.map(({ file }) => file)));
  await writeWhole(`${folder}/evaluation.json`, `${jsonLines(evaluation)}\n`);
  return [...pictures.map(({ file }) => file), "errors.csv", "evaluation.md", "evaluation.json"].map((name) =>
    `${folder}/${name}`
  );
}

/** The rows with the largest error above their reconstructions; none if rows have no picture. */
function picturesOf(
  { evaluation: { data }, furthest: { originals, recons } }: Evaluated,
  levels: Pick<Run["dataset"], "black" | "white">,
) {
  const count = originals.length / (data.height * data.width * data.channels);
  if (!isDrawn(data) || count === 0) return [];
  const { height: tileHeight, width: tileWidth, channels } = data;
  const drawer = new SpriteDrawer({
    ...{ name: "furthest", count: 2 * count, columns: count, tileWidth, tileHeight, channels },
    deflate: deflateSync,
  });
  for (const values of [originals, recons]) drawer.add(valueLevels(values, levels));
  return drawer.finish().pictures;
}

/** One line for each row. */
function* errorPieces({ fileRows, mse, testPercentiles, trainPercentiles, labels }: RowErrors): Generator<Uint8Array> {
  const lines = new CsvLines();
  for (const name of ["row", ...labels ? ["label"] : [], "mse", "test_percentile", "train_percentile"]) {
    lines.text(name);
  }
  lines.endLine();
  for (let row = 0; row < mse.length; row++) {
    lines.number(fileRows?.[row] ?? row);
    if (labels) lines.text(labels[row]);
    lines.number(mse[row]).number(testPercentiles[row]).number(trainPercentiles[row]).endLine();
    if (row % PIECE_ROWS === PIECE_ROWS - 1) yield lines.take();
  }
  yield lines.take();
}

/** Every figure that is one number or a few, in the order of the report. */
export function figures({ metrics, definitions }: NewDataEvaluation): Figure[] {
  const found: Figure[] = [];
  for (const [name, value] of Object.entries(metrics)) {
    const definition = definitions[name] as Definition | undefined;
    if (definition === undefined) continue;
    const { label, unit, meaning } = definition;
    const figure = (text: string) => ({ label, text, unit, meaning });
    if (typeof value === "number") {
      found.push({ ...figure(figureText(value)), ...name === "penalty" ? penaltyOf(label, metrics.klNats) : {} });
      if (name === "fvu") found.push({ ...EXPLAINED_VARIANCE, text: figureText(1 - value) });
    } else if (name === "l0" || name === "shareAbove") {
      for (const { threshold, value: own } of value as { threshold: number; value: number }[]) {
        found.push({ ...figure(figureText(own)), label: label.replace(/ t$/, ` ${threshold}`) });
      }
    } else if (name === "probing" && value !== null) {
      const { latents, pixels } = value as NonNullable<typeof metrics.probing>;
      for (const [columns, values] of [["latents", latents], ["input values", pixels]] as const) {
        const parts = values.map(({ k, value }) => `${value === null ? "none" : figureText(value)} (k = ${k})`);
        found.push({ ...figure(parts.join(", ")), label: `${label}, accuracy of a class's best k ${columns}` });
      }
    }
  }
  return found;
}

/** What the penalty is called beside the KL divergence of all rows, if there is one. */
function penaltyOf(label: string, klNats: number | null): Pick<Figure, "label" | "unit"> {
  return klNats === null ? { label, unit: "1" } : { label: `${label} (KL divergence batch by batch)`, unit: "nats" };
}

/** The figure that the summary of a run has. */
const EXPLAINED_VARIANCE = {
  label: "Explained variance",
  unit: "1",
  meaning: "1 less the fraction of variance unexplained: what a run's summary calls explained variance.",
};

function figureText(value: number): string {
  return Number.isInteger(value) ? `${value}` : numberText(value, { decimals: DECIMALS });
}

const PARTS = { all: "", test: " of the test part", train: " of the training part" };

function markdown(evaluation: NewDataEvaluation, pictures: string[]): string {
  const { run, data, errors, anomalies: { furthest, normal } } = evaluation;
  const table = (head: string[], rows: string[][]) =>
    [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");
  const words = [...new Set(furthest.flatMap((row) => Object.keys(row.words)))];
  return [
    `# ${cell(run.title)} on ${cell(data.name)}`,
    `The model of run \`${run.id}\`, measured on ${data.rows} rows${
      PARTS[data.part]
    }. \`evaluation.json\` has every figure with its formula, ` +
    "`errors.csv` the error of each row.",
    table(
      ["", "value", "unit", "meaning"],
      figures(evaluation).map(({ label, text, unit, meaning }) => [label, text, unit, meaning]),
    ),
    "## How unusual the rows are",
    "The mean squared error of a row's reconstruction, and the percentage of the run's rows whose error is at most as " +
    "large: of its test rows, which it was not trained on and which are the fair comparison, and of its training rows.",
    table(
      ["error above that of", "of the test rows", "of the training rows"],
      errors.aboveTest.map(({ percentile, share }, i) => [
        `${percentile} %`,
        ...[share, errors.aboveTrain[i].share].map((share) =>
          `${(100 * share).toFixed(2)} % of the rows (${Math.round(share * data.rows)})`
        ),
      ]),
    ),
    ...normal
      ? [
        `Normal classes: ${cell(normal.classes.join(", "))} (${normal.normalRows} rows; ${normal.otherRows} of other ` +
        `classes). AUROC of the error: **${
          normal.auroc === null ? "none" : normal.auroc.toFixed(4)
        }**, the probability ` +
        "that a row of another class has a larger error than a normal one.",
      ]
      : [],
    "## The rows furthest from their reconstructions",
    ...pictures.map((file) => `![Above the rows, below their reconstructions](${file})`),
    table(
      [
        "row",
        ...data.classNames.length > 0 ? ["class"] : [],
        "mean squared error",
        "% of test rows",
        "% of training rows",
        ...words,
      ],
      furthest.map((row) => [
        `${row.row}`,
        ...data.classNames.length > 0 ? [row.label ?? ""] : [],
        numberText(row.mse, { decimals: DECIMALS }),
        row.testPercentile.toFixed(1),
        row.trainPercentile.toFixed(1),
        ...words.map((name) => row.words[name] ?? ""),
      ]),
    ),
    "",
  ].join("\n\n").replace(/\n+$/, "\n");
}

/** A text that a table of Markdown can hold. */
function cell(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|]/g, "\\$&");
}
