/**
 * Images of 28 × 28 pixels on canvases: grey ones, signed ones, and the difference of two.
 *
 * Colours are those of `tile_colours.ts`, the same in both colour schemes. Does not know what an image stands for.
 *
 * @module
 */
import { signedColour } from "../latents/signed_colour.ts";
import { ERROR, LESS, LIGHT, mixed, RECON, type TileColour } from "../tile_colours.ts";
import { N_PIXELS, SIDE } from "./draw/strokes.ts";

/** Full colour from this difference on, of pixels from 0 to 255: half of the range. */
const FULL_AT = 128;

/** One of many images in an array, `[images, 784]` bytes. */
export interface TileBytes {
  bytes: Uint8Array;
  /** Which of them; the first by default. */
  at?: number;
}

/** What a difference means: `error` is the input minus the reconstruction, `change` the new image minus the old. */
export type DifferenceKind = "error" | "change";

/** Colours of a positive and a negative difference. */
const ENDS: Record<DifferenceKind, readonly [more: TileColour, less: TileColour]> = {
  error: [ERROR, RECON],
  change: [LIGHT, LESS],
};

const greyTable = table(256, (level) => mixed(LIGHT, level / 255));
const signedTable = table(256, signedColour);
const differenceTables: Record<DifferenceKind, Uint32Array> = {
  error: differenceTable("error"),
  change: differenceTable("change"),
};

/** Draws an image, white on black. */
export function paintGrey(canvas: HTMLCanvasElement, tile: TileBytes): void {
  paintLevels(canvas, tile, greyTable);
}

/** Draws a signed image: level 128 is the ground, brighter adds (white), darker removes (blue-green). */
export function paintSigned(canvas: HTMLCanvasElement, tile: TileBytes): void {
  paintLevels(canvas, tile, signedTable);
}

/** Signed images below each other, `[images, 784]` bytes, as a canvas of their width takes them. */
export function signedSheet(images: Uint8Array): ImageData {
  const sheet = new ImageData(SIDE, images.length / SIDE), words = new Uint32Array(sheet.data.buffer);
  for (let i = 0; i < images.length; i++) words[i] = signedTable[images[i]];
  return sheet;
}

/** Draws `image` minus `from`, each `[784]` bytes. */
export function paintDifference(
  canvas: HTMLCanvasElement,
  { image, from, kind }: { image: Uint8Array; from: Uint8Array; kind: DifferenceKind },
): void {
  const colours = differenceTables[kind];
  paint(canvas, (i) => colours[255 + image[i] - from[i]]);
}

/** Draws nothing: the ground alone. */
export function paintNothing(canvas: HTMLCanvasElement): void {
  paint(canvas, () => greyTable[0]);
}

/** A canvas of one tile, decorative unless it is given a label. */
export function tileCanvas(label?: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  canvas.className = "tile";
  if (label === undefined) canvas.setAttribute("aria-hidden", "true");
  else {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
  }
  return canvas;
}

let scratch: ImageData | undefined;

/** What each canvas shows: arrays of images are never changed, so that the same place of one needs no second drawing. */
const shown = new WeakMap<HTMLCanvasElement, TileBytes & { colours: Uint32Array }>();

function paintLevels(canvas: HTMLCanvasElement, { bytes, at = 0 }: TileBytes, colours: Uint32Array): void {
  const now = shown.get(canvas);
  if (now?.bytes === bytes && now.at === at && now.colours === colours) return;
  paint(canvas, (i) => colours[bytes[at * N_PIXELS + i]]);
  shown.set(canvas, { bytes, at, colours });
}

function paint(canvas: HTMLCanvasElement, colourOf: (pixel: number) => number): void {
  shown.delete(canvas);
  scratch ??= new ImageData(SIDE, SIDE);
  const words = new Uint32Array(scratch.data.buffer);
  for (let i = 0; i < N_PIXELS; i++) words[i] = colourOf(i);
  canvas.getContext("2d")!.putImageData(scratch, 0, 0);
}

function differenceTable(kind: DifferenceKind): Uint32Array {
  const [more, less] = ENDS[kind];
  return table(511, (place) => {
    const difference = place - 255;
    return mixed(difference < 0 ? less : more, Math.min(1, Math.abs(difference) / FULL_AT));
  });
}

/** Colours as the words of a canvas: red in the lowest byte, opaque. */
function table(length: number, colourOf: (place: number) => TileColour): Uint32Array {
  return Uint32Array.from({ length }, (_, place) => {
    const [red, green, blue] = colourOf(place);
    return (0xff << 24 | Math.round(blue) << 16 | Math.round(green) << 8 | Math.round(red)) >>> 0;
  });
}
