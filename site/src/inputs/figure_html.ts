/**
 * The figure of one reconstruction as HTML: a column for each latent on a desk, a row for each on a phone.
 *
 * One text for the build and for the browser, which differ in how a tile is drawn. Everything in it is a number of the
 * report or fixed text. Its styles are in `steps.css`.
 *
 * @module
 */
import { fixed } from "../format.ts";
import type { Column, Figure } from "./figure.ts";

/** Where a tile stands: its column, and whether it is the upper one (the change) or the lower one (the result). */
export interface TileSlot {
  column: number;
  which: "change" | "result";
}

/** How the page draws and links. */
export interface FigureHtmlOptions {
  /** A tile's HTML, with class `t` and the classes given. */
  tile: (slot: TileSlot, classes: string) => string;
  /** A latent's page. */
  latentHref: (latent: number) => string;
  /** What the first column is called: the decoder's bias, the mean latents, or all latents. */
  firstName: string;
}

/** Columns in one line, at most: more than these are narrower than their numbers. */
const MOST_PER_LINE = 18;
/** Room above the highest bar for its number, as a share of the bars' height. */
const HEADROOM = 0.18;

/** From here on a latent's number has no room beside its box. */
const LONG_NUMBER = 10_000;

/** The names of the rows below the latents' own, from top to bottom. */
export const ROW_NAMES: Record<
  Figure["mode"],
  { change: string; result: string; bar: string; difference: string; without: string }
> = {
  sum: {
    change: "contribution",
    result: "sum so far",
    bar: "MSE of the sum",
    difference: "change",
    without: "without it",
  },
  removal: {
    change: "what it changes",
    result: "without it",
    bar: "rise of the MSE",
    difference: "",
    without: "MSE",
  },
  numbers: {
    change: "",
    result: "",
    bar: "rise of the MSE",
    difference: "",
    without: "MSE",
  },
};

/** The figure's columns in lines of equal length. */
export function figureLines<T>(columns: T[]): T[][] {
  const lines = Math.ceil(columns.length / MOST_PER_LINE), perLine = Math.ceil(columns.length / lines);
  return Array.from({ length: lines }, (_, line) => columns.slice(line * perLine, (line + 1) * perLine));
}

/** See the module comment. */
export function figureHtml(figure: Figure, options: FigureHtmlOptions): string {
  const { columns, mode, axis: { low, high } } = figure;
  const decimals = decimalsFor(figure.largestMse);
  const largestActivation = Math.max(0, ...columns.map(({ activation }) => activation ?? 0));
  const span = (high - low || 1) / (1 - HEADROOM);
  const html = columns.map((column, k) =>
    columnHtml(column, { ...options, mode, k, decimals, largestActivation, share: (mse) => (mse - low) / span })
  );
  const lines = figureLines(html), perLine = lines[0].length;
  const classes = columns.some(({ latent }) => (latent ?? 0) >= LONG_NUMBER) ? `${mode} long-numbers` : mode;
  return lines.map((own, line) => {
    const start = line === 0 ? "" : ` start="${line * perLine + 1}"`;
    return `<ol class="steps ${classes}"${start} style="--per-line:${perLine}">${keys(mode)}${own.join("")}</ol>`;
  }).join("");
}

/** Decimals that give an MSE of this size three digits: 4 for 0.0562. */
export function decimalsFor(largest: number): number {
  return largest > 0 ? Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(largest)))) : 4;
}

/**
 * An activation beside a largest one: two decimals, more if the largest is below 0.1; `<0.01` where nothing is left of
 * it.
 */
export function activationText(activation: number, largest: number): string {
  const decimals = largest > 0 ? Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(largest)))) : 2;
  const least = 10 ** -decimals;
  return activation > 0 && activation < least / 2 ? `<${fixed(least, decimals)}` : fixed(activation, decimals);
}

/** An MSE's change with its sign; 0 where it rounds to that. */
export function changeText(change: number, decimals: number): string {
  const text = fixed(Math.abs(change), decimals);
  if (Number(text) === 0) return "0";
  return `${change < 0 ? "−" : "+"}${text}`;
}

/** Whether a column is in favour of its latent: in a sum a falling error does, without the latent a rising one. */
export function helps({ bar }: Column, mode: Figure["mode"]): boolean {
  return bar !== null && (mode === "sum" ? bar.to <= bar.from : bar.to >= bar.from);
}

/** The names of the rows, at the left of each line. */
function keys(mode: Figure["mode"]): string {
  const { change, result, bar, difference, without } = ROW_NAMES[mode];
  const pictures = mode === "numbers"
    ? ""
    : `<span class="change">${
      change.replace("contri", "contri&shy;").replace("changes", "chan&shy;ges")
    }</span><span class="result">${result}</span>`;
  return '<li class="keys" aria-hidden="true"><span class="activation">acti&shy;va&shy;tion</span><span class="id">latent</span>' +
    `${pictures}<span class="bar">${bar}</span><span class="difference">${difference}</span>` +
    `<span class="without">${without}</span></li>`;
}

interface ColumnOptions extends FigureHtmlOptions {
  mode: Figure["mode"];
  /** The column's place. */
  k: number;
  decimals: number;
  largestActivation: number;
  /** Where a value lies between the bars' bottom, 0, and their top, 1. */
  share: (mse: number) => number;
}

function columnHtml(column: Column, options: ColumnOptions): string {
  const { kind, activation, isOn, isLater } = column;
  const { mode, k, tile, largestActivation } = options;
  const states = [kind, isOn ? "" : "off", isLater ? "later" : ""].filter((name) => name !== "").join(" ");
  const height = activation === null ? 0 : activation / (largestActivation || 1);
  const strength = activation === null ? "" : '<span class="visually-hidden">activation </span><span class="value">' +
    `${activationText(activation, largestActivation).replace("<", "&lt;")}</span><i></i>`;
  const picture = (which: TileSlot["which"]) =>
    column[which] ? tile({ column: k, which }, which) : `<span class="${which}"></span>`;
  const pictures = mode === "numbers" ? "" : picture("change") + picture("result");
  return `<li class="${states}"><span class="activation" style="--share:${height.toFixed(3)}">${strength}</span>` +
    `<span class="id">${nameHtml(column, options)}</span>${pictures}` +
    `${barHtml(column, options)}${numbersHtml(column, options)}</li>`;
}

function nameHtml({ kind, latent, isOn }: Column, { firstName, latentHref, mode }: ColumnOptions): string {
  if (kind === "others") return "others";
  if (latent === null) return firstName;
  const link = `<a href="${latentHref(latent)}"><span class="visually-hidden">latent </span>${latent}</a>`;
  if (mode === "numbers") return link;
  const box = `<input type="checkbox" data-switch="${latent}"${
    isOn ? " checked" : ""
  } aria-label="Latent ${latent} is on">`;
  return box + link;
}

function barHtml(column: Column, { mode, share, decimals }: ColumnOptions): string {
  const { bar, kind, mse } = column;
  if (!bar) return '<span class="bar"></span>';
  const [low, high] = [Math.min(bar.from, bar.to), Math.max(bar.from, bar.to)];
  const classes = ["bar", kind === "base" ? "first" : helps(column, mode) ? "" : "harms"]
    .filter((name) => name !== "").join(" ");
  const at = (value: number) => share(value).toFixed(4);
  const style = `--low:${at(low)};--high:${at(high)};--to:${at(bar.to)};--zero:${at(0)}`;
  const value = mode === "sum" && mse !== null
    ? `<span class="value"><span class="visually-hidden">MSE </span>${fixed(mse, decimals)}</span>`
    : "";
  return `<span class="${classes}" style="${style}"><i></i><u></u>${value}</span>`;
}

function numbersHtml(column: Column, { mode, decimals }: ColumnOptions): string {
  const { kind, isOn, mse, mseWithout } = column;
  const { bar, difference } = ROW_NAMES[mode];
  const isFirst = kind === "base" || kind === "all";
  const text = isFirst ? "" : !isOn ? "off" : column.bar ? changeText(column.bar.to - column.bar.from, decimals) : "";
  const tone = !isOn || text === "" || text === "0" ? "" : helps(column, mode) ? " helps" : " harms";
  const label = text === "" ? "" : `<span class="visually-hidden">${difference || bar} </span>`;
  // In a sum the error without a latent is that with all others on; else it is that of the tile above.
  const error = mode === "sum" ? mseWithout : mse;
  const name = isFirst ? "MSE" : "MSE without it";
  const number = error === null ? "" : `<span class="visually-hidden">${name} </span>${fixed(error, decimals)}`;
  return `<span class="difference${tone}">${label}${text}</span><span class="without">${number}</span>`;
}
