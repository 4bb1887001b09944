/**
 * The lists of a row: which latents are active in it, and what they are.
 *
 * @module
 */
import { Dictionary, Entry } from "../../kernels/kernel_structs";

/** Lists the latents of a row that are above `threshold`, or equal to it and before `tieEnd`, ascending; returns the list's end. */
export function listActive(d: Dictionary, row: usize, threshold: f32, tieEnd: usize, list: usize): usize {
  const z = d.preActs + row * d.preActsStride;
  const thresholds = f32x4.splat(threshold);
  const end = z + 4 * d.nLatents;
  for (let at = z; at < end; at += 16) {
    let left = i32x4.bitmask(f32x4.ge(v128.load(at), thresholds));
    while (left) {
      const place = at + 4 * <usize>ctz(left);
      left &= left - 1;
      const value = load<f32>(place);
      if (place >= end || !(value > threshold || place < tieEnd)) continue;
      const entry = changetype<Entry>(list);
      entry.offset = ((place - z) >> 2) * d.stride;
      entry.value = value;
      list += offsetof<Entry>();
    }
  }
  return list;
}

/** Lists the latents of a row that are not 0, all of them if need be; returns the list's end. */
export function listNonZero(d: Dictionary, row: usize, list: usize): usize {
  const z = d.preActs + row * d.preActsStride;
  for (let latent: usize = 0; latent < d.nLatents; latent++) {
    const value = load<f32>(z + 4 * latent);
    if (value == 0) continue;
    const entry = changetype<Entry>(list);
    entry.offset = latent * d.stride;
    entry.value = value;
    list += offsetof<Entry>();
  }
  return list;
}

/** Copies the entries of a list whose value is not 0 to `target`, which may be the list itself; returns their end. */
export function copyNonZero(list: usize, end: usize, target: usize): usize {
  for (; list < end; list += offsetof<Entry>()) {
    if (changetype<Entry>(list).value == 0) continue;
    store<u64>(target, load<u64>(list));
    target += offsetof<Entry>();
  }
  return target;
}

/** Copies a part of a row's list to `target` with each latent's preAct for its value; returns the copy's end. */
export function copyPreActs(d: Dictionary, row: usize, list: usize, end: usize, target: usize): usize {
  for (; list < end; list += offsetof<Entry>(), target += offsetof<Entry>()) {
    const entry = changetype<Entry>(list), copy = changetype<Entry>(target);
    copy.offset = entry.offset;
    copy.value = preActOf(d, row, entry);
  }
  return target;
}

/** The preAct of a listed pair. */
@inline
export function preActOf(d: Dictionary, row: usize, entry: Entry): f32 {
  return load<f32>(d.preActs + row * d.preActsStride + 4 * (entry.offset / d.stride));
}

/** Replaces a row's preActs by its latents: what is listed, and 0 elsewhere. */
export function writeLatents(d: Dictionary, row: usize, list: usize, end: usize): void {
  const z = d.preActs + row * d.preActsStride;
  memory.fill(z, 0, 4 * d.paddedLatents);
  for (; list < end; list += offsetof<Entry>()) {
    const entry = changetype<Entry>(list);
    store<f32>(z + 4 * (entry.offset / d.stride), entry.value);
  }
}

/** Keeps a row's list for the host if the row has room for it; its length is kept in any case. Returns whether it had. */
export function keepList(d: Dictionary, row: usize, list: usize, end: usize): bool {
  const n = (end - list) / offsetof<Entry>();
  store<usize>(d.counts + 4 * row, n);
  if (n > d.rowCapacity) return false;
  memory.copy(d.entries + row * d.rowCapacity * offsetof<Entry>(), list, end - list);
  return true;
}
