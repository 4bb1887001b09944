/**
 * What the snapshots of a run say of its latents once it is over: how each turned towards its final direction, when it had
 * settled, and how many were dead on the way.
 *
 *     cosine of a latent at snapshot s:   ⟨d_s, d_last⟩ / (‖d_s‖ · ‖d_last‖), float64 sums; 0 if one of them is 0
 *     settled at s:                       from s on the cosine to the final direction is at least 0.95
 *
 * A latent that is dead keeps its direction, and would count as settled: quantiles and the share that has settled are of the
 * latents that are alive after the last step. Measures what was kept; looks at no model. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { EventCounts, Lifelines } from "../../training/lifelines.ts";

/** A direction has settled from where its cosine to the final one stays at least this: an angle of 18°. */
export const SETTLED_COSINE = 0.95;
/** Which quantiles of the cosines are stated, besides the median. */
const QUANTILES = { q05: 0.05, q25: 0.25, median: 0.5, q75: 0.75, q95: 0.95 };

/** Quantiles of one number of the latents; see {@linkcode QUANTILES}. */
export type CosineQuantiles = Record<keyof typeof QUANTILES, number>;

/** Matrices of the snapshots, `[snapshots, nLatents]` each, and what follows. */
export interface LifelineMeasures {
  steps: number[];
  /** Share of the sample's rows on which a latent is active, in [0, 1]. */
  density: Float64Array;
  /** Cosine of its direction to that of the last snapshot, and to that of the first. */
  cosineToFinal: Float64Array;
  cosineToFirst: Float64Array;
  /** 1 if it is dead; null if the model does not keep when latents were active. */
  isDead: Float32Array | null;
  /** What happened between each snapshot and the one before; null like `isDead`. */
  since: EventCounts[] | null;
  /** Latents that are dead at each snapshot; null like `isDead`. */
  dead: number[] | null;
  /** Latents that are active on no row of the sample at each snapshot. */
  inactive: number[];
  /** Of the latents that are alive at the end, at each snapshot; null if none is. */
  quantiles: CosineQuantiles[] | null;
  /** Share of the latents that are alive at the end that have settled at each snapshot; null if none is. */
  settledShare: number[] | null;
  /** Of each latent: the step of the first snapshot from which on it has settled; null for a direction of 0. */
  settledAt: (number | null)[];
  /** The step of the first snapshot at which half of the latents that are alive at the end have settled. */
  halfSettledAt: number | null;
  /** Of each latent, the step in which it was first active, at the latest; null if it never was. */
  firstActive: (number | null)[];
}

/**
 * Measures the lifelines of a run that is over.
 *
 * @param options.sampleRows Rows of the sample on which activity was counted.
 */
export function lifelineMeasures(
  { snapshots, events }: Lifelines,
  { sampleRows }: { sampleRows: number },
): LifelineMeasures {
  const first = snapshots[0], last = snapshots.at(-1)!, steps = snapshots.map(({ step }) => step);
  const nLatents = last.activeRows.length, rows = snapshots.length;
  const cosineToFinal = new Float64Array(rows * nLatents), cosineToFirst = new Float64Array(rows * nLatents);
  const density = new Float64Array(rows * nLatents);
  const norms = { first: normsOf(first.directions, nLatents), last: normsOf(last.directions, nLatents) };
  for (const [s, { directions, activeRows }] of snapshots.entries()) {
    const own = normsOf(directions, nLatents);
    for (let j = 0; j < nLatents; j++) {
      const at = s * nLatents + j, pair = { nLatents, j };
      density[at] = activeRows[j] / sampleRows;
      cosineToFinal[at] = cosine(product(directions, last.directions, pair), own[j], norms.last[j]);
      cosineToFirst[at] = cosine(product(directions, first.directions, pair), own[j], norms.first[j]);
    }
  }
  const latents = Array.from({ length: nLatents }, (_, j) => j);
  const settledAt = latents.map((j) => settledStep(cosineToFinal, { steps, nLatents, j }));
  const alive = latents.filter((j) => last.isDead?.[j] !== 1 && norms.last[j] > 0);
  const settledShare = alive.length === 0
    ? null
    : steps.map((step) => alive.filter((j) => settledAt[j]! <= step).length / alive.length);
  const half = settledShare?.findIndex((share) => share >= 0.5) ?? -1;
  return {
    ...{ steps, density, cosineToFinal, cosineToFirst, settledAt, settledShare },
    isDead: events && joined(snapshots.map(({ isDead }) => isDead!)),
    since: events && snapshots.map(({ since }) => since!),
    dead: events && snapshots.map(({ isDead }) => isDead!.reduce((sum, value) => sum + value, 0)),
    inactive: snapshots.map(({ activeRows }) => activeRows.filter((value) => value === 0).length),
    quantiles: alive.length === 0
      ? null
      : steps.map((_, s) => quantilesOf(Float64Array.from(alive, (j) => cosineToFinal[s * nLatents + j]))),
    halfSettledAt: half < 0 ? null : steps[half],
    firstActive: latents.map((j) => {
      if (events) return events.firstActive[j] || null;
      return snapshots.find(({ activeRows }) => activeRows[j] > 0)?.step ?? null;
    }),
  };
}

/** The first step from which on the cosine stays at least {@linkcode SETTLED_COSINE}; null if it does not at the end. */
function settledStep(
  cosines: Float64Array,
  { steps, nLatents, j }: { steps: number[]; nLatents: number; j: number },
): number | null {
  let s = steps.length;
  while (s > 0 && cosines[(s - 1) * nLatents + j] >= SETTLED_COSINE) s--;
  return steps[s] ?? null;
}

/** Equally long rows as one matrix. */
function joined(rows: Float32Array[]): Float32Array {
  const width = rows[0].length, matrix = new Float32Array(rows.length * width);
  rows.forEach((row, i) => matrix.set(row, i * width));
  return matrix;
}

/** Length of each row. */
function normsOf(rows: Float32Array, nLatents: number): Float64Array {
  return Float64Array.from({ length: nLatents }, (_, j) => Math.sqrt(product(rows, rows, { nLatents, j })));
}

/** Row j of two matrices, multiplied and summed. */
function product(a: Float32Array, b: Float32Array, { nLatents, j }: { nLatents: number; j: number }): number {
  const width = a.length / nLatents;
  let sum = 0;
  for (let i = j * width; i < (j + 1) * width; i++) sum += a[i] * b[i];
  return sum;
}

function cosine(product: number, a: number, b: number): number {
  return a > 0 && b > 0 ? Math.max(-1, Math.min(1, product / (a * b))) : 0;
}

/** Linear between the two nearest values, as NumPy has it. */
function quantilesOf(values: Float64Array): CosineQuantiles {
  values.sort();
  const at = (share: number) => {
    const place = share * (values.length - 1), below = Math.floor(place);
    const above = Math.min(values.length - 1, below + 1);
    return values[below] + (place - below) * (values[above] - values[below]);
  };
  const found = Object.entries(QUANTILES).map(([name, share]) => [name, at(share)]);
  return Object.fromEntries(found) as CosineQuantiles;
}
