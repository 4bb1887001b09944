/**
 * Adam in PyTorch's arithmetic, on four parameters at a time:
 *
 *     m ← β₁m + (1−β₁)g      v ← β₂v + (1−β₂)g²      p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
 *
 * The gradients of a pixel that is always 0 go towards 0: numbers that would become denormal are set to 0, because they
 * would slow the step down, far below where it could change a parameter (ε is 1e-8).
 *
 * @module
 */
import { Model, Step } from "./kernel_structs";
import { flush, multiplyAdd } from "./vector";

/** Below these a gradient, m and v count as 0. */
const TINY_GRADIENT = memory.data<f32>([1e-15]);
const TINY_M = memory.data<f32>([1e-25]);
const TINY_V = memory.data<f32>([1e-34]);

/** From a parameter to its m, and from there to its v, in bytes. */
export let toMoment: usize = 0;
let stepSize = f32x4.splat(0);
let varianceScale = f32x4.splat(0);
let beta1 = f32x4.splat(0);
let oneMinusBeta1 = f32x4.splat(0);
let beta2 = f32x4.splat(0);
let oneMinusBeta2 = f32x4.splat(0);
let epsilon = f32x4.splat(0);

/** Takes over a step's constants; each thread has its own. */
export function beginAdam(model: Model, step: Step): void {
  beginDecay(model);
  stepSize = f32x4.splat(step.stepSize);
  varianceScale = f32x4.splat(step.varianceScale);
}

/** Takes over the constants that are the same in all steps: what parameters without a gradient need. */
export function beginDecay(model: Model): void {
  toMoment = model.toMoment;
  beta1 = f32x4.splat(model.beta1);
  oneMinusBeta1 = f32x4.splat(model.oneMinusBeta1);
  beta2 = f32x4.splat(model.beta2);
  oneMinusBeta2 = f32x4.splat(model.oneMinusBeta2);
  epsilon = f32x4.splat(model.epsilon);
}

/** Updates the four parameters at `parameter` and their moments; returns the parameters. */
@inline
export function adam(parameter: usize, gradient: v128): v128 {
  const g = flush(gradient, TINY_GRADIENT);
  const atM = parameter + toMoment;
  const atV = atM + toMoment;
  const m = nextMean(v128.load(atM), g, beta1, oneMinusBeta1);
  const v = nextSquare(v128.load(atV), g, beta2, oneMinusBeta2);
  const p = moved(v128.load(parameter), m, v, stepSize, varianceScale);
  v128.store(atM, m);
  v128.store(atV, v);
  v128.store(parameter, p);
  return p;
}

/**
 * Updates a row of parameters; `width` is a multiple of 4. A fifth faster than as many calls of `adam`: variables stay
 * in registers, where globals are read anew after each store. The row of gradients holds the parameters afterwards:
 * these are written together, by whole cache lines, because other threads have read them and each line must be taken
 * from their caches.
 */
export function adamRow(parameters: usize, gradients: usize, width: usize): void {
  const b1 = beta1, c1 = oneMinusBeta1, b2 = beta2, c2 = oneMinusBeta2, rate = stepSize, scale = varianceScale, e = epsilon;
  let atM = parameters + toMoment, atV = atM + toMoment;
  const target = parameters, updated = gradients;
  for (const end = parameters + 4 * width; parameters < end; parameters += 16, atM += 16, atV += 16, gradients += 16) {
    const g = flush(v128.load(gradients), TINY_GRADIENT);
    const m = nextMean(v128.load(atM), g, b1, c1), v = nextSquare(v128.load(atV), g, b2, c2);
    const p = movedBy(v128.load(parameters), m, v, rate, scale, e);
    v128.store(atM, m);
    v128.store(atV, v);
    v128.store(gradients, p);
  }
  memory.copy(target, updated, 4 * width);
}

/** β₁m + (1−β₁)g and β₂v + (1−β₂)g², which are never denormal. */
@inline
function nextMean(m: v128, g: v128, beta1: v128, oneMinusBeta1: v128): v128 {
  return flush(multiplyAdd(g, oneMinusBeta1, f32x4.mul(m, beta1)), TINY_M);
}
@inline
function nextSquare(v: v128, g: v128, beta2: v128, oneMinusBeta2: v128): v128 {
  return flush(multiplyAdd(f32x4.mul(g, g), oneMinusBeta2, f32x4.mul(v, beta2)), TINY_V);
}

/** The same with gradients that are 0, to the bit. */
@inline
export function adamWithoutGradient(parameter: usize): void {
  const atM = parameter + toMoment, atV = atM + toMoment;
  const m = decayMean(v128.load(atM)), v = decaySquare(v128.load(atV));
  v128.store(atM, m);
  v128.store(atV, v);
  v128.store(parameter, moved(v128.load(parameter), m, v, stepSize, varianceScale));
}

/** The next m of parameters whose gradient is 0, to the bit. */
@inline
export function decayMean(m: v128): v128 {
  return flush(f32x4.mul(m, beta1), TINY_M);
}
/** The same of their v. */
@inline
export function decaySquare(v: v128): v128 {
  return flush(f32x4.mul(v, beta2), TINY_V);
}

/** Parameters after a step with these constants that has made their moments m and v. */
@inline
export function moved(p: v128, m: v128, v: v128, stepSize: v128, varianceScale: v128): v128 {
  return movedBy(p, m, v, stepSize, varianceScale, epsilon);
}
@inline
function movedBy(p: v128, m: v128, v: v128, stepSize: v128, varianceScale: v128, epsilon: v128): v128 {
  const denominator = multiplyAdd(f32x4.sqrt(v), varianceScale, epsilon);
  return f32x4.sub(p, f32x4.div(f32x4.mul(m, stepSize), denominator));
}

/** The same for parameters whose learning rate is `rate` times that of the others. */
export function adamAtRate(parameter: usize, gradient: v128, rate: f32): void {
  const others = stepSize;
  stepSize = f32x4.mul(others, f32x4.splat(rate));
  adam(parameter, gradient);
  stepSize = others;
}
