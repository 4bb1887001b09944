/**
 * The losses of all steps as a chart: logarithmic, each part with its name at its end, changes of settings at their steps.
 * The curves of a second model are dashed.
 *
 * Draws text from numbers. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { logTicks, shareOf, spread, stepTicks, tickText } from "./scale.ts";
import { curve, type Ink, rule, type Size, svg, text, widthOf } from "./svg.ts";

/** One curve. */
export interface LossCurve {
  /** What stands at its end. */
  label: string;
  ink: Ink;
  isDashed: boolean;
  /** Losses by step; the first `length` entries are there. Several are added. */
  parts: readonly Float32Array[];
  length: number;
}

/** What is drawn. */
export interface LossChart {
  /** The most important curve first: it lies above the others. */
  curves: readonly LossCurve[];
  /** The steps that the entries stand for: entry i is step `stride` · (i + 1). */
  stride?: number;
  marks: readonly { step: number; text: string }[];
}

/** Sizes in pixels. */
const LEFT = 48, TOP = 8, BOTTOM = 19, LABEL_GAP = 14, LABEL_ROOM = 8;
/** The first steps have room for so many. */
const LEAST_STEPS = 60;
/** The axis ends this much below the largest value, at most: what is smaller is drawn at its end. */
const DEEPEST = 1e-4;
/** Of each part of the axis that becomes a point, at most so many steps are averaged. */
const MOST_AVERAGED = 64;
/** Changes that are marked, the last ones, and the distance of their labels. */
const MOST_MARKS = 12, MARK_DISTANCE = 64;

/** The chart as SVG; how to begin if no step was taken. */
export function lossesSvg({ curves, stride = 1, marks }: LossChart, size: Size): string {
  const right = Math.max(...curves.map(({ label }) => widthOf(label)), 40) + LABEL_ROOM;
  const plot = { left: LEFT, right: size.width - right, top: TOP, bottom: size.height - BOTTOM };
  const width = Math.max(1, plot.right - plot.left), height = Math.max(1, plot.bottom - plot.top);
  const axis = rule("axis", [plot.left, plot.bottom, plot.right, plot.bottom]);
  const length = Math.max(0, ...curves.map(({ length }) => length));
  if (length === 0) {
    const begin = text("Press Train: the loss of each step appears here.", { x: plot.left, y: size.height / 2 });
    return svg(size, [axis, begin]);
  }
  const stepsPerPoint = Math.ceil(length / Math.ceil(width)); // one point for each pixel, at most
  const points = curves.map((curve) => averaged(curve, stepsPerPoint));
  const scale = scaleOf(points);
  const last = Math.max(LEAST_STEPS, length * stride);
  const x = (step: number) => plot.left + step / last * width;
  const y = (value: number) => plot.bottom - shareOf(value, scale) * height;
  const lines = curves.map(({ ink, isDashed }, i) =>
    curve(
      points[i].map(({ entry, value }) => value > 0 ? [x(stride * entry), y(value)] : null),
      { ink, isDashed, isThin: i > 0 },
    )
  );
  const ends = curves.map((_, i) => y(endOf(points[i])));
  const places = spread(ends, { gap: LABEL_GAP, min: plot.top, max: plot.bottom });
  return svg(size, [
    ...logTicks(scale, { most: Math.max(2, Math.floor(height / 22)) }).flatMap((tick) => [
      rule("grid", [plot.left, y(tick), plot.right, y(tick)]),
      text(tickText(tick), { x: plot.left - 6, y: y(tick) + 4, anchor: "end" }),
    ]),
    axis,
    ...stepTicks(last, { most: Math.max(2, Math.floor(width / 60)) }).map((step) =>
      text(step === 0 ? "step 0" : tickText(step), {
        x: Math.min(x(step), plot.right),
        y: size.height - 5,
        anchor: step === 0 ? "start" : x(step) > plot.right - 14 ? "end" : "middle",
      })
    ),
    ...markParts(marks, { x, plot }),
    ...lines.reverse(),
    ...curves.map(({ label, ink }, i) => text(label, { x: plot.right + LABEL_ROOM, y: places[i] + 4, ink })),
  ]);
}

/** A curve's point: the mean of some steps. */
interface Point {
  /** Where it stands: the middle of its steps, counted from 1. */
  entry: number;
  value: number;
}

/** Points of a curve, each the mean of the finite values of `size` steps; NaN where there is none. */
function averaged({ parts, length }: Pick<LossCurve, "parts" | "length">, size: number): Point[] {
  const stride = Math.max(1, Math.floor(size / MOST_AVERAGED));
  const points: Point[] = [];
  for (let from = 0; from < length; from += size) {
    const to = Math.min(length, from + size);
    let sum = 0, used = 0;
    for (let i = from; i < to; i += stride) {
      let value = 0;
      for (const part of parts) value += part[i];
      if (Number.isFinite(value)) {
        sum += value;
        used++;
      }
    }
    points.push({ entry: (from + 1 + to) / 2, value: sum / used });
  }
  return points;
}

/** An axis for all curves: single small values, such as a part that is nearly 0 in a few steps, are left below it. */
function scaleOf(curves: readonly Point[][]): { from: number; to: number } {
  let from = Infinity, to = 0;
  for (const points of curves) {
    const values = points.map(({ value }) => value).filter((value) => value > 0).sort((a, b) => a - b);
    if (values.length === 0) continue;
    from = Math.min(from, values[Math.floor(values.length / 25)]);
    to = Math.max(to, values.at(-1)!);
  }
  if (to === 0) return { from: 0.1, to: 1 };
  return { from: Math.max(from * 0.85, to * DEEPEST), to: to * 1.12 };
}

/** The last value above 0; where the label stands. */
function endOf(points: readonly Point[]): number {
  return points.findLast(({ value }) => value > 0)?.value ?? 0;
}

function markParts(
  marks: LossChart["marks"],
  { x, plot }: { x(step: number): number; plot: { left: number; right: number; top: number; bottom: number } },
): string[] {
  let labelled = -Infinity;
  return marks.slice(-MOST_MARKS).flatMap(({ step, text: words }) => {
    const at = x(step), isNearEnd = at + widthOf(words) > plot.right;
    const line = rule("mark", [at, plot.top, at, plot.bottom]);
    if (at - labelled < MARK_DISTANCE) return [line];
    labelled = at;
    return [
      line,
      text(words, { x: at + (isNearEnd ? -4 : 4), y: plot.top + 8, anchor: isNearEnd ? "end" : "start", isHalo: true }),
    ];
  });
}
