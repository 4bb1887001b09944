/**
 * The runs of a sweep: a measure over one setting, and over two.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { TopLevelSpec } from "vega-lite";
import { median } from "../../../lib/analysis/across/figures.ts";
import { DASHES } from "./badges.ts";
import { spreadApart, widthOf, withRim } from "./direct_labels.ts";
import { frame } from "./frame.ts";
import { type Axis, encodingOf, toPixels } from "./scale.ts";
import { type Chart, COLOUR, type Reading } from "./theme.ts";

/** A setting and its values, in the order of their axis. */
export interface SettingAxis {
  label: string;
  values: string[];
}

/** A run of a sweep: the value of the setting on the x axis, the line that it belongs to, and the measured number. */
export interface SweepPoint {
  x: string;
  /** The value of the other setting; "" if only one varies. */
  line: string;
  value: number;
  /** The run's title. */
  title: string;
}

/** The angle in degrees of names for which there is no room side by side. */
const SLANT = 35;

/** More lines than this cannot be distinguished by dashes. */
export const MOST_LINES = 8;

/**
 * Median of a measure at each value of a setting, as lines; a dot for each run. The lines' names stand at their ends.
 */
export function measureBySetting(
  points: SweepPoint[],
  { x, lines, title }: { x: SettingAxis; lines: SettingAxis | null; title: string },
): Chart {
  const names = lines?.values ?? [""], letters = Object.values(DASHES);
  const medians = names.map((line) => medianLine(points.filter((point) => point.line === line), x)).filter((line) =>
    line.length
  );
  const values = points.map(({ value }) => value);
  const room = 0.06 * (Math.max(...values) - Math.min(...values)) || 0.02 * Math.abs(values[0]) || 1;
  const axis: Axis = { domain: [Math.min(...values) - room, Math.max(...values) + room] };
  return (width: number): TopLevelSpec => {
    const isWide = width > 500, names = lines ? widthOf(lines.values) + 18 : 12;
    const isCrowded = widthOf(x.values) * x.values.length > width - 48 - names;
    const bottom = isCrowded ? slantedRoom(x.values) : 44;
    const { plot, view } = frame(width, { height: (isWide ? 306 : 266) + bottom, right: names, bottom });
    const ofY = toPixels(axis, plot.height, { isUpwards: true });
    const xOf = {
      field: "x",
      type: "ordinal",
      title: x.label,
      scale: { domain: x.values, type: "point", padding: 0.3 },
      axis: { labelAngle: isCrowded ? -SLANT : 0, labelOverlap: false, labelLimit: 0, ticks: false },
    };
    const yOf = { ...encodingOf(axis, { title, axis: { format: ",f" } }), field: "value" };
    const ends = medians.map((line) => line.at(-1)!), isOneColumn = ends.every(({ x }) => x === ends[0].x);
    const labels = spreadApart(ends.map(({ value }) => ofY(value)), { apart: 16, from: 0, to: plot.height });
    const text = { type: "text", align: "left", baseline: "middle", dx: 10, fontWeight: 600, tooltip: false };
    return {
      ...view,
      layer: [
        ...medians.map((line, i) => ({
          data: { values: line },
          mark: { type: "line", strokeDash: letters[i % letters.length], tooltip: false },
          encoding: { x: xOf, y: yOf },
        })),
        {
          data: { values: points },
          mark: { type: "circle", size: 46, opacity: 0.5, color: COLOUR.ink, tooltip: false },
          encoding: { x: xOf, y: yOf },
        },
        ...(lines ? ends : []).flatMap((end, i) => {
          const y = isOneColumn ? labels[i] : ofY(end.value);
          const place = { field: "y", type: "quantitative", scale: null, axis: null };
          return withRim(text, {
            data: { values: [{ ...end, y }] },
            encoding: { x: xOf, y: place, text: { field: "line" } },
          });
        }),
      ],
    } as TopLevelSpec;
  };
}

/** Pixels below the plot for names that stand at {@linkcode SLANT} degrees, and for the title below them. */
function slantedRoom(names: string[]): number {
  return Math.max(84, 44 + Math.ceil(widthOf(names) * Math.sin(SLANT * Math.PI / 180)));
}

/** The median at each value that has runs, in the order of the axis. */
function medianLine(points: SweepPoint[], { values }: SettingAxis): SweepPoint[] {
  return values.flatMap((x) => {
    const here = points.filter((point) => point.x === x), value = median(here.map(({ value }) => value));
    return value === null ? [] : [{ ...here[0], value }];
  });
}

/** What a pointer reads: the nearest run. */
export function sweepReading(points: SweepPoint[], text: (value: number) => string): Reading {
  return {
    by: "point",
    series: [{
      label: "",
      points: points.map(({ x, value, title }) => ({ x, y: value, text: `${title}: ${text(value)}` })),
    }],
  };
}
