/**
 * How a run learned: its loss by step, the total drawn over its parts.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { count, figure } from "../format.ts";
import { partTitle } from "../run/learning_text.ts";
import type { LossPart, LossRow, StepLosses } from "../run/losses.ts";
import { AXES, endLabel, lossAxis, padded, spreadLabels, stepAxis } from "./axes.ts";
import { type Chart, COLOUR, DIRECT_LABEL, type Reading, WIDE } from "./theme.ts";

/** Height of a line of labels, in pixels. */
const LINE = 16;
const PADDING = { left: 0, right: 8, top: 4, bottom: 4 };
/** Width of the labels at the right of the wide chart, which a small panel below leaves free, so that the plots are equally wide. */
const LABELS = 96;

/** The total loss by step over its large parts, whose lines are wide and pale. */
export function lossBySteps({ rows, parts, isLog }: StepLosses, { symbol }: { symbol: string | null }): Chart {
  const large = parts.filter((part) => part.isLarge);
  const series = [
    { field: "total", label: "total", colour: COLOUR.ink },
    ...(parts.length > 0 ? [{ field: "reconstruction", label: "reconstruction", colour: COLOUR.recon }] : []),
    ...large.map(({ field }) => ({ field, label: partTitle(field, { symbol }), colour: COLOUR.muted })),
  ] as { field: keyof LossRow; label: string; colour: string }[];
  const drawn = series.map(({ field }) => field);
  return (width) => {
    const height = width >= WIDE ? 320 : 250;
    const corner = width >= WIDE
      ? null
      : cornerOf(rows, { drawn, isLog, share: series.length * LINE / (height - AXES) });
    const domain = corner?.domain ?? stepDomain(rows, drawn, isLog);
    const y = lossAxis({ domain, isLog, title: isLog ? "loss of a step (log scale)" : "loss of a step" });
    const lines = series.toReversed().map(({ field, colour }) => ({
      mark: field === "total"
        ? { type: "line" as const, color: colour, strokeWidth: 1.25, clip: true }
        // A round end draws a value that stands alone between two that are left out.
        : {
          type: "line" as const,
          color: colour,
          strokeWidth: 5,
          strokeCap: "round" as const,
          opacity: 0.4,
          clip: true,
        },
      encoding: { x: stepAxis(rows), y: { ...y, field } },
    }));
    const ends = series.map(({ field }) => clamp(rows.at(-1)![field], domain));
    const places = spreadLabels(ends, { domain, height: height - AXES, isLog });
    const labels = series.map(({ label, colour, field }, i) =>
      corner === null ? endLabel({ y: places[i], label, colour }) : cornerLabel({
        line: corner.isTop ? i : series.length - 1 - i,
        isTop: corner.isTop,
        label: `${label}: ${field === "total" ? "thin" : "wide"} line`,
        colour,
      })
    );
    return {
      width,
      height,
      padding: PADDING,
      data: { values: rows.map((row) => isLog ? withoutZeros(row, drawn) : row) },
      layer: [...lines, ...labels],
    };
  };
}

/** A row for a logarithmic axis, on which 0 has no place: the line has a gap there. */
function withoutZeros(row: LossRow, fields: (keyof LossRow)[]): Record<string, number | null> {
  return { step: row.step, ...Object.fromEntries(fields.map((field) => [field, row[field] > 0 ? row[field] : null])) };
}

/** A part of the loss on a scale of its own. */
export function partBySteps(
  { rows }: StepLosses,
  { field, title }: { field: LossPart["field"]; title: string },
): Chart {
  return (width) => ({
    width,
    height: 150,
    padding: { ...PADDING, right: width >= WIDE ? LABELS : PADDING.right },
    data: { values: rows.map((row) => ({ step: row.step, [field]: row[field] })) },
    mark: { type: "line", color: COLOUR.muted, strokeWidth: 1.25 },
    encoding: {
      x: stepAxis(rows),
      y: { field, type: "quantitative", title, axis: { tickCount: 3, format: ",f" } },
    },
  });
}

/** The values of a step, for a reader who points at one. */
export function stepReading({ rows, parts, isLog }: StepLosses, { symbol }: { symbol: string | null }): Reading {
  const drawn = [
    { label: "total", colour: "ink", field: "total" as const },
    ...(parts.length > 0 ? [{ label: "reconstruction", colour: "recon", field: "reconstruction" as const }] : []),
    ...parts.filter((part) => part.isLarge).map(({ field }) => ({
      label: partTitle(field, { symbol }),
      colour: "muted",
      field,
    })),
  ];
  return {
    by: "x",
    series: drawn.map(({ label, colour, field }) => ({
      label,
      colour,
      points: rows.filter((row) => !isLog || row[field] > 0)
        .map((row) => ({ x: row.step, y: row[field], text: figure(row[field]) })),
    })),
    places: placesOf(rows),
  };
}

/** The values of a small part, for a reader who points at one. */
export function partReading({ rows }: StepLosses, field: LossPart["field"]): Reading {
  const points = rows.map((row) => ({ x: row.step, y: row[field], text: figure(row[field]) }));
  return { by: "x", series: [{ label: "", colour: "muted", points }], places: placesOf(rows) };
}

function placesOf(rows: LossRow[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ step }) => [step, `step ${count(step)}`]));
}

/** A label in a corner of the plot; `line` counts from the corner. */
function cornerLabel({ line, isTop, label, colour }: { line: number; isTop: boolean; label: string; colour: string }) {
  const down = LINE * line + LINE / 2;
  return {
    data: { values: [{}] },
    mark: { type: "text" as const, ...DIRECT_LABEL, align: "right" as const, dx: 0, color: colour },
    encoding: {
      x: { value: "width" as const },
      y: { value: isTop ? down : { expr: `height - ${down}` } },
      text: { value: label },
    },
  };
}

/** A logarithmic axis ends at a thirtieth of the smallest total: a part that is near 0 for a moment must not squeeze the rest. */
const DEEPEST = 30;

function stepDomain(rows: LossRow[], fields: (keyof LossRow)[], isLog: boolean): [number, number] {
  const values = rows.flatMap((row) => fields.map((field) => row[field]));
  const high = Math.max(...values);
  if (!isLog) return padded([Math.min(...values), high], false);
  const least = Math.min(...rows.map(({ total }) => total)) / DEEPEST;
  return padded([Math.max(least, Math.min(...values.filter((value) => value > 0))), high], true);
}

/** Where labels stand on a phone, which has no room beside the plot. */
interface Corner {
  domain: [number, number];
  isTop: boolean;
}

/** Labels take the right part of the plot from this share of the steps on. */
const LABELLED = 0.35;

/**
 * The corner at the right that no line crosses; if both are crossed, the axis is extended until the upper one is free.
 *
 * @param options.share Share of the plot's height that the labels take.
 */
function cornerOf(
  rows: LossRow[],
  { drawn, isLog, share }: { drawn: (keyof LossRow)[]; isLog: boolean; share: number },
): Corner {
  const domain = stepDomain(rows, drawn, isLog), on = isLog ? Math.log : Number, off = isLog ? Math.exp : Number;
  const [low, high] = domain.map(on);
  const right = rows.filter(({ step }) => step >= LABELLED * rows.at(-1)!.step);
  const values = right.flatMap((row) => drawn.map((field) => on(clamp(row[field], domain))));
  const top = Math.max(...values), bottom = Math.min(...values);
  if (top <= high - share * (high - low)) return { domain, isTop: true };
  if (bottom >= low + share * (high - low)) return { domain, isTop: false };
  return { domain: [domain[0], off(low + (top - low) / (1 - share))], isTop: true };
}

function clamp(value: number, [low, high]: [number, number]): number {
  return Math.min(Math.max(value, low), high);
}
