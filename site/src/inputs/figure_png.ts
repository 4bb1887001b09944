/**
 * The figure as a PNG, in the colours of the page as it is seen: the columns as on a desk, in lines.
 *
 * @module
 */
import { fixed } from "../format.ts";
import type { Column, Figure } from "./figure.ts";
import { activationText, changeText, decimalsFor, figureLines, helps, ROW_NAMES } from "./figure_html.ts";
import { drawTile, type InputSize, pictureSize, type TileNumbers } from "./pixels.ts";

/** Pixels for each pixel of the page. */
const SHARPNESS = 2;
/** Widths and heights, in pixels of the page. */
const KEYS = 92, COLUMN = 62, TILE = 58, GAP = 6, ACTIVATION = 60, BARS = 120, TEXT = 18, HEAD = 36, MARGIN = 16;
const TITLE = "600 13px";
const FONT = '"Inter Subset", "Inter Variable", system-ui, sans-serif';

/** Colours of the page, by their variables; `pale` is half muted. */
type Colour = "paper" | "ink" | "muted" | "pale" | "rule-strong" | "active" | "recon" | "error";

/** Draws the figure. @throws {Error} The browser makes no PNG. */
export async function figurePng(
  figure: Figure,
  { title, ...options }: { size: InputSize; firstName: string; title: string },
): Promise<Blob> {
  const { size } = options;
  const lines = figureLines(figure.columns);
  const picture = pictureSize(size);
  const tileHeight = figure.mode === "numbers" ? 0 : Math.round(TILE * picture.height / picture.width);
  const rows = rowsOf(tileHeight);
  const canvas = document.createElement("canvas");
  const width = Math.max(KEYS + COLUMN * Math.max(...lines.map(({ length }) => length)), widthOf(title));
  canvas.width = SHARPNESS * (2 * MARGIN + Math.ceil(width));
  canvas.height = SHARPNESS * (2 * MARGIN + HEAD + lines.length * rows.height);
  const context = canvas.getContext("2d")!;
  context.scale(SHARPNESS, SHARPNESS);
  const pen = new Pen(context, { ...options, figure, rows, tileHeight });
  pen.ground(canvas.width, canvas.height);
  pen.title(title, { x: MARGIN, y: MARGIN + TEXT / 2 });
  for (const [line, columns] of lines.entries()) {
    const top = MARGIN + HEAD + line * rows.height;
    pen.keys(MARGIN, top);
    for (const [k, column] of columns.entries()) pen.column(column, { left: MARGIN + KEYS + k * COLUMN, top });
  }
  return await new Promise((resolve, reject) =>
    canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error("Cannot draw the PNG: the browser gave none")))
  );
}

/** Width of a title, pixels. */
function widthOf(title: string): number {
  const context = document.createElement("canvas").getContext("2d")!;
  context.font = `${TITLE} ${FONT}`;
  return context.measureText(title).width;
}

/** Where each row begins, from the top of a line. */
interface Rows {
  name: number;
  change: number;
  result: number;
  bar: number;
  difference: number;
  without: number;
  height: number;
}

function rowsOf(tileHeight: number): Rows {
  const name = ACTIVATION, change = name + TEXT + GAP, result = change + tileHeight + GAP;
  const bar = result + tileHeight + GAP + TEXT, difference = bar + BARS + GAP, without = difference + TEXT;
  return { name, change, result, bar, difference, without, height: without + TEXT + 3 * GAP };
}

class Pen {
  readonly #context: CanvasRenderingContext2D;
  readonly #options: { figure: Figure; size: InputSize; rows: Rows; tileHeight: number; firstName: string };
  readonly #decimals: number;
  readonly #largestActivation: number;

  constructor(
    context: CanvasRenderingContext2D,
    options: { figure: Figure; size: InputSize; rows: Rows; tileHeight: number; firstName: string },
  ) {
    this.#context = context;
    this.#options = options;
    this.#decimals = decimalsFor(options.figure.largestMse);
    this.#largestActivation = Math.max(0, ...options.figure.columns.map(({ activation }) => activation ?? 0)) || 1;
    context.imageSmoothingEnabled = false;
    context.textBaseline = "middle";
  }

  ground(width: number, height: number): void {
    this.#fill("paper", { x: 0, y: 0, width, height });
  }

  title(text: string, { x, y }: { x: number; y: number }): void {
    this.#text(text, { x, y, colour: "ink", align: "left", font: TITLE });
  }

  keys(left: number, top: number): void {
    const { figure: { mode }, rows, tileHeight } = this.#options, names = ROW_NAMES[mode];
    const at: [string, number][] = [
      ["activation", ACTIVATION - TEXT / 2],
      ["latent", rows.name + TEXT / 2],
      [names.change, rows.change + tileHeight / 2],
      [names.result, rows.result + tileHeight / 2],
      [names.bar, rows.bar + BARS - TEXT / 2],
      [names.difference, rows.difference + TEXT / 2],
      [names.without, rows.without + TEXT / 2],
    ];
    for (const [text, y] of at) this.#text(text, { x: left, y: top + y, colour: "muted", align: "left" });
  }

  column(column: Column, { left, top }: { left: number; top: number }): void {
    const { rows, firstName, figure: { mode } } = this.#options, middle = left + COLUMN / 2 - 2;
    this.#context.globalAlpha = column.isLater || !column.isOn ? 0.35 : 1;
    if (column.activation !== null) {
      const height = column.activation / this.#largestActivation * (ACTIVATION - TEXT);
      this.#fill("active", { x: left + TILE / 4, y: top + ACTIVATION - height, width: TILE / 2, height });
      const y = top + ACTIVATION - height - TEXT / 2;
      this.#text(activationText(column.activation, this.#largestActivation), { x: middle, y, colour: "active" });
    }
    const name = column.latent === null ? (column.kind === "others" ? "others" : firstName) : String(column.latent);
    this.#text(name, { x: middle, y: top + rows.name + TEXT / 2, colour: "ink" });
    if (column.change) this.#tile(column.change, { x: left, y: top + rows.change });
    if (column.result) this.#tile(column.result, { x: left, y: top + rows.result });
    this.#bar(column, { left, top: top + rows.bar });
    const error = mode === "sum" ? column.mseWithout : column.mse;
    if (error !== null) {
      this.#text(fixed(error, this.#decimals), { x: middle, y: top + rows.without + TEXT / 2, colour: "muted" });
    }
    this.#context.globalAlpha = 1;
  }

  #bar(column: Column, { left, top }: { left: number; top: number }): void {
    const { bar, kind, isOn } = column;
    if (!bar) return;
    const { figure: { mode, axis }, rows } = this.#options, middle = left + COLUMN / 2 - 2;
    const { low, high } = axis, isFirst = kind === "base";
    const y = (value: number) => top + BARS * (1 - (value - low) / (high - low || 1));
    const [upper, lower] = [y(Math.max(bar.from, bar.to)), y(Math.min(bar.from, bar.to))];
    const colour = isFirst ? "muted" : helps(column, mode) ? "recon" : "error";
    this.#fill("rule-strong", { x: left, y: y(0), width: TILE, height: 1 });
    this.#fill(isFirst ? "pale" : colour, { x: left, y: upper, width: TILE, height: Math.max(1.5, lower - upper) });
    if (isFirst) return this.#text(fixed(bar.to, this.#decimals), { x: middle, y: upper - TEXT / 2, colour: "muted" });
    const text = isOn ? changeText(bar.to - bar.from, this.#decimals) : "off";
    const tone = !isOn || text === "0" ? "muted" : colour;
    this.#text(text, { x: middle, y: top - rows.bar + rows.difference + TEXT / 2, colour: tone });
  }

  #tile(numbers: TileNumbers, { x, y }: { x: number; y: number }): void {
    const { width, height, rgba } = drawTile(numbers, this.#options.size);
    const tile = new OffscreenCanvas(width, height);
    tile.getContext("2d")!.putImageData(new ImageData(rgba, width, height), 0, 0);
    this.#context.drawImage(tile, x, y, TILE, this.#options.tileHeight);
  }

  #fill(colour: Colour, { x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
    this.#context.fillStyle = colourOf(colour);
    this.#context.fillRect(x, y, width, height);
  }

  #text(text: string, { x, y, colour, align = "center", font = "400 11px" }: {
    x: number;
    y: number;
    colour: Colour;
    align?: CanvasTextAlign;
    font?: string;
  }): void {
    this.#context.font = `${font} ${FONT}`;
    this.#context.textAlign = align;
    this.#context.fillStyle = colourOf(colour);
    this.#context.fillText(text, x, y);
  }
}

const colours = new Map<string, string>();

/** A colour of the page as it is seen now. */
function colourOf(name: Colour): string {
  const scheme = getComputedStyle(document.documentElement).backgroundColor, key = `${name} ${scheme}`;
  if (!colours.has(key)) {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = name === "pale" ? "color-mix(in srgb, var(--muted) 50%, var(--paper))" : `var(--${name})`;
    colours.set(key, getComputedStyle(probe).color);
    probe.remove();
  }
  return colours.get(key)!;
}
