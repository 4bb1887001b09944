/**
 * A drawing of 28 × 28 pixels: strokes of a pen, how they become pixels, and how they are fitted as MNIST's digits are.
 *
 * A pixel's value falls from 1 to 0 over one pixel at a line's edge, so that lines have no steps. Computes on numbers alone;
 * `drawing_text.ts` writes a drawing into an address, `sketch.ts` follows a pen. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Width and height of a drawing, pixels. */
export const SIDE = 28;

/** Pixels of a drawing. */
export const N_PIXELS = SIDE * SIDE;

/** Coordinates are whole numbers of eighths of a pixel, from the upper left corner: a text can hold them exactly. */
export const UNITS = 8;

/** Width of a line, pixels. */
const INK = 2.4;

/** Width that the eraser removes before a drawing is enlarged, in units. */
export const ERASER = 4 * UNITS;

/** The square that MNIST's digits were fitted into, pixels. */
const FITTED = 20;

/** A small drawing is enlarged at most this many times: a dot stays a dot. */
const MOST_ENLARGED = 3;

/** One line, from where the pen was put down to where it was lifted. */
export interface Stroke {
  /** x and y in turn, in units: at least one point. */
  readonly points: readonly number[];
  /** Width of the eraser, in units; 0 for ink. */
  readonly eraser: number;
}

/** Strokes, the later over the earlier, on nothing or on a given image. */
export interface Drawing {
  /** The image that is drawn on, `[784]` bytes; null for none. */
  readonly under: Uint8Array<ArrayBuffer> | null;
  readonly strokes: readonly Stroke[];
}

/** Nothing drawn. */
export const EMPTY: Drawing = { under: null, strokes: [] };

/** Whether nothing is drawn, so that every pixel is 0. */
export function isEmpty({ under, strokes }: Drawing): boolean {
  return under === null && !strokes.some(({ eraser }) => eraser === 0);
}

/**
 * The pixels of a drawing, `[784]` bytes, white on black. The same drawing gives the same bytes everywhere.
 *
 * Ink: the larger of what is there and the line's coverage. Eraser: what is there times 1 − coverage.
 */
export function rasterise({ under, strokes }: Drawing): Uint8Array<ArrayBuffer> {
  const values = new Float64Array(N_PIXELS), nearest = new Float64Array(N_PIXELS);
  if (under) { for (let i = 0; i < values.length; i++) values[i] = under[i] / 255; }
  for (const { points, eraser } of strokes) {
    const reach = (eraser === 0 ? INK : eraser / UNITS) / 2 + 0.5;
    measure(nearest, points, reach);
    for (let i = 0; i < values.length; i++) {
      if (nearest[i] >= reach * reach) continue;
      const coverage = Math.min(1, reach - Math.sqrt(nearest[i]));
      values[i] = eraser === 0 ? Math.max(values[i], coverage) : values[i] * (1 - coverage);
    }
  }
  const pixels = new Uint8Array(N_PIXELS);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.round(255 * values[i]);
  return pixels;
}

/**
 * The drawing as MNIST's digits were prepared: its ink fits a square of 20 × 20 pixels, and its centre of mass lies in the
 * middle of the 28 × 28, as far as no ink leaves the image. Lines keep their width. A drawing on a given image stays in
 * its place, because the image has been fitted already.
 */
export function fitted(drawing: Drawing): Drawing {
  if (drawing.under) return drawing;
  const ink = boxOf(drawing.strokes, rasterise(drawing));
  if (ink === null) return drawing;
  const extent = Math.max(ink.right - ink.left, ink.bottom - ink.top) / UNITS;
  const scale = Math.min(MOST_ENLARGED, (FITTED - INK) / extent);
  const middle = SIDE * UNITS / 2;
  const centred = moved(drawing.strokes, {
    scale,
    x: middle - scale * (ink.left + ink.right) / 2,
    y: middle - scale * (ink.top + ink.bottom) / 2,
  });
  const pixels = rasterise({ under: null, strokes: centred });
  const centre = centreOfMass(pixels);
  if (centre === null) return drawing;
  const reachX = scale * (ink.right - ink.left) / 2, reachY = scale * (ink.bottom - ink.top) / 2;
  const strokes = moved(centred, {
    scale: 1,
    x: shiftFor(centre.x, reachX),
    y: shiftFor(centre.y, reachY),
  });
  return {
    under: null,
    strokes: strokes.map(({ points, eraser }) => ({ points: points.map(Math.round), eraser: Math.round(eraser) })),
  };
}

/** Where the mean of an image's ink lies, pixels from the upper left corner; null for an empty image. */
export function centreOfMass(pixels: Uint8Array): { x: number; y: number } | null {
  let mass = 0, x = 0, y = 0;
  for (let i = 0; i < pixels.length; i++) {
    mass += pixels[i];
    x += pixels[i] * (i % SIDE + 0.5);
    y += pixels[i] * (Math.floor(i / SIDE) + 0.5);
  }
  return mass === 0 ? null : { x: x / mass, y: y / mass };
}

/** How far to move, in units, so that the centre of mass comes to the middle and ink that reaches so far stays inside. */
function shiftFor(centre: number, reach: number): number {
  const room = Math.max(0, (SIDE - INK) / 2 * UNITS - reach);
  return Math.min(room, Math.max(-room, (SIDE / 2 - centre) * UNITS));
}

function moved(strokes: readonly Stroke[], { scale, x, y }: { scale: number; x: number; y: number }): Stroke[] {
  return strokes.map(({ points, eraser }) => ({
    points: points.map((value, i) => value * scale + (i % 2 === 0 ? x : y)),
    eraser: eraser * scale,
  }));
}

/** The smallest box around the points of the ink that no eraser has removed, in units; null without any. */
function boxOf(strokes: readonly Stroke[], pixels: Uint8Array) {
  let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
  const pixel = (units: number) => Math.min(SIDE - 1, Math.max(0, Math.floor(units / UNITS)));
  for (const { points, eraser } of strokes) {
    if (eraser !== 0) continue;
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i], y = points[i + 1];
      if (pixels[pixel(y) * SIDE + pixel(x)] === 0) continue;
      left = Math.min(left, x), right = Math.max(right, x);
      top = Math.min(top, y), bottom = Math.max(bottom, y);
    }
  }
  return left > right ? null : { left, right, top, bottom };
}

/** Writes each pixel's squared distance to a line into `nearest`, `[784]`, but at most reach². */
function measure(nearest: Float64Array, points: readonly number[], reach: number): void {
  nearest.fill(reach * reach);
  for (let i = 0; i < points.length; i += 2) {
    const from = Math.max(0, i - 2); // a single point is a line without length
    measureSegment(nearest, [points[from], points[from + 1], points[i], points[i + 1]], reach);
  }
}

function measureSegment(nearest: Float64Array, ends: [number, number, number, number], reach: number): void {
  const [ax, ay, bx, by] = ends.map((units) => units / UNITS - 0.5); // a pixel's middle is a whole number
  const left = Math.max(0, Math.ceil(Math.min(ax, bx) - reach));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.ceil(Math.min(ay, by) - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(ay, by) + reach));
  const dx = bx - ax, dy = by - ay, length2 = dx * dx + dy * dy;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length2));
      const offX = x - ax - along * dx, offY = y - ay - along * dy;
      const distance2 = offX * offX + offY * offY;
      if (distance2 < nearest[y * SIDE + x]) nearest[y * SIDE + x] = distance2;
    }
  }
}
