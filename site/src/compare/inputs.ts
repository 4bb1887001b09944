/**
 * The same inputs reconstructed by each run, as rows of tiles cut out of the runs' sprites.
 *
 * PORTABLE: no Deno, no Node, no tfjs, no DOM.
 *
 * @module
 */
import type { Sprite } from "../../../lib/report/sprite_schema.ts";
import { tilePlace } from "../../../lib/report/tile_place.ts";
import { figure } from "../format.ts";
import { type Markup, markup } from "./markup.ts";
import type { Picked } from "./pick.ts";
import type { ComparedInputs, RunSummary } from "./summary.ts";
import { badge } from "./tables.ts";

/** Inputs that are shown at a time. */
export const INPUTS_SHOWN = 8;

/** A run whose inputs are drawn. */
type Drawn = RunSummary & { inputs: ComparedInputs };

/** Which inputs a reader wants to see. */
export interface InputChoice {
  /** A class's name; null for all. */
  className: string | null;
  /** How many matching inputs come before the first that is shown. */
  from: number;
  /** Whether the error of each reconstruction is drawn instead of the reconstruction. */
  isError: boolean;
}

/** What is shown before a reader asks for anything else. */
export const FIRST_CHOICE: InputChoice = { className: null, from: 0, isError: false };

/** The runs of a group whose inputs are drawn, and the number of inputs that all of them have. */
export function drawnRuns(picked: Picked<RunSummary>[]): { runs: Picked<Drawn>[]; inputs: number } {
  const runs = picked.filter((one): one is Picked<Drawn> => one.run.inputs !== null);
  return { runs, inputs: Math.min(...runs.map(({ run }) => run.inputs.mse.length)) };
}

/** The class names that a reader can choose among, in order; none without labels. */
export function classesOf(picked: Picked<RunSummary>[]): string[] {
  const { runs } = drawnRuns(picked);
  return [...new Set(runs[0]?.run.inputs.classes ?? [])].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** The test rows that a choice shows, and how many match it. */
export function chosenRows(
  picked: Picked<RunSummary>[],
  { className, from }: Pick<InputChoice, "className" | "from">,
): { rows: number[]; matching: number } {
  const { runs, inputs } = drawnRuns(picked);
  if (runs.length === 0) return { rows: [], matching: 0 };
  const { classes } = runs[0].run.inputs;
  const rows = Array.from({ length: inputs }, (_, row) => row)
    .filter((row) => className === null || classes?.[row] === className);
  return { rows: rows.slice(from, from + INPUTS_SHOWN), matching: rows.length };
}

/** Where a file of a run lies. */
export interface PictureLinks {
  file(id: string, file: string): string;
}

/** The rows: the inputs, then each run's reconstructions (or errors) with the error of each below. */
export function sameInputs(
  picked: Picked<RunSummary>[],
  { rows, isError, links }: { rows: number[]; isError: boolean; links: PictureLinks },
): Markup {
  const { runs } = drawnRuns(picked);
  const [{ run: first }] = runs, { originals, classes } = first.inputs;
  const nameOf = (row: number) => `test ${first.data.row} ${row}${classes ? `, class ${classes[row]}` : ""}`;
  const inputTiles = rows.map((row) => {
    const image = tile([inputCut(first, row, links)]);
    return markup`<span class="cell">${image}<span class="of">${classes ? classes[row] : `no. ${row}`}</span></span>`;
  });
  const lines = runs.map(({ letter, run }) => {
    const who = markup`<span class="who">${badge(letter)}<span>${run.name} <small>${run.detail}</small></span></span>`;
    return markup`<div class="line">${who}${rows.map((row) => runCell(run, row, { runs, isError, links }))}</div>`;
  });
  const label =
    `${rows.length} inputs (${rows.map(nameOf).join("; ")}) and their ${
      isError ? "errors" : "reconstructions"
    } by ${runs.length} ` +
    `run${runs.length === 1 ? "" : "s"}, with the mean squared error of each`;
  const who = markup`<span class="who"><b class="badge hollow"><i>x</i></b><span>Input</span></span>`;
  const kind = isWide(originals) ? "same-inputs vectors" : "same-inputs";
  return markup`<div class="${kind}" style="--tiles:${rows.length}" role="img" aria-label="${label}">${markup`<div class="line">${who}${inputTiles}</div>`}${lines}</div>`;
}

/** One input as a run reconstructs it, or the difference, and the error as a number, bold if it is the smallest. */
function runCell(
  run: Drawn,
  row: number,
  { runs, isError, links }: { runs: Picked<Drawn>[]; isError: boolean; links: PictureLinks },
): Markup {
  const { mse } = run.inputs;
  const isBest = runs.length > 1 && mse[row] === Math.min(...runs.map(({ run }) => run.inputs.mse[row]));
  const recon = reconstructionCut(run, row, links);
  const value = markup`<span class="of${isBest && " best"}">${figure(mse[row], 2)}</span>`;
  const image = isError ? tile([inputCut(run, row, links), recon], { isError }) : tile([recon]);
  return markup`<span class="cell">${image}${value}</span>`;
}

/** A tile in a picture. */
interface Cut {
  image: string;
  size: string;
  position: string;
}

/** The first inputs are cut out of the run's small picture, the others out of its sprites. */
function inputCut({ id, inputs: { first, originals } }: Drawn, row: number, links: PictureLinks): Cut {
  return row < first.columns ? cut(first, row, { id, links }) : cut(originals, row, { id, links });
}

function reconstructionCut(run: Drawn, row: number, links: PictureLinks): Cut {
  const { id, inputs: { first, reconstructions } } = run;
  return row < first.columns
    ? cut(first, first.columns + row, { id, links })
    : cut(reconstructions, row, { id, links });
}

function cut(sprite: Sprite, tile: number, { id, links }: { id: string; links: PictureLinks }): Cut {
  const { file, size, position } = cutOf(sprite, tile);
  return { image: `url(${encodeURI(links.file(id, file))})`, size, position };
}

/** Rows of numbers that are drawn as one line of pixels. */
function isWide({ tileWidth, tileHeight }: Sprite): boolean {
  return tileWidth > 4 * tileHeight;
}

/** Coloured light for errors, which the difference lets through. */
const ERROR_LIGHT: Cut = { image: "linear-gradient(#ff4f8b,#ff4f8b)", size: "auto", position: "0% 0%" };

/** One tile, or the difference of two, which the browser makes: error-coloured light times the difference. */
function tile(cuts: Cut[], { isError = false }: { isError?: boolean } = {}): Markup {
  const layers = isError ? [ERROR_LIGHT, ...cuts] : cuts;
  const list = (name: keyof Cut) => layers.map((layer) => layer[name]).join(",");
  const style = `background-image:${list("image")};background-size:${list("size")};background-position:${
    list("position")
  }`;
  return markup`<i class="tile${isError && " error"}" style="${style}"></i>`;
}

/**
 * A tile as a window on its file, in CSS: which file, how large the whole picture is in tiles, and where in it.
 *
 * @example
 * ```ts
 * import { cutOf } from "./inputs.ts";
 * import assert from "node:assert/strict";
 *
 * const sprite = { files: ["a.png", "b.png"], tileWidth: 8, tileHeight: 8, columns: 3, tilesPerFile: 6, count: 9 };
 * assert.deepEqual(cutOf(sprite, 4), { file: "a.png", size: "300% 200%", position: "50% 100%" });
 * assert.deepEqual(cutOf(sprite, 8), { file: "b.png", size: "300% 100%", position: "100% 0%" });
 * ```
 */
export function cutOf(sprite: Sprite, tile: number): { file: string; size: string; position: string } {
  const { file, column, row, rows } = tilePlace(sprite, tile), { columns } = sprite;
  const share = (place: number, places: number) => `${places > 1 ? round(100 * place / (places - 1)) : 0}%`;
  return {
    file,
    size: `${100 * columns}% ${100 * rows}%`,
    position: `${share(column, columns)} ${share(row, rows)}`,
  };
}

function round(value: number): number {
  return Math.round(1e4 * value) / 1e4;
}
