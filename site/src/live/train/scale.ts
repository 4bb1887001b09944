/**
 * Scales and labels of the live charts: logarithmic axes, their ticks, and places for labels that would overlap.
 *
 * Computes; draws nothing. PORTABLE: no Deno, no Node, no DOM.
 *
 * @module
 */
import { count } from "../../format.ts";

/** A logarithmic axis. */
export interface LogScale {
  /** Its ends, above 0. */
  from: number;
  to: number;
}

/** Where a value stands on an axis: 0 at `from`, 1 at `to`, at the nearer end if it is beyond. */
export function shareOf(value: number, { from, to }: LogScale): number {
  const inside = Math.min(to, Math.max(from, value));
  return Math.log(inside / from) / Math.log(to / from);
}

const WITHIN_DECADE = [1, 2, 5];

/** Round numbers on an axis, ascending: 1, 2 and 5 of each power of ten, or the powers alone if these are too many. */
export function logTicks({ from, to }: LogScale, { most }: { most: number }): number[] {
  const lowest = Math.floor(Math.log10(from)), highest = Math.ceil(Math.log10(to));
  const ticksOf = (mantissas: number[], stride = 1) => {
    const ticks: number[] = [];
    for (let power = lowest; power <= highest; power += stride) {
      for (const mantissa of mantissas) ticks.push(Number(`${mantissa}e${power}`));
    }
    return ticks.filter((tick) => tick >= from && tick <= to);
  };
  for (const ticks of [ticksOf(WITHIN_DECADE), ticksOf([1, 3]), ticksOf([1])]) if (ticks.length <= most) return ticks;
  return ticksOf([1], Math.ceil(ticksOf([1]).length / most));
}

/** Round numbers from 0 to the last step, so many at most. */
export function stepTicks(last: number, { most }: { most: number }): number[] {
  let unit = 1;
  for (let power = 1; last / unit > most; power *= 10) {
    unit = WITHIN_DECADE.map((mantissa) => mantissa * power).find((size) => last / size <= most) ?? 10 * power;
  }
  return Array.from({ length: Math.floor(last / unit) + 1 }, (_, i) => i * unit);
}

/** A number on an axis: 0.05, 20 000. */
export function tickText(value: number): string {
  if (value >= 1) return count(Number(value.toPrecision(6)));
  return value < 1e-5 ? value.toExponential(0).replace("-", "−") : String(Number(value.toPrecision(3)));
}

/**
 * Moves places apart, as little as it can, so that labels do not overlap; their order stays.
 *
 * @param places In pixels, in any order.
 * @returns The moved places, in the order of `places`.
 */
export function spread(
  places: readonly number[],
  { gap, min, max }: { gap: number; min: number; max: number },
): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  /** Where the first label of a group stands, if the group is centred on what it wants as far as there is room. */
  const startOf = ({ wanted, size }: Group) => {
    const height = gap * (size - 1);
    return Math.max(min, Math.min(wanted - height / 2, max - height));
  };
  const groups: Group[] = [];
  for (const i of order) {
    groups.push({ wanted: places[i], size: 1 });
    while (groups.length > 1) {
      const [above, below] = groups.slice(-2), size = above.size + below.size;
      if (startOf(below) - startOf(above) >= gap * above.size) break;
      groups.splice(-2, 2, { wanted: (above.wanted * above.size + below.wanted * below.size) / size, size });
    }
  }
  const moved = new Array<number>(places.length);
  let at = 0;
  for (const group of groups) {
    const start = startOf(group);
    for (let i = 0; i < group.size; i++) moved[order[at++]] = start + gap * i;
  }
  return moved;
}

/** Labels that would overlap, around the mean of the places they want. */
interface Group {
  wanted: number;
  size: number;
}
