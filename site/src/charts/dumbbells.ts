/**
 * Pairs of values, a line a pair: what is measured as a filled dot, what it is compared with as an open one.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Chart, COLOUR, type Reading, WIDE } from "./theme.ts";

/** A pair; a value is null if it could not be measured. */
export interface Pair {
  name: string;
  value: number | null;
  compared: number | null;
}

/** What the dots are. */
export interface PairWords {
  /** The horizontal axis. */
  title: string;
  /** The filled dots. */
  value: string;
  /** The open dots. */
  compared: string;
  /** Text of a value. */
  text(value: number): string;
}

const LINE = 26;
/** Room for numbers beside the outermost dots, in pixels. */
const ROOM = 42;
/** Letters of a name are about this wide, in pixels. */
const LETTER = 7;
/** Letters of a name; a longer one is cut. */
const MOST_NAME = 18;
/** A pair whose gap is at least this share of the range of values has room for both names between its dots. */
const WIDE_GAP = 0.5;

/** See the module comment. Values are shares: the axis has per cent. */
export function pairChart(pairs: Pair[], { title, value, compared, text }: PairWords): Chart {
  const rows = pairs.map((pair) => ({
    ...pair,
    name: shortName(pair.name),
    valueText: pair.value === null ? "" : text(pair.value),
    comparedText: pair.compared === null ? "" : text(pair.compared),
  }));
  const whole = rows.filter((row) => row.value !== null && row.compared !== null);
  const widest = whole.toSorted((a, b) => gap(b) - gap(a))[0];
  const all = rows.flatMap((row) => [row.value, row.compared]).filter((value) => value !== null);
  const hasRoom = widest !== undefined && gap(widest) >= WIDE_GAP * (Math.max(...all) - Math.min(...all));
  const nameWidth = Math.max(...rows.map(({ name }) => name.length)) * LETTER + 14;
  return (width) => {
    const y = {
      field: "name",
      type: "ordinal" as const,
      sort: null,
      title: null,
      axis: { minExtent: nameWidth, maxExtent: nameWidth, labelLimit: 2 * nameWidth, labelColor: COLOUR.ink },
    };
    const x = {
      type: "quantitative" as const,
      title,
      scale: { zero: false, nice: false, padding: ROOM },
      axis: { format: "%", grid: true, tickCount: width >= WIDE ? 8 : 4 },
    };
    const dots = (field: "value" | "compared", mark: object) => ({
      transform: [{ filter: `isValid(datum.${field})` }],
      mark: { type: "point" as const, size: 70, opacity: 1, strokeWidth: 1.75, ...mark },
      encoding: { x: { ...x, field }, y },
    });
    const numbers = (field: "value" | "compared", isRight: boolean) => ({
      transform: [{
        filter: field === "value"
          ? (isRight ? "!(datum.value < datum.compared)" : "datum.value < datum.compared")
          : (isRight ? "datum.compared > datum.value" : "!(datum.compared > datum.value)"),
      }, { filter: `isValid(datum.${field})` }],
      mark: {
        type: "text" as const,
        align: isRight ? "left" as const : "right" as const,
        dx: isRight ? 9 : -9,
        fontWeight: field === "value" ? 600 as const : 400 as const,
        color: field === "value" ? COLOUR.active : COLOUR.muted,
      },
      encoding: { x: { ...x, field }, y, text: { field: `${field}Text` } },
    });
    return {
      width,
      height: LINE * pairs.length + 62,
      padding: { left: 0, right: 8, top: 18, bottom: 4 },
      data: { values: rows },
      layer: [
        {
          transform: [{ filter: "isValid(datum.value) && isValid(datum.compared)" }],
          mark: { type: "rule", color: COLOUR.active, opacity: 0.5 },
          encoding: { x: { ...x, field: "compared" }, x2: { field: "value" }, y },
        },
        dots("compared", { filled: true, fill: COLOUR.paper, stroke: COLOUR.muted }),
        dots("value", { filled: true, fill: COLOUR.active, stroke: COLOUR.active }),
        ...[true, false].flatMap((isRight) => [numbers("value", isRight), numbers("compared", isRight)]),
        ...(widest
          ? (["value", "compared"] as const).map((field) =>
            nameOfDots(widest, { field, text: field === "value" ? value : compared, hasRoom, x, y })
          )
          : []),
      ],
    };
  };
}

function gap({ value, compared }: Pair): number {
  return Math.abs(value! - compared!);
}

/** What the dots are, above those of the pair with the widest gap: between them, or away from each other. */
function nameOfDots(
  pair: Pair,
  { field, text, hasRoom, x, y }: { field: "value" | "compared"; text: string; hasRoom: boolean; x: object; y: object },
) {
  const isRight = field === "value" ? pair.value! >= pair.compared! : pair.compared! > pair.value!;
  return {
    data: { values: [pair] },
    mark: {
      type: "text" as const,
      dy: -13,
      align: isRight === hasRoom ? "right" as const : "left" as const,
      dx: isRight === hasRoom ? 5 : -5,
      fontWeight: field === "value" ? 600 as const : 400 as const,
      color: field === "value" ? COLOUR.active : COLOUR.muted,
    },
    encoding: { x: { ...x, field }, y, text: { value: text } },
  };
}

function shortName(name: string): string {
  return name.length > MOST_NAME ? `${name.slice(0, MOST_NAME - 1)}…` : name;
}

/** Both values of a pair, for a reader who points at one. */
export function pairReading(pairs: Pair[], { value, compared, text }: PairWords): Reading {
  const points = (field: "value" | "compared", word: string) =>
    pairs.flatMap((pair) =>
      pair[field] === null
        ? []
        : [{ x: pair[field], y: shortName(pair.name), text: `${pair.name}: ${word} ${text(pair[field])}` }]
    );
  return {
    by: "point",
    series: [
      { label: "", colour: "active", points: points("value", value) },
      { label: "", colour: "muted", points: points("compared", compared) },
    ],
  };
}
