/**
 * Latents with a gate and a magnitude: f = 1[π > 0]·ReLU(e^r·u + b_mag), where π = preAct is the gate and u = π −
 * b_gate.
 *
 * The step 1[π > 0] lets no gradient through. A second reconstruction, by ReLU(π) in the place of f, trains the gates;
 * its decoder is detached, so it is a loss of its own row by row and adds nothing to the decoder's gradients. A pair
 * with an open gate and no magnitude has value 0: it is listed for the gate's gradient.
 *
 * @module
 */
import { adamAtRate } from "../../kernels/adam";
import { Dictionary, Entry, PENALTY_GATES, Step } from "../../kernels/kernel_structs";
import { exp, sumOfLanes } from "../../kernels/vector";
import { normOf } from "./decoder_rows";
import { addDecoderBias, lossOf } from "./reconstruction";
import { addParts, beginWalk } from "./row_walk";
import { addAuxiliary, allLatents } from "./segments";

/** `exp` is computed between e^−80 and e^80, and no magnitude needs more. */
const MOST_LOG_GAIN: f32 = 80;

/** e^r of latents `from … to`, before a row is listed. */
export function computeGains(d: Dictionary, from: usize, to: usize): void {
  const most = f32x4.splat(MOST_LOG_GAIN), least = f32x4.splat(-MOST_LOG_GAIN);
  for (let at: usize = 4 * from; at < <usize>4 * to; at += 16) {
    v128.store(d.gains + at, exp(f32x4.pmin(f32x4.pmax(v128.load(d.rMag + at), least), most)));
  }
}

/** Lists a row's latents with an open gate, ascending, with what they are; returns the list's end. */
export function listGated(d: Dictionary, row: usize, list: usize): usize {
  const z = d.preActs + row * d.preActsStride, end = z + 4 * d.nLatents;
  const zero = f32x4.splat(0);
  for (let at = z; at < end; at += 16) {
    let left = i32x4.bitmask(f32x4.gt(v128.load(at), zero));
    while (left) {
      const place = at + 4 * <usize>ctz(left), offset = place - z;
      left &= left - 1;
      if (place >= end) continue;
      const entry = changetype<Entry>(list);
      entry.offset = (offset >> 2) * d.stride;
      entry.value = max<f32>(
        load<f32>(d.gains + offset) * inputOf(d, place, offset) + load<f32>(d.bMag + offset),
        0,
      );
      list += offsetof<Entry>();
    }
  }
  return list;
}

/** The loss of rows' reconstruction by their gates alone, and its gradient by that to `auxGradients`. */
export function reconstructByGates(d: Dictionary, room: usize, from: usize, to: usize, step: Step): void {
  for (let row = from; row < to; row++) memory.fill(d.auxGradients + row * d.stride, 0, 4 * d.width);
  addParts(d, beginWalk(d, room, from, to), allLatents(d), d.auxGradients, true);
  for (let row = from; row < to; row++) {
    const out = d.auxGradients + row * d.stride;
    addDecoderBias(d, out, out);
    addAuxiliary(d, row, sumOfLanes(lossOf(d, row, out, out, step)) / (<f32>step.rows * <f32>d.model.dInput));
  }
}

/** From ∂L/∂f of a row's pairs, at `slopes`, and ∂L/∂π, at `ownSlopes`: ∂L/∂preAct and ∂L/∂magnitude of each. */
export function gateSlopes(d: Dictionary, row: usize, step: Step): void {
  const n = load<usize>(d.counts + 4 * row), first = row * d.rowCapacity;
  const weight: f32 = d.penalty == PENALTY_GATES ? step.weight / (<f32>step.rows * <f32>d.model.dInput) : 0;
  for (let p = first; p < first + n; p++) {
    const entry = changetype<Entry>(d.entries + p * offsetof<Entry>());
    const own: f32 = entry.value > 0 ? load<f32>(d.slopes + 4 * p) : 0;
    const gate = load<f32>(d.ownSlopes + 4 * p) + weight * normOf(d, entry);
    store<f32>(d.slopes + 4 * p, gate + load<f32>(d.gains + 4 * (entry.offset / d.stride)) * own);
    store<f32>(d.ownSlopes + 4 * p, own);
  }
}

/**
 * Sums ∂L/∂magnitude over a latent's pairs into the gradients of r and b_mag; returns their sum by u, of which the
 * encoder's bias sees nothing.
 *
 * @param list The latent's pairs `[n]`: where their rows' inputs are, and at `own` ∂L/∂magnitude of each.
 */
export function sumGates(d: Dictionary, latent: usize, list: usize, own: usize, n: usize): f32 {
  let sum: f32 = 0, byInput: f32 = 0;
  for (let p: usize = 0; p < n; p++) {
    const row = changetype<Entry>(list + p * offsetof<Entry>()).offset / d.stride, slope = load<f32>(own + 4 * p);
    sum += slope;
    byInput += slope * inputOf(d, d.preActs + row * d.preActsStride + 4 * latent, 4 * latent);
  }
  const gain = load<f32>(d.gains + 4 * latent);
  store<f32>(d.ownGradients + 4 * latent, gain * byInput);
  store<f32>(d.ownGradients + 4 * (d.paddedLatents + latent), sum);
  return gain * sum;
}

/**
 * Σ π over a latent's pairs, of which the penalty by its direction's length is made; `list` and `n` as of `sumGates`.
 */
export function sumOfGates(d: Dictionary, latent: usize, list: usize, n: usize): f32 {
  let sum: f32 = 0;
  for (let p: usize = 0; p < n; p++) {
    const row = changetype<Entry>(list + p * offsetof<Entry>()).offset / d.stride;
    sum += load<f32>(d.preActs + row * d.preActsStride + 4 * latent);
  }
  return sum;
}

/** Adam on r and b_mag of four latents. */
export function updateMagnitudes(d: Dictionary, latent: usize): void {
  const gradients = d.ownGradients + 4 * latent;
  adamAtRate(d.rMag + 4 * latent, v128.load(gradients), d.rMagRate);
  adamAtRate(d.bMag + 4 * latent, v128.load(gradients + 4 * d.paddedLatents), d.bMagRate);
}

/** u of a latent whose preAct is at `place` and whose parameters are this many bytes down their rows. */
@inline
function inputOf(d: Dictionary, place: usize, offset: usize): f32 {
  return load<f32>(place) - load<f32>(d.encoderBias + offset);
}
