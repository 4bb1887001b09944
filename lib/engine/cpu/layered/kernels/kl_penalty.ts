/**
 * The sparsity penalty of one layer: Σⱼ D_KL(ρ‖ρ̂ⱼ) with ρ̂ⱼ the batch mean of unit j (see `lib/kl.ts`).
 *
 * Every thread computes all of it from the whole batch, in the same order: that is cheaper than another barrier.
 *
 * @module
 */
import { Layer, Model, Step } from "../../kernels/kernel_structs";
import { naturalLog } from "./natural_log";

/** `RHO_HAT_MIN` of `lib/kl.ts`. */
const RHO_HAT_MIN: f32 = 1e-6;

/** ρ̂ of each unit, `[dOut]`, to `rhoHats`. */
export function meanActivations(layer: Layer, rows: usize, rhoHats: usize): void {
  const scale = f32x4.splat(<f32>1 / <f32>rows);
  for (let offset: usize = 0; offset < 4 * layer.dOut; offset += 32) { // 8 units
    let sum0 = f32x4.splat(0), sum1 = sum0;
    let act = layer.outputs + offset;
    for (let row: usize = 0; row < rows; row++, act += layer.outputStride) {
      sum0 = f32x4.add(sum0, v128.load(act)), sum1 = f32x4.add(sum1, v128.load(act, 16));
    }
    v128.store(rhoHats + offset, f32x4.mul(sum0, scale)), v128.store(rhoHats + offset, f32x4.mul(sum1, scale), 16);
  }
}

/** Σⱼ D_KL(ρ‖ρ̂ⱼ) in nats, summed in float64. */
export function klSum(model: Model, layer: Layer, rhoHats: usize): f64 {
  const rho = <f64>model.rho;
  let sum: f64 = 0;
  for (let offset: usize = 0; offset < 4 * layer.dOut; offset += 4) {
    if (load<u32>(layer.mask + offset) == 0) break;
    const q = <f64>min(max(load<f32>(rhoHats + offset), RHO_HAT_MIN), 1 - RHO_HAT_MIN);
    sum += rho * naturalLog(rho / q) + (1 - rho) * naturalLog((1 - rho) / (1 - q));
  }
  return sum;
}

/** Replaces each ρ̂ by weight · ∂D_KL/∂a = (weight/rows) · (−ρ/ρ̂ + (1−ρ)/(1−ρ̂)), or by 0 if ρ̂ is clamped. */
export function klSlopes(model: Model, layer: Layer, step: Step, rhoHats: usize): void {
  const rho = f32x4.splat(model.rho), one = f32x4.splat(1);
  const scale = f32x4.splat(step.weight / <f32>step.rows);
  const low = f32x4.splat(RHO_HAT_MIN), high = f32x4.splat(1 - RHO_HAT_MIN);
  for (let offset: usize = 0; offset < 4 * layer.dOut; offset += 16) {
    const q = v128.load(rhoHats + offset);
    const slope = f32x4.sub(f32x4.div(f32x4.sub(one, rho), f32x4.sub(one, q)), f32x4.div(rho, q));
    const isInside = v128.and(f32x4.ge(q, low), f32x4.le(q, high));
    v128.store(rhoHats + offset, v128.and(f32x4.mul(slope, scale), isInside));
  }
}
