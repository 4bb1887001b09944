/**
 * The same inputs reconstructed by each run: rows of tiles cut out of the runs' sprites, or without pictures a table of the errors.
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
import type { ComparedTiles, RunSummary } from "./summary.ts";
import { badge } from "./tables.ts";

/** Inputs that are shown at a time. */
export const INPUTS_SHOWN = 8;

/** A run whose inputs are drawn. */
type Drawn = RunSummary & { inputs: { tiles: ComparedTiles } };

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

/** The number of inputs that all runs of a group have. */
function commonCount(picked: Picked<RunSummary>[]): number {
  return picked.length === 0 ? 0 : Math.min(...picked.map(({ run }) => run.inputs.mse.length));
}

/** The runs of a group if their inputs have pictures; null if they have none. */
export function drawnRuns(picked: Picked<RunSummary>[]): Picked<Drawn>[] | null {
  const drawn = picked.filter((one): one is Picked<Drawn> => one.run.inputs.tiles !== null);
  return drawn.length === picked.length && drawn.length > 0 ? drawn : null;
}

/** The class names that a reader can choose among, in order; none without labels. */
export function classesOf([first]: Picked<RunSummary>[]): string[] {
  return [...new Set(first?.run.inputs.classes ?? [])].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** The test rows that a choice shows, and how many match it. */
export function chosenRows(
  picked: Picked<RunSummary>[],
  { className, from }: Pick<InputChoice, "className" | "from">,
): { rows: number[]; matching: number } {
  const classes = picked[0]?.run.inputs.classes ?? null;
  const rows = Array.from({ length: commonCount(picked) }, (_, row) => row)
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
  const runs = drawnRuns(picked);
  if (!runs) return errorTable(picked, rows);
  const [{ run: first }] = runs, { classes, tiles: { originals } } = first.inputs;
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

/** Inputs without a picture as a table: what each is, and the error of each run's reconstruction, bold if it is the smallest. */
function errorTable(picked: Picked<RunSummary>[], rows: number[]): Markup {
  const [{ run: { data, inputs: { classes, texts } } }] = picked;
  const heads = picked.map(({ letter, run }) =>
    markup`<th scope="col" class="number">${badge(letter)} <span>${run.name}</span></th>`
  );
  const lines = rows.map((row) => {
    const errors = picked.map(({ run }) => run.inputs.mse[row]), least = Math.min(...errors);
    const cells = errors.map((mse) =>
      markup`<td class="number${picked.length > 1 && mse === least && " best"}">${figure(mse, 3)}</td>`
    );
    const text = texts && markup`<td class="words">${texts[row]}</td>`;
    return markup`<tr><th scope="row">${row}</th>${text}${
      classes && markup`<td class="of-class">${classes[row]}</td>`
    }${cells}</tr>`;
  });
  const textHead = texts && markup`<th scope="col" class="words">Text</th>`,
    classHead = classes && markup`<th scope="col" class="of-class">Class</th>`;
  const caption =
    markup`<caption class="visually-hidden">Test ${data.row}s and the mean squared error of each run’s reconstruction</caption>`;
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="The same inputs"><table class="compared errors">${caption}<thead><tr><th scope="col">Row</th>${textHead}${classHead}${heads}</tr></thead><tbody>${lines}</tbody></table></div>`;
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
  const isColour = run.inputs.tiles.originals.channels === 3;
  const image = isError ? tile([inputCut(run, row, links), recon], { isError, isColour }) : tile([recon]);
  return markup`<span class="cell">${image}${value}</span>`;
}

/** A tile in a picture. */
interface Cut {
  image: string;
  size: string;
  position: string;
}

/** The first inputs are cut out of the run's small picture, the others out of its sprites. */
function inputCut({ id, inputs: { tiles: { first, originals } } }: Drawn, row: number, links: PictureLinks): Cut {
  return row < first.columns ? cut(first, row, { id, links }) : cut(originals, row, { id, links });
}

function reconstructionCut(run: Drawn, row: number, links: PictureLinks): Cut {
  const { id, inputs: { tiles: { first, reconstructions } } } = run;
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

/**
 * One tile, or the difference of two, which the browser makes: error-coloured light times the difference. The difference of colours
 * gets its colour from the page's filter of errors.
 */
function tile(
  cuts: Cut[],
  { isError = false, isColour = false }: { isError?: boolean; isColour?: boolean } = {},
): Markup {
  const layers = isError && !isColour ? [ERROR_LIGHT, ...cuts] : cuts;
  const list = (name: keyof Cut) => layers.map((layer) => layer[name]).join(",");
  const style = `background-image:${list("image")};background-size:${list("size")};background-position:${
    list("position")
  }`;
  return markup`<i class="tile${isError && " error"}${isError && isColour && " colour"}" style="${style}"></i>`;
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
