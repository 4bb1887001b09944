/**
 * Latents with a threshold each: f = z·1[z > θ], θ below 0 counting as 0, and a surrogate gradient for θ within a window
 * |z − θ| < ε/2. A pair in the window that is not above θ has value 0: it is listed for θ's gradient alone.
 *
 * @module
 */
import { adamAtRate } from "../../kernels/adam";
import { Dictionary, Entry, PENALTY_COUNT, Step } from "../../kernels/kernel_structs";

/** Lists a row's latents whose z − θ is above `−below`, ascending: 0 for those above θ, ε/2 for the window's too. Returns the list's end. */
export function listAboveThresholds(d: Dictionary, row: usize, below: f32, list: usize): usize {
  const z = d.preActs + row * d.preActsStride, end = z + 4 * d.nLatents;
  const zero = f32x4.splat(0), lowest = f32x4.splat(-below);
  for (let at = z; at < end; at += 16) {
    const thetas = f32x4.max(v128.load(d.theta + (at - z)), zero);
    let left = i32x4.bitmask(f32x4.gt(f32x4.sub(v128.load(at), thetas), lowest));
    while (left) {
      const place = at + 4 * <usize>ctz(left);
      left &= left - 1;
      if (place >= end) continue;
      const value = load<f32>(place), entry = changetype<Entry>(list);
      entry.offset = ((place - z) >> 2) * d.stride;
      entry.value = value > thresholdOf(d, place - z) ? value : 0;
      list += offsetof<Entry>();
    }
  }
  return list;
}

/** From ∂L/∂f of a row's pairs, at `slopes`: ∂L/∂preAct of those above θ in its place, and each one's part of ∂L/∂θ. */
export function thresholdSlopes(d: Dictionary, row: usize, step: Step): void {
  const n = load<usize>(d.counts + 4 * row), first = row * d.rowCapacity;
  const preActs = d.preActs + row * d.preActsStride, halfWindow = d.bandwidth / 2;
  const weight: f32 = d.penalty == PENALTY_COUNT ? step.weight / (<f32>step.rows * <f32>d.model.dInput) : 0;
  for (let p = first; p < first + n; p++) {
    const entry = changetype<Entry>(d.entries + p * offsetof<Entry>()), at = 4 * (entry.offset / d.stride);
    const theta = thresholdOf(d, at), slope = load<f32>(d.slopes + 4 * p);
    const isNear = abs<f32>(load<f32>(preActs + at) - theta) < halfWindow;
    store<f32>(d.ownSlopes + 4 * p, isNear ? -(theta * slope + weight) / d.bandwidth : 0);
    if (entry.value == 0) store<f32>(d.slopes + 4 * p, 0);
  }
}

/** The gradient of a latent's θ: the sum of what its `n` pairs, at `own`, add. */
export function sumThresholds(d: Dictionary, latent: usize, own: usize, n: usize): void {
  let sum: f32 = 0;
  for (let p: usize = 0; p < n; p++) sum += load<f32>(own + 4 * p);
  store<f32>(d.ownGradients + 4 * latent, sum);
}

/** Adam on the thresholds of four latents. */
export function updateThresholds(d: Dictionary, latent: usize): void {
  adamAtRate(d.theta + 4 * latent, v128.load(d.ownGradients + 4 * latent), d.thetaRate);
}

/** θ of the latent whose numbers lie this many bytes down a row. */
@inline
function thresholdOf(d: Dictionary, at: usize): f32 {
  return max<f32>(load<f32>(d.theta + at), 0);
}
