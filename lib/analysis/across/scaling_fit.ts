/**
 * The law of width and sparsity of a sweep: fitted, tested on the largest width that it was not shown, and extrapolated.
 *
 * One error for each width and sparsity, the geometric mean over random seeds; see `scaling_law.ts` for the formula. A
 * design that does not determine the law is refused in words. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { Rng } from "../../rng.ts";
import { mean } from "../mean.ts";
import {
  fitLaw,
  type FittedLaw,
  lossOf,
  partsOf,
  refitLaw,
  type ScalingLaw,
  type ScalingPoint,
} from "./scaling_law.ts";

/** A run's error at its width and sparsity. */
export interface ScalingRun extends ScalingPoint {
  seed: number;
}

/** Widths, sparsities and points that a fit needs: two points more than the four numbers of the power law. */
const FEWEST_WIDTHS = 3, FEWEST_SPARSITIES = 2, FEWEST_POINTS = 6;

/** Times that the runs' differences from the law are drawn anew for intervals. */
const DRAWS = 200;

/** More different sparsities than this are measured ones, of a variant without k: the law is then stated at powers of two. */
const MOST_SPARSITIES = 8;

/** Share of the draws outside an interval, half of it on each side. */
const OUTSIDE = 0.1;

/** An estimate and the interval that holds 90 % of the estimates from differences drawn anew. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** What the law says of a width that was not trained. */
export interface Extrapolation {
  n: number;
  /** How many times the largest trained width. */
  times: number;
  k: number;
  loss: Estimate;
}

/** How far a law fitted without the largest width is from what was measured there. */
export interface LeftOut {
  /** The width. */
  n: number;
  parameters: 4 | 6;
  points: { k: number; predicted: number; measured: number }[];
  /** Mean of |predicted / measured − 1|. */
  error: number;
  /** Mean of predicted / measured − 1: above 0 if the law promises too large an error. */
  bias: number;
}

/** A fitted sweep. */
export interface ScalingFit {
  kind: "fit";
  fitted: FittedLaw;
  /** The points that were fitted, by k, then n, and how many runs each is the mean of. */
  points: (ScalingPoint & { runs: number })[];
  /** Sparsities that were left out because nothing is chosen among so few latents: k > n / 2. */
  leftOutDense: number;
  /** Sparsities at which the largest width has an error that is more than 1 % above that of a smaller one. */
  rising: number[];
  /** The law's numbers with their intervals; ζ and η are null without an irreducible error. */
  numbers: Record<Exclude<keyof ScalingLaw, "zeta" | "eta">, Estimate> & {
    zeta: Estimate | null;
    eta: Estimate | null;
  };
  /** Root mean square of ln(measured) − ln(law): about the relative error of a typical point. */
  typicalError: number;
  /** Null if the smaller widths do not determine a law. */
  leftOut: LeftOut | null;
  /** At twice and four times the largest width, for each k. */
  extrapolations: Extrapolation[];
}

/** Why there is no fit, as a sentence. */
export interface NoScalingFit {
  kind: "refused";
  why: string;
}

/** Fits runs of one variant that differ in width, sparsity and random seed alone. */
export function scalingFit(runs: ScalingRun[]): ScalingFit | NoScalingFit {
  const usable = runs.filter(({ loss }) => loss > 0 && Number.isFinite(loss));
  const sparse = usable.filter(({ n, k }) => k <= n / 2), points = pointsOf(sparse);
  const why = whyNot(points);
  if (why) return { kind: "refused", why };
  const fitted = fitLaw(points);
  if (!fitted) {
    return {
      kind: "refused",
      why: "No law was fitted: width and sparsity vary together, so that their effects cannot be separated.",
    };
  }
  const draws = drawnLaws(fitted, sparse), { law } = fitted;
  const estimate = (of: (law: ScalingLaw) => number): Estimate => ({ value: of(law), ...interval(draws.map(of)) });
  const largest = points.reduce((most, { n }) => Math.max(most, n), 0);
  const hasFloor = fitted.parameters === 6;
  return {
    kind: "fit",
    fitted,
    points,
    leftOutDense: pointsOf(usable).length - points.length,
    rising: different(points.map(({ k }) => k)).filter((k) => {
      const own = points.filter((point) => point.k === k), last = own.at(-1)!;
      return own.some(({ loss }) => last.loss > 1.01 * loss);
    }),
    numbers: {
      alpha: estimate(({ alpha }) => alpha),
      betaK: estimate(({ betaK }) => betaK),
      betaN: estimate(({ betaN }) => betaN),
      gamma: estimate(({ gamma }) => gamma),
      zeta: hasFloor ? estimate(({ zeta }) => zeta) : null,
      eta: hasFloor ? estimate(({ eta }) => eta) : null,
    },
    typicalError: Math.sqrt(mean(fitted.residuals.map((r) => r * r))!),
    leftOut: leftOutOf(points, largest),
    extrapolations: shownSparsities(points).flatMap((k) =>
      [2, 4].map((times) => {
        const n = times * largest;
        return { n, times, k, loss: estimate((law) => lossOf(law, { n, k })) };
      })
    ),
  };
}

/** One point for each width and sparsity, by k, then n. */
function pointsOf(runs: ScalingRun[]): (ScalingPoint & { runs: number })[] {
  return [...Map.groupBy(runs, ({ n, k }) => `${n} ${k}`).values()].map((own) => ({
    n: own[0].n,
    k: own[0].k,
    loss: Math.exp(mean(own.map(({ loss }) => Math.log(loss)))!),
    runs: own.length,
  })).sort((a, b) => a.k - b.k || a.n - b.n);
}

function whyNot(points: ScalingPoint[]): string | null {
  const widths = different(points.map(({ n }) => n)).length, ks = different(points.map(({ k }) => k)).length;
  const needs = [
    { what: "widths", has: widths, wants: FEWEST_WIDTHS },
    { what: "levels of sparsity", has: ks, wants: FEWEST_SPARSITIES },
    { what: "combinations of width and sparsity", has: points.length, wants: FEWEST_POINTS },
  ];
  const missing = needs.find(({ has, wants }) => has < wants);
  return missing
    ? `No law was fitted: there are ${missing.has} ${missing.what}, and a fit needs at least ${missing.wants}.`
    : null;
}

function leftOutOf(points: ScalingPoint[], n: number): LeftOut | null {
  const rest = points.filter((point) => point.n !== n), held = points.filter((point) => point.n === n);
  // Of fewer spare points the law would pass through the points whatever they are.
  const fitted = rest.length >= FEWEST_POINTS - 1 ? fitLaw(rest) : null;
  if (!fitted) return null;
  const compared = held.map(({ k, loss }) => ({ k, predicted: lossOf(fitted.law, { n, k }), measured: loss }));
  const differences = compared.map(({ predicted, measured }) => predicted / measured - 1);
  return {
    n,
    parameters: fitted.parameters,
    points: compared,
    error: mean(differences.map(Math.abs))!,
    bias: mean(differences)!,
  };
}

/**
 * Laws fitted to errors drawn anew: the law's own at each run, times a difference of some run from the law. The
 * differences hold both what the random seeds change and what the law does not describe.
 */
function drawnLaws(fitted: FittedLaw, runs: ScalingRun[]): ScalingLaw[] {
  const rng = Rng.fromSeed(0, "scaling fit");
  // As many degrees of freedom as were fitted are missing from the differences.
  const spare = Math.max(1, runs.length - fitted.parameters), widen = Math.sqrt(runs.length / spare);
  const differences = runs.map((run) => widen * (Math.log(run.loss) - Math.log(lossOf(fitted.law, run))));
  const centre = mean(differences)!;
  return Array.from({ length: DRAWS }, () => {
    const drawn = runs.map((run) => {
      const difference = differences[rng.below(differences.length)] - centre;
      return { ...run, loss: lossOf(fitted.law, run) * Math.exp(difference) };
    });
    return refitLaw(fitted, pointsOf(drawn));
  }).filter((law) => law !== null);
}

function interval(values: number[]): { low: number; high: number } {
  const ascending = Float64Array.from(values).sort(),
    at = (share: number) => {
      const place = share * (ascending.length - 1), below = Math.floor(place);
      const above = Math.min(below + 1, ascending.length - 1);
      return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
    };
  return { low: at(OUTSIDE / 2), high: at(1 - OUTSIDE / 2) };
}

/** The sparsities at which the law is stated: those of the points, or the powers of two among them if they are many. */
export function shownSparsities(points: Pick<ScalingPoint, "k">[]): number[] {
  const ks = different(points.map(({ k }) => k));
  if (ks.length <= MOST_SPARSITIES) return ks;
  const from = Math.ceil(Math.log2(ks[0])), to = Math.floor(Math.log2(ks.at(-1)!));
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => 2 ** (from + i));
}

function different(values: number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The law's factor on the part of the error that falls with width, if the width is doubled at a sparsity. */
export function doublingFactor({ betaN, gamma }: ScalingLaw, k: number): number {
  return 2 ** (betaN + gamma * Math.log(k));
}

/** The share of the error at a point that no width removes by the law, in [0, 1]. */
export function irreducibleShare(law: ScalingLaw, at: Omit<ScalingPoint, "loss">): number {
  const { power, floor } = partsOf(law, at);
  return floor / (power + floor);
}
