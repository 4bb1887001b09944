/**
 * How the error of a dictionary falls with its width n and its sparsity k, as a formula, and its fit to measured points.
 *
 * L(n, k) = exp(α + β_k ln k + β_n ln n + γ ln k ln n) + exp(ζ + η ln k): a power law in n and k, and an error that no
 * width removes. Source: Gao et al., "Scaling and evaluating sparse autoencoders" (arXiv 2406.04093), section 3.1. The
 * sum of squared differences of ln L is what is made small. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { leastSquares, levenbergMarquardt } from "./least_squares.ts";

/** A measured error above 0 at a width and a sparsity. */
export interface ScalingPoint {
  /** Latents. */
  n: number;
  /** Active latents per input. */
  k: number;
  loss: number;
}

/** The formula's numbers; without an irreducible error ζ is −∞ and η 0. Natural logarithms throughout. */
export interface ScalingLaw {
  alpha: number;
  betaK: number;
  betaN: number;
  gamma: number;
  zeta: number;
  eta: number;
}

/** A law, and how near to the points it comes. */
export interface FittedLaw {
  law: ScalingLaw;
  /** How many of its numbers were fitted: 4 without an irreducible error, 6 with it. */
  parameters: 4 | 6;
  /** ln(measured) − ln(law), one for each point. */
  residuals: number[];
}

/** The part of the error that falls with width, and the part that does not. */
export function partsOf(law: ScalingLaw, { n, k }: Omit<ScalingPoint, "loss">): { power: number; floor: number } {
  const u = Math.log(k), v = Math.log(n);
  return {
    power: Math.exp(law.alpha + law.betaK * u + law.betaN * v + law.gamma * u * v),
    floor: Math.exp(law.zeta + law.eta * u),
  };
}

/**
 * L(n, k).
 *
 * @example
 * ```ts
 * import { lossOf } from "./scaling_law.ts";
 * import assert from "node:assert/strict";
 *
 * const law = { alpha: 0, betaK: 0, betaN: -1, gamma: 0, zeta: Math.log(0.1), eta: 0 };
 * assert.ok(Math.abs(lossOf(law, { n: 4, k: 2 }) - 0.35) < 1e-12);
 * ```
 */
export function lossOf(law: ScalingLaw, at: Omit<ScalingPoint, "loss">): number {
  const { power, floor } = partsOf(law, at);
  return power + floor;
}

/** ln k and ln n less these: their products are then hardly correlated with them. */
interface Centre {
  u: number;
  v: number;
}

/** Derivatives of ln L by the centred α, β_k, β_n, γ, ζ, η at a point. */
export function slopesOf(centred: number[], { u, v }: Centre): number[] {
  const { power, floor } = centredParts(centred, { u, v });
  const share = power / (power + floor), rest = floor / (power + floor);
  return [share, u * share, v * share, u * v * share, rest, u * rest];
}

function centredParts([alpha, betaK, betaN, gamma, zeta, eta]: number[], { u, v }: Centre) {
  return { power: Math.exp(alpha + betaK * u + betaN * v + gamma * u * v), floor: Math.exp(zeta + eta * u) };
}

/** ln L of centred numbers; defined beside {@linkcode slopesOf}, its derivatives. */
export function logLoss(centred: number[], at: Centre): number {
  const { power, floor } = centredParts(centred, at);
  return Math.log(power + floor);
}

/** Shares of the smallest error at each k that are tried as the irreducible error from which the fit starts. */
const STARTS = [0.1, 0.3, 0.5, 0.7, 0.9];

/** Fits at most so many numbers less than points: with fewer spare points the corrected criterion is not defined. */
const SPARE_POINTS = 2;
/** Widths that an irreducible error needs: it differs from a power law only by how the fall flattens. */
const FLOOR_WIDTHS = 4;

/**
 * The law that describes some points best: without an irreducible error, or with it if the points allow it and it lowers
 * Akaike's criterion, corrected for few points.
 *
 * @returns Null if the points do not determine even the four numbers of the power law.
 */
export function fitLaw(points: ScalingPoint[]): FittedLaw | null {
  const centre = centreOf(points), at = points.map((point) => centredAt(point, centre));
  const ys = points.map(({ loss }) => Math.log(loss));
  const power = leastSquares(at.map(({ u, v }) => [1, u, v, u * v]), ys);
  if (!power) return null;
  const plain = fitted([...power, -Infinity, 0], { points, centre });
  const widths = new Set(points.map(({ n }) => n)).size;
  if (points.length < 6 + SPARE_POINTS || widths < FLOOR_WIDTHS) return plain;
  const best = STARTS.map((share) => withFloor(startOf(share, { points, at }), { at, ys }))
    .filter((solution) => solution !== null)
    .reduce<{ x: number[]; sum: number } | null>((best, own) => best && best.sum <= own.sum ? best : own, null);
  if (!best) return plain;
  const full = fitted(best.x, { points, centre });
  return criterion(full) < criterion(plain) ? full : plain;
}

/** The same kind of law fitted to other measurements at the same places, from the law found before. */
export function refitLaw({ law, parameters }: FittedLaw, points: ScalingPoint[]): ScalingLaw | null {
  const centre = centreOf(points), at = points.map((point) => centredAt(point, centre));
  const ys = points.map(({ loss }) => Math.log(loss));
  if (parameters === 4) {
    const power = leastSquares(at.map(({ u, v }) => [1, u, v, u * v]), ys);
    return power && uncentred([...power, -Infinity, 0], centre);
  }
  const solution = withFloor(centred(law, centre), { at, ys });
  return solution && uncentred(solution.x, centre);
}

function withFloor(start: number[] | null, { at, ys }: { at: Centre[]; ys: number[] }) {
  if (!start) return null;
  const { x, sum, isConverged } = levenbergMarquardt({
    start,
    residuals: (x) => at.map((place, i) => logLoss(x, place) - ys[i]),
    jacobian: (x) => at.map((place) => slopesOf(x, place)),
  });
  return isConverged && x.every(Number.isFinite) ? { x, sum } : null;
}

/** Centred numbers if a share of the smallest error at each k is irreducible. */
function startOf(share: number, { points, at }: { points: ScalingPoint[]; at: Centre[] }): number[] | null {
  const least = new Map<number, number>();
  for (const { k, loss } of points) least.set(k, Math.min(loss, least.get(k) ?? Infinity));
  const power = leastSquares(
    at.map(({ u, v }) => [1, u, v, u * v]),
    points.map(({ k, loss }) => Math.log(loss - share * least.get(k)!)),
  );
  const floor = leastSquares(at.map(({ u }) => [1, u]), points.map(({ k }) => Math.log(share * least.get(k)!)));
  return power && floor && [...power, ...floor];
}

/** Akaike's information criterion with the correction for few points; smaller is better. */
function criterion({ residuals, parameters: p }: FittedLaw): number {
  const m = residuals.length, sum = residuals.reduce((sum, r) => sum + r * r, 0);
  // Differences below 10⁻¹² of the error are rounding.
  return m * Math.log(Math.max(sum / m, 1e-24)) + 2 * p + 2 * p * (p + 1) / (m - p - 1);
}

function fitted(x: number[], { points, centre }: { points: ScalingPoint[]; centre: Centre }): FittedLaw {
  const law = uncentred(x, centre);
  return {
    law,
    parameters: law.zeta === -Infinity ? 4 : 6,
    residuals: points.map((point) => Math.log(point.loss) - Math.log(lossOf(law, point))),
  };
}

function centreOf(points: ScalingPoint[]): Centre {
  const mean = (of: (point: ScalingPoint) => number) =>
    points.reduce((sum, point) => sum + Math.log(of(point)), 0) / points.length;
  return { u: mean(({ k }) => k), v: mean(({ n }) => n) };
}

function centredAt({ n, k }: ScalingPoint, { u, v }: Centre): Centre {
  return { u: Math.log(k) - u, v: Math.log(n) - v };
}

function uncentred([alpha, betaK, betaN, gamma, zeta, eta]: number[], { u, v }: Centre): ScalingLaw {
  return {
    alpha: alpha - betaK * u - betaN * v + gamma * u * v,
    betaK: betaK - gamma * v,
    betaN: betaN - gamma * u,
    gamma,
    zeta: zeta - eta * u,
    eta,
  };
}

function centred({ alpha, betaK, betaN, gamma, zeta, eta }: ScalingLaw, { u, v }: Centre): number[] {
  const k = betaK + gamma * v, n = betaN + gamma * u;
  return [alpha + k * u + n * v - gamma * u * v, k, n, gamma, zeta + eta * u, eta];
}
