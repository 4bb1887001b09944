/**
 * Scales that are known before a chart is drawn: from values to the plot's pixels, as Vega will place them.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** A linear or logarithmic axis; a domain that falls runs backwards. */
export interface Axis {
  domain: [number, number];
  isLog?: boolean;
}

/**
 * Where a value lies on an axis of so many pixels.
 *
 * @param options.isUpwards Whether pixels are counted from the far end, as on a vertical axis.
 */
export function toPixels(
  { domain, isLog = false }: Axis,
  length: number,
  { isUpwards = false }: { isUpwards?: boolean } = {},
): (value: number) => number {
  const place = (value: number) => isLog ? Math.log(value) : value;
  const [low, high] = domain.map(place), span = high - low || 1;
  return (value) => {
    const at = (place(value) - low) / span * length;
    return isUpwards ? length - at : at;
  };
}

/** The channel of an axis in Vega-Lite, without its field. */
export function encodingOf({ domain, isLog = false }: Axis, rest: object): object {
  const scale = { domain, nice: false, ...(isLog ? { type: "log" } : { zero: false }) };
  return { type: "quantitative", scale, ...rest };
}

/** Fewer ticks than this do not say what a logarithmic axis is. */
const FEWEST_TICKS = 3;

/**
 * Ticks of a logarithmic axis within its domain: 1, 2 and 5 of each power of ten, or 1 and 3 over many powers; over less
 * than a power of ten every digit, or as many round numbers as there is room for.
 */
export function logTicks([low, high]: [number, number]): number[] {
  const from = Math.floor(Math.log10(low)), to = Math.ceil(Math.log10(high));
  const powers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const isInside = (tick: number) => tick >= low * 0.999 && tick <= high * 1.001;
  const ofSteps = (steps: number[]) =>
    powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`))).filter(isInside);
  for (const steps of [...(to - from > 3 ? [[1, 3]] : []), [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    const ticks = ofSteps(steps);
    if (ticks.length >= FEWEST_TICKS) return ticks;
  }
  const exponent = Math.floor(Math.log10((high - low) / FEWEST_TICKS)),
    scale = (high - low) / FEWEST_TICKS / 10 ** exponent;
  const step = [5, 2, 1].find((step) => step <= scale) ?? 1, first = Math.ceil(low / 10 ** exponent / step);
  const count = Math.floor(high / 10 ** exponent / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(`${(first + i) * step}e${exponent}`));
}

/** The axis of a logarithmic scale: its ticks, with equally many decimals if they lie within a power of ten. */
export function logAxis(domain: [number, number]): { values: number[]; format: string } {
  const values = logTicks(domain), isShort = values.at(-1)! < 10 * values[0];
  return { values, format: isShort ? `,.${Math.max(...values.map(decimalsOf))}f` : "~g" };
}

/** Decimals that a number needs to be written whole. */
function decimalsOf(value: number): number {
  const [digits, power] = value.toExponential().split("e");
  return Math.max(0, digits.replace(/^\d\.?/, "").length - Number(power));
}

/** Powers of two within a domain. */
export function powersOfTwo([low, high]: [number, number]): number[] {
  const from = Math.ceil(Math.log2(low)), to = Math.floor(Math.log2(high));
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => 2 ** (from + i));
}
