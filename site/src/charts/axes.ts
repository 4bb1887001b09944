/**
 * Vertical axes: values at which labels beside the ends of lines stand, and the numbers on a logarithmic axis.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { spreadApart } from "./direct_labels.ts";

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

/** Leading digits of the numbers on a logarithmic axis, from few to many. */
const DIGITS = [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]];

/**
 * Numbers for a logarithmic axis: powers of ten, or more in between where fewer than three lie on the axis.
 *
 * @example
 * ```ts
 * import { logTicks } from "./axes.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(logTicks([0.0078, 0.07]), [0.01, 0.02, 0.05]);
 * assert.deepEqual(logTicks([0.001, 1]), [0.001, 0.01, 0.1, 1]);
 * ```
 */
export function logTicks([low, high]: [low: number, high: number]): number[] {
  const decades: number[] = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.log10(high); e++) decades.push(e);
  const within = (digits: number[]) =>
    decades.flatMap((e) => digits.map((digit) => Number(`${digit}e${e}`))).filter((tick) =>
      tick >= low && tick <= high
    );
  return DIGITS.map(within).find((ticks) => ticks.length >= 3) ?? evenTicks(low, high);
}

/** Multiples of a power of ten, or of half or a fifth of one: at least three within the axis, which is nearly linear there. */
function evenTicks(low: number, high: number): number[] {
  const power = 10 ** Math.ceil(Math.log10(high - low));
  const multiples = (step: number) => {
    const ticks: number[] = [];
    for (let n = Math.ceil(low / step); n * step <= high; n++) ticks.push(Number((n * step).toPrecision(12)));
    return ticks;
  };
  return [1, 2, 5, 10, 20, 50].map((parts) => multiples(power / parts)).find((ticks) => ticks.length >= 3)!;
}
