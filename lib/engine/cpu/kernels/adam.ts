/**
 * Adam in PyTorch's arithmetic, on four parameters at a time:
 *
 *     m ← β₁m + (1−β₁)g      v ← β₂v + (1−β₂)g²      p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
 *
 * A pixel that is dead has gradients that vanish: what would become denormal is set to 0 before it slows the step down,
 * far below where it could change a parameter (ε is 1e-8).
 *
 * @module
 */
import { Model, Step } from "./kernel_structs";
import { flush, multiplyAdd } from "./vector";

/** Below these a gradient, m and v count as 0. */
const TINY_GRADIENT = memory.data<f32>([1e-15]);
const TINY_M = memory.data<f32>([1e-25]);
const TINY_V = memory.data<f32>([1e-34]);

let toMoment: usize = 0;
let stepSize = f32x4.splat(0);
let varianceScale = f32x4.splat(0);
let beta1 = f32x4.splat(0);
let oneMinusBeta1 = f32x4.splat(0);
let beta2 = f32x4.splat(0);
let oneMinusBeta2 = f32x4.splat(0);
let epsilon = f32x4.splat(0);

/** Takes over a step's constants; each thread has its own. */
export function beginAdam(model: Model, step: Step): void {
  toMoment = model.toMoment;
  stepSize = f32x4.splat(step.stepSize);
  varianceScale = f32x4.splat(step.varianceScale);
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
  const m = flush(multiplyAdd(g, oneMinusBeta1, f32x4.mul(v128.load(atM), beta1)), TINY_M);
  const v = flush(multiplyAdd(f32x4.mul(g, g), oneMinusBeta2, f32x4.mul(v128.load(atV), beta2)), TINY_V);
  const denominator = multiplyAdd(f32x4.sqrt(v), varianceScale, epsilon);
  const p = f32x4.sub(v128.load(parameter), f32x4.div(f32x4.mul(m, stepSize), denominator));
  v128.store(atM, m);
  v128.store(atV, v);
  v128.store(parameter, p);
  return p;
}
