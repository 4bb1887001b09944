/**
 * A figure of groups of runs after training and before it, a row for each group: how alike dictionaries of several random seeds are.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { rowLabels, withRim } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

/** A figure from 0 to 1 of one group of random seeds; null if it is not known. */
export interface BeforeAfter {
  /** Unique among the rows. */
  name: string;
  after: number | null;
  before: number | null;
}

/** How a figure is written. */
export interface FigureWords {
  /** The horizontal axis. */
  title: string;
  /** Of d3, for the axis. */
  format: string;
  text(value: number): string;
}

/** Room for numbers beside the dots at 0 and 1, in units of the axis. */
const ROOM = 0.2;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
/** Pixels above the rows for what the dots are. */
const KEY = 26;

/** A row for each group: a filled dot after training, an open one before training. */
export function beforeAfter(rows: BeforeAfter[], { title, format, text }: FigureWords): Chart {
  const values = rows.map((row) => ({
    ...row,
    afterText: row.after === null ? "" : text(row.after),
    beforeText: row.before === null ? "" : text(row.before),
    isRisen: (row.after ?? 0) >= (row.before ?? 0),
  }));
  return (width: number): TopLevelSpec => {
    const labels = rowLabels(rows.map(({ name }) => name), width), y = labels.channel;
    const { view } = frame(width, {
      height: labels.row * rows.length + 52 + KEY,
      left: labels.left,
      top: KEY,
      right: 8,
    });
    const x = {
      type: "quantitative",
      title,
      scale: { domain: [-ROOM, 1 + ROOM], nice: false },
      axis: { format, values: TICKS, grid: true },
    };
    const dots = (field: "after" | "before") => ({
      transform: [{ filter: `isValid(datum.${field})` }],
      mark: {
        type: "point",
        filled: true,
        size: 75,
        strokeWidth: 1.75,
        opacity: 1,
        tooltip: false,
        ...(field === "after"
          ? { fill: COLOUR.ink, stroke: COLOUR.ink }
          : { fill: COLOUR.paper, stroke: COLOUR.muted }),
      },
      encoding: { x: { ...x, field }, y },
    });
    const numbers = (field: "after" | "before", isRight: boolean) =>
      withRim({
        type: "text",
        align: isRight ? "left" : "right",
        baseline: "middle",
        dx: isRight ? 9 : -9,
        fontWeight: field === "after" ? 600 : 400,
        color: field === "after" ? COLOUR.ink : COLOUR.muted,
        tooltip: false,
      }, {
        transform: [{ filter: `isValid(datum.${field}) && datum.isRisen === ${isRight === (field === "after")}` }],
        encoding: { x: { ...x, field }, y, text: { field: `${field}Text` } },
      });
    return {
      ...view,
      data: { values },
      layer: [
        {
          transform: [{ filter: "isValid(datum.before) && isValid(datum.after)" }],
          mark: { type: "rule", color: COLOUR.ruleStrong, tooltip: false },
          encoding: { x: { ...x, field: "before" }, x2: { field: "after" }, y },
        },
        dots("before"),
        dots("after"),
        ...[true, false].flatMap((isRight) => [...numbers("after", isRight), ...numbers("before", isRight)]),
        ...keyLayers(),
        ...labels.layers,
      ],
    } as TopLevelSpec;
  };
}

/** What the dots are, above the first row. */
function keyLayers(): object[] {
  const y = { value: -13 },
    words = [{ text: "before training", at: 8, isAfter: false }, { text: "after training", at: 122, isAfter: true }];
  return words.flatMap(({ text, at, isAfter }) => [
    {
      data: { values: [{}] },
      mark: {
        type: "point",
        filled: true,
        size: 60,
        strokeWidth: 1.75,
        opacity: 1,
        tooltip: false,
        ...(isAfter ? { fill: COLOUR.ink, stroke: COLOUR.ink } : { fill: COLOUR.paper, stroke: COLOUR.muted }),
      },
      encoding: { x: { value: at }, y },
    },
    {
      data: { values: [{}] },
      mark: {
        type: "text",
        align: "left",
        baseline: "middle",
        fontWeight: isAfter ? 600 : 400,
        color: isAfter ? COLOUR.ink : COLOUR.muted,
        tooltip: false,
      },
      encoding: { x: { value: at + 9 }, y, text: { value: text } },
    },
  ]);
}

/** What a pointer reads: the figure after and before training of the nearest dot. */
export function beforeAfterReading(rows: BeforeAfter[], { text }: FigureWords): Reading {
  const points = (field: "after" | "before") =>
    rows.flatMap((row) => {
      const value = row[field];
      return value === null ? [] : [{ x: value, y: row.name, text: `${row.name}: ${text(value)} ${field} training` }];
    });
  return {
    by: "point",
    series: [{ label: "", points: points("after") }, { label: "", colour: "muted", points: points("before") }],
  };
}
