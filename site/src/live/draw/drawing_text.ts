/**
 * A drawing as a short text for an address, and back, exactly.
 *
 * Parts joined by dots: `u` and the image that is drawn on; `i` and the points of a line of ink; `e`, the eraser's width
 * and the points of a line of the eraser. Points are differences from the one before. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Drawing, EMPTY, N_PIXELS, type Stroke } from "./strokes.ts";

/** Points that a drawing can have at most: so many become pixels within a few milliseconds. */
export const MOST_POINTS = 4000;

/** Coordinates of an address are at most so far from 0, in units: a few images away. */
const FARTHEST = 1024;

/** The text of a drawing without strokes and without an image. */
const NOTHING = "0";

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The text of a drawing, of letters that an address keeps as they are: about 2 for each point. */
export function encodeDrawing({ under, strokes }: Drawing): string {
  const parts = strokes.map(({ points, eraser }) => {
    const steps = points.map((value, i) => value - (i < 2 ? 0 : points[i - 2]));
    return eraser === 0 ? `i${numbersText(steps)}` : `e${numbersText([eraser, ...steps])}`;
  });
  if (under) parts.unshift(`u${imageText(under)}`);
  return parts.length === 0 ? NOTHING : parts.join(".");
}

/** The drawing of a text; null if the text is none, as anything can stand in an address. */
export function decodeDrawing(text: string): Drawing | null {
  if (text === NOTHING) return EMPTY;
  const strokes: Stroke[] = [];
  let under: Drawing["under"] = null, count = 0;
  for (const [place, part] of text.split(".").entries()) {
    const kind = part[0], rest = part.slice(1);
    if (kind === "u" && place === 0) {
      under = imageOf(rest);
      if (under === null) return null;
      continue;
    }
    const stroke = kind === "i" || kind === "e" ? strokeOf(rest, kind === "e") : null;
    if (stroke === null || (count += stroke.points.length / 2) > MOST_POINTS) return null;
    strokes.push(stroke);
  }
  return { under, strokes };
}

function strokeOf(text: string, isErasing: boolean): Stroke | null {
  const numbers = numbersOf(text);
  if (numbers === null) return null;
  const [eraser, steps] = isErasing ? [numbers[0], numbers.slice(1)] : [0, numbers];
  if (steps.length === 0 || steps.length % 2 === 1 || (isErasing && !(eraser > 0 && eraser <= FARTHEST))) return null;
  const points: number[] = [];
  for (const [i, step] of steps.entries()) points.push(step + (i < 2 ? 0 : points[i - 2]));
  return points.some((value) => Math.abs(value) > FARTHEST) ? null : { points, eraser };
}

/** Whole numbers in letters: 5 bits a letter, the lowest first, and a sixth bit if more follow; the first bit is the sign. */
function numbersText(numbers: readonly number[]): string {
  let text = "";
  for (const number of numbers) {
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    while (rest >= 32) {
      text += DIGITS[32 + rest % 32];
      rest = Math.floor(rest / 32);
    }
    text += DIGITS[rest];
  }
  return text;
}

function numbersOf(text: string): number[] | null {
  const numbers: number[] = [];
  let value = 0, unit = 1;
  for (const letter of text) {
    const digit = DIGITS.indexOf(letter);
    if (digit < 0 || unit > 32 ** 3) return null;
    value += digit % 32 * unit;
    unit *= 32;
    if (digit >= 32) continue;
    numbers.push(value % 2 === 1 ? -(value + 1) / 2 : value / 2);
    value = 0, unit = 1;
  }
  return unit === 1 ? numbers : null;
}

/** An image in base 64: a run of zeros is 0 and its length less 1, every other pixel is itself. */
function imageText(pixels: Uint8Array): string {
  const bytes: number[] = [];
  for (let i = 0; i < pixels.length; i++) {
    bytes.push(pixels[i]);
    if (pixels[i] !== 0) continue;
    let more = 0;
    while (more < 255 && i + 1 < pixels.length && pixels[i + 1] === 0) more++, i++;
    bytes.push(more);
  }
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function imageOf(text: string): Uint8Array<ArrayBuffer> | null {
  let bytes: string;
  try {
    bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  const pixels = new Uint8Array(N_PIXELS);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    const value = bytes.charCodeAt(i);
    if (value !== 0) pixels[at++] = value;
    else at += bytes.charCodeAt(++i) + 1;
  }
  return at === pixels.length ? pixels : null;
}
