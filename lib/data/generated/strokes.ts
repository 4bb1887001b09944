/**
 * The shapes of the ten digits as a pen would draw them: a few ways of writing each, flattened to points.
 *
 * Knows nothing of pixels or chance: `digits.ts` bends, places and inks these shapes. Imports nothing. PORTABLE: no Deno,
 * no Node, no tfjs.
 *
 * @module
 */

/** One way of writing a digit: its strokes as points about evenly spaced, on the unit square, y downwards. */
export interface Glyph {
  /** `[count, 2]`, row-major: x and y of each point. */
  points: Float64Array;
  /** How many points. */
  count: number;
  /** `[count]`: 1 if the pen is set down anew, so that no line leads here from the point before. */
  isStart: Uint8Array;
}

type Point = readonly [x: number, y: number];

/**
 * Every digit's ways of writing. Each string is one stroke: a smooth curve through `x,y` points on a grid of 100 by 100,
 * y downwards. A corner ends one stroke and begins the next; a stroke that ends where it began is a closed loop.
 */
const WRITINGS: string[][][] = [
  [ // 0: round, narrow, begun with a hook
    ["50,0 27,10 13,36 13,64 27,90 50,100 73,90 87,64 87,36 73,10 50,0"],
    ["50,0 31,14 23,50 31,86 50,100 69,86 77,50 69,14 50,0"],
    ["66,8 42,3 20,22 12,56 25,90 50,100 76,86 87,52 77,18 58,3 42,16"],
  ],
  [ // 1: bare, bare and bowed, with a flag, with flag and foot
    ["50,0 50,100"],
    ["46,0 52,50 48,100"],
    ["32,24 52,0", "52,0 52,100"],
    ["30,24 52,0", "52,0 52,100", "26,100 78,100"],
  ],
  [ // 2: straight foot, looped foot, low foot with a wave
    ["14,24 26,6 50,0 74,9 79,29 66,52 40,77 12,100", "12,100 90,100"],
    ["16,24 30,5 54,0 76,13 76,36 58,64 34,88 16,94 10,82 26,76 48,86 68,97 94,90"],
    ["12,14 38,1 70,3 80,18 58,52 12,96", "12,96 40,92 66,96 94,100"],
  ],
  [ // 3: two bows, flat top, one line with a knot
    ["16,12 40,0 66,4 76,22 64,40 40,47", "40,47 66,52 81,71 70,93 42,100 12,90"],
    ["16,2 78,2", "78,2 44,40", "44,40 70,46 83,68 72,91 44,100 12,91"],
    ["18,12 44,0 70,9 72,30 52,45 36,48 42,53 66,56 80,75 64,96 38,100 12,90"],
  ],
  [ // 4: closed, open and angular, open and round
    ["64,0 10,66", "10,66 92,66", "64,0 64,100"],
    ["24,2 14,54", "14,54 88,50", "74,0 68,100"],
    ["22,4 12,36 26,54 54,51 76,36", "78,0 74,50 66,100"],
  ],
  [ // 5: angular, begun low with a long bar, smooth like an S
    ["82,0 28,0", "28,0 22,45", "22,45 48,37 75,45 85,67 74,91 46,100 14,92"],
    ["32,8 22,46", "22,46 54,45 76,58 76,82 52,99 14,97", "32,8 94,0"],
    ["86,3 50,1 31,12 27,33 40,46 64,54 79,70 71,91 46,100 16,93"],
  ],
  [ // 6: slim, curled, straight-backed
    ["66,0 40,18 20,48 15,76 30,97 54,99 74,86 75,67 58,55 36,61 18,80"],
    ["80,9 60,0 36,13 19,46 19,80 42,100 70,92 80,71 66,53 42,53 21,70"],
    ["46,0 28,36 18,74 32,98 58,96 72,78 62,62 42,62 20,80"],
  ],
  [ // 7: angular, barred, with a serif and a bent stem
    ["12,3 84,2", "84,2 42,100"],
    ["12,3 86,2", "86,2 42,100", "36,52 82,48"],
    ["12,20 15,2", "15,2 86,4", "86,4 64,38 50,70 46,100"],
  ],
  [ // 8: one crossing line, two loops, open at the top
    ["50,48 28,33 27,12 50,0 73,12 72,33 50,48 26,66 24,88 50,100 76,88 74,66 50,48"],
    ["50,46 31,37 27,17 50,0 73,17 69,37 50,46", "50,46 26,56 20,78 50,100 80,78 74,56 50,46"],
    ["82,4 56,0 32,9 31,28 50,46 70,63 72,86 50,100 27,88 33,65 56,44 84,6"],
  ],
  [ // 9: straight stem, curled tail, slanting stem
    ["76,20 56,2 32,8 20,30 32,49 54,46 76,20", "80,4 76,52 70,100"],
    ["80,22 60,2 34,6 19,28 33,50 58,45 80,22", "80,22 80,58 66,90 42,100 20,91"],
    ["72,14 50,0 27,16 25,38 46,47 72,14", "76,4 60,50 46,100"],
  ],
];

/** Distance between neighbouring points on the grid: short enough for round bows, long enough to be drawn quickly. */
const STEP = 8;

/** The glyphs of digit 0 … 9, `[10][variants]`. */
export const GLYPHS: readonly (readonly Glyph[])[] = WRITINGS.map((variants) => variants.map(flattenGlyph));

function flattenGlyph(strokes: string[]): Glyph {
  const curves = strokes.map((stroke) => flattenCurve(parsePoints(stroke)));
  const points = curves.flat();
  return {
    points: Float64Array.from(points.flat().map((value) => value / 100)),
    count: points.length,
    isStart: Uint8Array.from(curves.flatMap((curve) => curve.map((_, i) => Number(i === 0)))),
  };
}

function parsePoints(stroke: string): Point[] {
  return stroke.split(" ").map((pair) => {
    const [x, y] = pair.split(",").map(Number);
    return [x, y];
  });
}

/** A smooth curve through the points (Catmull and Rom 1974), as points about STEP apart. */
function flattenCurve(points: Point[]): Point[] {
  const last = points.length - 1;
  const [first, final] = [points[0], points[last]];
  const isClosed = first[0] === final[0] && first[1] === final[1];
  const before = isClosed ? points[last - 1] : reflect(points[1], first);
  const after = isClosed ? points[1] : reflect(points[last - 1], final);
  const guides = [before, ...points, after];
  const curve = [first];
  for (let i = 0; i < last; i++) {
    const [a, b, c, d] = guides.slice(i, i + 4);
    const pieces = Math.ceil(Math.hypot(c[0] - b[0], c[1] - b[1]) / STEP);
    for (let piece = 1; piece <= pieces; piece++) {
      const t = piece / pieces;
      curve.push([catmullRom(a[0], b[0], c[0], d[0], t), catmullRom(a[1], b[1], c[1], d[1], t)]);
    }
  }
  return curve;
}

/** The point as far beyond `end` as `point` is before it, so that the curve leaves its end straight. */
function reflect(point: Point, end: Point): Point {
  return [2 * end[0] - point[0], 2 * end[1] - point[1]];
}

/** One coordinate between b (t = 0) and c (t = 1), with slopes (c − a)/2 and (d − b)/2. */
function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
