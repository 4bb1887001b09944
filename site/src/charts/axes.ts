/**
 * Axes of the charts of a run: steps, epochs, losses; and the values at which labels beside the ends of lines stand.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { spreadApart } from "./direct_labels.ts";
import { logAxis } from "./scale.ts";
import { COLOUR, DIRECT_LABEL } from "./theme.ts";

/** Pixels of a chart that are not the plot: the axis and its title above and below. */
export const AXES = 56;

/** Height of a label with the space to the next, in pixels. */
const LINE = 15;

/** An axis as far as labels depend on it. */
export interface LabelledAxis {
  domain: [low: number, high: number];
  /** Pixels from the domain's low end to its high end. */
  height: number;
  isLog?: boolean;
}

/**
 * The values at which labels stand: each near its own, at least a line apart, within the axis.
 *
 * @param values Where each label would stand alone, in the axis's units.
 * @returns As many, in the same order.
 *
 * @example
 * ```ts
 * import { spreadLabels } from "./axes.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(spreadLabels([10, 50], { domain: [0, 100], height: 100 }), [10, 50]);
 * assert.deepEqual(spreadLabels([50, 51], { domain: [0, 100], height: 100 }), [43, 58]);
 * ```
 */
export function spreadLabels(values: number[], { domain: [low, high], height, isLog = false }: LabelledAxis): number[] {
  const on = isLog ? Math.log : Number, off = isLog ? Math.exp : Number;
  const scale = height / (on(high) - on(low));
  const places = values.map((value) => (on(value) - on(low)) * scale);
  return spreadApart(places, { apart: LINE, from: 0, to: height }).map((place) => off(on(low) + place / scale));
}

/** Epochs from 0, the untrained model, to the last. */
export function epochAxis(last: number) {
  return {
    field: "epoch",
    type: "quantitative" as const,
    title: "epoch",
    scale: { domain: [0, last], nice: false },
    axis: { tickMinStep: 1, tickCount: Math.min(last, 10), format: "d" },
  };
}

/** Training steps from 0 to the last of the rows. */
export function stepAxis(rows: { step: number }[]) {
  return {
    field: "step",
    type: "quantitative" as const,
    title: "training step",
    scale: { domain: [0, rows.at(-1)!.step], nice: false },
    axis: { tickCount: 5, format: ",d" },
  };
}

/** A label at the right of the plot. */
export function endLabel({ y, label, colour }: { y: number; label: string; colour: string }) {
  return {
    data: { values: [{}] },
    mark: { type: "text" as const, ...DIRECT_LABEL, color: colour },
    encoding: {
      x: { value: "width" as const },
      y: { datum: y, type: "quantitative" as const },
      text: { value: label },
    },
  };
}

/** Two bands of the latents, light within dark, and the line of their median: fields of the rows, on the chart's own axes. */
export function medianWithBands<X extends object, Y extends object>(
  { x, y, light, dark }: { x: X; y: Y; light: [low: string, high: string]; dark: [low: string, high: string] },
) {
  const band = ([low, high]: [string, string], opacity: number) => ({
    mark: { type: "area" as const, color: COLOUR.active, opacity },
    encoding: { x, y: { ...y, field: low }, y2: { field: high } },
  });
  return [
    band(light, 0.16),
    band(dark, 0.3),
    {
      mark: { type: "line" as const, color: COLOUR.active, strokeWidth: 2 },
      encoding: { x, y: { ...y, field: "median" } },
    },
  ];
}

/** A dashed line at a target. */
export function targetRule(target: number) {
  return {
    data: { values: [{}] },
    mark: { type: "rule" as const, color: COLOUR.target, strokeDash: [6, 4], strokeWidth: 1.5 },
    encoding: { y: { datum: target } },
  };
}

/** A vertical axis of losses. */
export function lossAxis({ domain, isLog, title }: { domain: [number, number]; isLog: boolean; title: string }) {
  return {
    type: "quantitative" as const,
    title,
    scale: isLog ? { type: "log" as const, domain, nice: false } : { domain, nice: false, zero: false },
    axis: isLog ? logAxis(domain) : { format: ",f", tickCount: 5 },
  };
}

/** A domain with a little room at both ends; of a single value, around it. */
export function padded([low, high]: [number, number], isLog: boolean): [number, number] {
  if (low === high) return low === 0 ? [0, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  if (isLog) {
    const margin = (high / low) ** 0.04;
    return [low / margin, high * margin];
  }
  const margin = 0.04 * (high - low);
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}
