/**
 * AuxK: the largest of the dead latents reconstruct the error of a row's reconstruction. Called if there are dead
 * latents.
 *
 * @module
 */
import { layerAt } from "../../kernels/addresses";
import { Dictionary, Entry, Step } from "../../kernels/kernel_structs";
import { addAuxiliary } from "./segments";
import { addDirections, dots } from "./decoder_rows";
import { kthLargest, tieEndOf } from "./select";
import { multiplyAdd, sumOfLanes } from "../../kernels/vector";

/**
 * Lists the dead latents that AuxK takes in a row, of those that `listDead` left at `dead`: the largest, fewer than usual
 * only if preActs are NaN; returns the list's end.
 */
export function listAuxiliary(d: Dictionary, row: usize, dead: usize, nDead: usize, list: usize): usize {
  const end = listLargestDead(d, row, dead, nDead, min(d.auxWidth, nDead), list);
  store<usize>(d.auxCounts + 4 * row, (end - list) / offsetof<Entry>());
  return end;
}

/**
 * Adds AuxK's loss of one row to `rowAuxiliaries`, and its gradient by the row's reconstruction to `auxGradients`: of
 * the dead latents that `listAuxiliary` has listed, not rectified.
 *
 *     α · min(|D|/m, 1) · MSE(h·W_dec, sg(x − x̂))
 */
export function auxiliaryRow(d: Dictionary, row: usize, step: Step, nDead: usize): void {
  const n = load<usize>(d.auxCounts + 4 * row);
  const entries = d.auxEntries + row * d.auxCapacity * offsetof<Entry>();

  const size = <f32>step.rows * <f32>d.model.dInput;
  const alpha = d.auxAlpha * min(<f32>nDead / <f32>d.auxWidth, 1);
  const scale = f32x4.splat(2 * alpha / size);
  const target = d.auxGradients + row * d.stride;
  memory.fill(target, 0, 4 * d.width);
  addDirections(d, entries, entries + n * offsetof<Entry>(), target);
  const images = layerAt(d.model, 0).inputs + row * d.stride, logits = d.logits + row * d.stride;
  let squares = f32x4.splat(0);
  for (let offset: usize = 0; offset < 4 * d.width; offset += 16) {
    const error = f32x4.sub(v128.load(images + offset), v128.load(logits + offset));
    const difference = v128.and(f32x4.sub(v128.load(target + offset), error), v128.load(d.mask + offset));
    squares = multiplyAdd(difference, difference, squares);
    v128.store(target + offset, f32x4.mul(difference, scale));
  }
  addAuxiliary(d, row, sumOfLanes(squares) * alpha / size);
}

/** ∂AuxK/∂preAct of the row's dead latents that `listAuxiliary` has listed. */
export function backwardAuxiliaryRow(d: Dictionary, row: usize): void {
  const n = load<usize>(d.auxCounts + 4 * row);
  const entries = d.auxEntries + row * d.auxCapacity * offsetof<Entry>();
  dots(d, d.auxGradients + row * d.stride, entries, n, d.auxSlopes + 4 * row * d.auxCapacity);
}

/** The numbers of the dead latents, to `dead`; how many there are. */
export function listDead(d: Dictionary, step: Step, dead: usize): usize {
  let nDead: usize = 0;
  for (let latent: usize = 0; latent < d.nLatents; latent++) {
    if (step.t - 1 - load<f32>(d.lastFired + 4 * latent) <= d.deadSteps) continue;
    store<usize>(dead + 4 * nDead++, latent);
  }
  return nDead;
}

/**
 * Lists the n largest preActs among the `nDead` latents listed, none that is NaN; returns the list's end. `dead` must have
 * room for two more lists of this size after it.
 */
function listLargestDead(d: Dictionary, row: usize, dead: usize, nDead: usize, n: usize, entries: usize): usize {
  const padded = (nDead + 3) & ~3;
  const values = dead + 4 * d.paddedLatents, heap = values + 4 * d.paddedLatents;
  const z = d.preActs + row * d.preActsStride;
  for (let i: usize = 0; i < nDead; i++) store<f32>(values + 4 * i, load<f32>(z + 4 * load<usize>(dead + 4 * i)));
  for (let i = nDead; i < padded; i++) store<f32>(values + 4 * i, -Infinity);
  const least = kthLargest(values, padded, n, -Infinity, heap);
  const tieEnd = tieEndOf(values, padded, n, least, heap), leasts = f32x4.splat(least);
  let list = entries;
  for (let at = values, end = values + 4 * padded; at < end; at += 16) {
    let left = i32x4.bitmask(f32x4.ge(v128.load(at), leasts));
    while (left) {
      const place = at + 4 * <usize>ctz(left);
      left &= left - 1;
      const value = load<f32>(place);
      if (value == least && (place >= tieEnd || least == -Infinity)) continue; // the padding is −∞ too
      const entry = changetype<Entry>(list);
      entry.offset = load<usize>(dead + place - values) * d.stride;
      entry.value = value;
      list += offsetof<Entry>();
    }
  }
  return list;
}
