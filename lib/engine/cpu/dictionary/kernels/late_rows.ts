/**
 * Decoder rows that are updated late, and exactly: a latent without a gradient moves by its momentum alone, and how
 * does not depend on when that is computed. So its row stays where it is in memory until it is used, and then takes all
 * the steps that it missed while it is in the cache: the same operations in the same order, so the same bits.
 *
 * Each row has the number of the step that it is at. Whoever reads a decoder row or its norm calls {@link makeCurrent}
 * first. Rows with a gradient are `dictionary_update.ts`'s.
 *
 * @module
 */
import { beginDecay, decayMean, decaySquare, moved, toMoment } from "../../kernels/adam";
import { Dictionary, LATE_ROWS_MOST_STEPS, PastStep, Step } from "../../kernels/kernel_structs";
import { dot, multiplyAdd, sumOfLanes } from "../../kernels/vector";

/** In the place of a row's step: it was just loaded, is at step {@link FIRST}, and its norm is not known. */
const LOADED: usize = 0;
const FIRST: usize = 1;

/** Keeps a step's constants, for the rows that take it later; one thread calls it before the others need it. */
export function keepStep(d: Dictionary, step: Step, now: usize): void {
  const past = pastStep(d, now);
  past.stepSize = step.stepSize;
  past.varianceScale = step.varianceScale;
}

/**
 * Computes the steps that a latent's decoder row has missed before step `now`, and the row's norm. Another thread may
 * be computing them already, so there must be a barrier before the row is read.
 */
export function makeCurrent(d: Dictionary, latent: usize, now: usize): void {
  const place = d.rowSteps + 4 * latent;
  const at = atomic.load<usize>(place);
  if (at == now || atomic.cmpxchg<usize>(place, at, now) != at) return;
  const row = d.decoder + latent * d.stride, from = max(at, FIRST);
  if (d.isDecoderFrozen) {
    if (at == LOADED && !d.hasUnitDecoder) finishRow(d, latent, row, dot(row, row, d.width));
  } else if (d.starts) {
    takeStepsBound(d, latent, row, from, now);
  } else if (d.hasUnitDecoder) {
    if (from != now) takeStepsUnit(d, row, from, now);
  } else {
    takeStepsFree(d, row, from, now);
    finishRow(d, latent, row, dot(row, row, d.width));
  }
}

/** Notes that the row of a latent, current before, has taken step `now`. */
export function takenStep(d: Dictionary, latent: usize, now: usize): void {
  atomic.store<usize>(d.rowSteps + 4 * latent, now + 1);
}

/**
 * After Adam: makes a row whose sum of squares is given of length 1 if that is wanted, and turns it back if it must stay near
 * its start, else keeps its length.
 */
export function finishRow(d: Dictionary, latent: usize, row: usize, squares: f32): void {
  if (d.hasUnitDecoder) {
    divide(row, 4 * d.width, lengthFrom(squares));
    if (d.starts) turnBack(d, row, d.starts + latent * d.stride);
  } else store<f32>(d.norms + 4 * latent, sqrt<f32>(squares));
}

/**
 * A row w of length 1 whose cosine to its start s is less than c becomes the nearest one whose cosine is c,
 * c·s + √(1 − c²)·p/‖p‖ with p = w − (w·s)·s; `reference/unit_decoder.ts` says why.
 */
function turnBack(d: Dictionary, row: usize, start: usize): void {
  const cosine = dot(row, start, d.width);
  if (cosine >= d.leastCosine) return;
  const along = f32x4.splat(-cosine);
  let squares = f32x4.splat(0);
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    const across = multiplyAdd(along, v128.load(start + offset), v128.load(row + offset));
    squares = multiplyAdd(across, across, squares);
    v128.store(row + offset, across);
  }
  const c = f32x4.splat(d.leastCosine), s = f32x4.splat(d.sineAtLeast / lengthFrom(sumOfLanes(squares)));
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    const near = f32x4.mul(c, v128.load(start + offset));
    v128.store(row + offset, multiplyAdd(s, v128.load(row + offset), near));
  }
}

/** The same for latents `from … to`. */
export function makeAllCurrent(d: Dictionary, from: usize, to: usize): void {
  beginDecay(d.model);
  for (let latent = from; latent < to; latent++) makeCurrent(d, latent, d.nextStep);
}

/**
 * After step `now`: brings those of latents `from … to` up to date whose turn it is, so that no row is later than
 * allowed.
 */
export function makeSomeCurrent(d: Dictionary, from: usize, to: usize, now: usize): void {
  const first = from + (now - from) % LATE_ROWS_MOST_STEPS;
  for (let latent = first; latent < to; latent += LATE_ROWS_MOST_STEPS) makeCurrent(d, latent, now + 1);
}

/**
 * Steps `from … to` without a gradient. Where a row's length is free no number needs its neighbours: each takes all in
 * registers.
 */
function takeStepsFree(d: Dictionary, row: usize, from: usize, to: usize): void {
  const toM = toMoment, toV = toM + toM, end = row + 4 * d.width;
  for (; row < end; row += 16) {
    let p = v128.load(row), m = v128.load(row + toM), v = v128.load(row + toV);
    if (!v128.any_true(v128.or(m, v))) continue;
    for (let step = from; step != to; step++) {
      const past = pastStep(d, step);
      m = decayMean(m);
      v = decaySquare(v);
      p = moved(p, m, v, f32x4.splat(past.stepSize), f32x4.splat(past.varianceScale));
    }
    v128.store(row, p), v128.store(row + toM, m), v128.store(row + toV, v);
  }
}

/**
 * The same where each step makes the row of length 1 again: by a division that waits for the next step's pass over the
 * row.
 */
function takeStepsUnit(d: Dictionary, row: usize, from: usize, to: usize): void {
  const bytes: usize = 4 * d.width, rowM = row + toMoment, rowV = rowM + toMoment;
  let norm: f32 = 1;
  let step = from;
  for (; step != to && !isZero(rowM, bytes); step++) {
    const past = pastStep(d, step);
    const stepSize = f32x4.splat(past.stepSize), varianceScale = f32x4.splat(past.varianceScale);
    const norms = f32x4.splat(norm);
    let squares = f32x4.splat(0);
    for (let offset: usize = 0; offset < bytes; offset += 16) {
      const m = decayMean(v128.load(rowM + offset)), v = decaySquare(v128.load(rowV + offset));
      const p = moved(f32x4.div(v128.load(row + offset), norms), m, v, stepSize, varianceScale);
      squares = multiplyAdd(p, p, squares);
      v128.store(row + offset, p), v128.store(rowM + offset, m), v128.store(rowV + offset, v);
    }
    norm = lengthFrom(sumOfLanes(squares));
  }
  divide(row, bytes, norm);
  if (step == to) return;
  // Without momentum a step changes v, and rounds the length: until that changes no bit, and then never again.
  decaySquares(rowV, bytes, to - step);
  for (; step != to; step++) {
    if (!divide(row, bytes, lengthFrom(dot(row, row, d.width)))) return;
  }
}

/** The same where each step also turns the row back: as it would be in each step. */
function takeStepsBound(d: Dictionary, latent: usize, row: usize, from: usize, to: usize): void {
  const toM = toMoment, toV = toM + toM, end = row + 4 * d.width;
  for (let step = from; step != to; step++) {
    const past = pastStep(d, step);
    const stepSize = f32x4.splat(past.stepSize), varianceScale = f32x4.splat(past.varianceScale);
    let squares = f32x4.splat(0);
    for (let at = row; at < end; at += 16) {
      const m = decayMean(v128.load(at + toM)), v = decaySquare(v128.load(at + toV));
      const p = moved(v128.load(at), m, v, stepSize, varianceScale);
      squares = multiplyAdd(p, p, squares);
      v128.store(at, p), v128.store(at + toM, m), v128.store(at + toV, v);
    }
    finishRow(d, latent, row, sumOfLanes(squares));
  }
}

/** Multiplies v by β₂ for `n` steps. */
function decaySquares(row: usize, bytes: usize, n: usize): void {
  for (const end = row + bytes; row < end; row += 16) {
    let v = v128.load(row);
    if (!v128.any_true(v)) continue;
    for (let i: usize = 0; i < n; i++) v = decaySquare(v);
    v128.store(row, v);
  }
}

/** Divides a row by its length; returns whether that changed a bit. */
function divide(row: usize, bytes: usize, norm: f32): bool {
  if (norm == 1) return false;
  const norms = f32x4.splat(norm);
  let changed = i32x4.splat(0);
  for (const end = row + bytes; row < end; row += 16) {
    const before = v128.load(row), after = f32x4.div(before, norms);
    changed = v128.or(changed, v128.xor(before, after));
    v128.store(row, after);
  }
  return v128.any_true(changed);
}

/** The divisor that makes a row of length 1, from the row's sum of squares; a row of zeros stays as it is. */
function lengthFrom(squares: f32): f32 {
  const length = sqrt<f32>(squares);
  return length > 0 ? length : 1;
}

@inline
function pastStep(d: Dictionary, step: usize): PastStep {
  return changetype<PastStep>(d.pastSteps + step % LATE_ROWS_MOST_STEPS * offsetof<PastStep>());
}

function isZero(row: usize, bytes: usize): bool {
  for (const end = row + bytes; row < end; row += 16) if (v128.any_true(v128.load(row))) return false;
  return true;
}
