/**
 * Pictures of rows on canvases: grey or in colour, signed ones, and the difference of two.
 *
 * Colours are those of `tile_colours.ts`, the same in both colour schemes. Does not know what an image stands for.
 *
 * @module
 */
import { signedColour } from "../latents/signed_colour.ts";
import { ERROR, LESS, LIGHT, mixed, RECON, type TileColour } from "../tile_colours.ts";
import { DIGIT_TILE, tileLength, type TileShape } from "./tile_shape.ts";

/** Full colour from this difference on, of pixels from 0 to 255: half of the range. */
const FULL_AT = 128;

/** One of many pictures in an array, `[pictures, tile]` bytes. */
export interface TileBytes {
  bytes: Uint8Array;
  /** Which of them; the first by default. */
  at?: number;
  /** Their size; that of the site's digits by default. */
  tile?: TileShape;
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

/** Draws a picture: levels of grey, white on black, or of red, green and blue. */
export function paintGrey(canvas: HTMLCanvasElement, tile: TileBytes): void {
  paintLevels(canvas, tile, greyTable);
}

/**
 * Draws a signed picture: level 128 is the ground, brighter adds (white), darker removes (blue-green). In colour each of the
 * three levels is drawn as it is.
 */
export function paintSigned(canvas: HTMLCanvasElement, tile: TileBytes): void {
  paintLevels(canvas, tile, signedTable);
}

/** Signed pictures below each other, `[pictures, tile]` bytes, as a canvas of their width takes them. */
export function signedSheet(images: Uint8Array, tile: TileShape): ImageData {
  const count = images.length / tileLength(tile), sheet = new ImageData(tile.width, count * tile.height);
  fillWords(new Uint32Array(sheet.data.buffer), {
    bytes: images,
    from: 0,
    channels: tile.channels,
    colours: signedTable,
  });
  return sheet;
}

/** Draws `image` minus `from`, each of one tile; in colour the mean over red, green and blue. */
export function paintDifference(
  canvas: HTMLCanvasElement,
  { image, from, kind, tile = DIGIT_TILE }: {
    image: Uint8Array;
    from: Uint8Array;
    kind: DifferenceKind;
    tile?: TileShape;
  },
): void {
  const colours = differenceTables[kind], { channels } = tile;
  paint(canvas, tile, (words) => {
    for (let i = 0; i < words.length; i++) {
      let difference = 0;
      for (let channel = 0; channel < channels; channel++) {
        difference += image[i * channels + channel] - from[i * channels + channel];
      }
      words[i] = colours[255 + Math.round(difference / channels)];
    }
  });
}

/** Draws nothing: the ground alone. */
export function paintNothing(canvas: HTMLCanvasElement): void {
  paint(canvas, DIGIT_TILE, (words) => words.fill(greyTable[0]));
}

/** A canvas of one tile, decorative unless it is given a label. */
export function tileCanvas(label?: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = DIGIT_TILE.width;
  canvas.height = DIGIT_TILE.height;
  canvas.className = "tile";
  if (label === undefined) canvas.setAttribute("aria-hidden", "true");
  else {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
  }
  return canvas;
}

let scratch: ImageData | undefined;

/** What each canvas shows: arrays of pictures are never changed, so that the same place of one needs no second drawing. */
const shown = new WeakMap<HTMLCanvasElement, TileBytes & { colours: Uint32Array }>();

function paintLevels(
  canvas: HTMLCanvasElement,
  { bytes, at = 0, tile = DIGIT_TILE }: TileBytes,
  colours: Uint32Array,
): void {
  const now = shown.get(canvas);
  if (now?.bytes === bytes && now.at === at && now.colours === colours) return;
  const from = at * tileLength(tile);
  paint(canvas, tile, (words) => fillWords(words, { bytes, from, channels: tile.channels, colours }));
  shown.set(canvas, { bytes, at, colours });
}

/** Pixels as the words of a canvas, from levels of grey by their colours, or from red, green and blue. */
function fillWords(
  words: Uint32Array,
  { bytes, from, channels, colours }: { bytes: Uint8Array; from: number; channels: 1 | 3; colours: Uint32Array },
): void {
  for (let i = 0; i < words.length; i++) {
    const at = from + i * channels;
    words[i] = channels === 1 ? colours[bytes[at]] : wordOf(bytes[at], bytes[at + 1], bytes[at + 2]);
  }
}

function paint(canvas: HTMLCanvasElement, { width, height }: TileShape, fill: (words: Uint32Array) => void): void {
  shown.delete(canvas);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  if (scratch?.width !== width || scratch.height !== height) scratch = new ImageData(width, height);
  fill(new Uint32Array(scratch.data.buffer));
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
    return wordOf(Math.round(red), Math.round(green), Math.round(blue));
  });
}

function wordOf(red: number, green: number, blue: number): number {
  return (0xff << 24 | blue << 16 | green << 8 | red) >>> 0;
}
