/**
 * The pairs of a row and a latent that is active in it: listed by row for decoding, by latent for the update.
 *
 * @module
 */
import { ACTIVATION_POSITIVE, Dictionary, Entry } from "../../kernels/kernel_structs";
import { segmentEnd } from "./segments";

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

/** Lists by latent in a thread's scratch; see {@link listByLatent}. */
@unmanaged
export class LatentLists {
  /** First of the latents listed. */
  from: usize;
  /** `[latents + 1]`: where each one's entries begin, in entries. */
  starts: usize;
  /** Rows of `gradients` (or, further on, of `auxGradients`) with the latent's activation. */
  decoder: usize;
  /** Rows of `inputs` with ∂L/∂preAct. */
  encoder: usize;
  /** What each pair adds to the gradient of the latent's own parameters; not there if it has none. */
  own: usize;
}

/** Lists the pairs of latents `from … to` by latent, each one's in the order of the rows: active ones, then AuxK's. */
export function listByLatent(d: Dictionary, lists: LatentLists, from: usize, to: usize, rows: usize): void {
  lists.from = from;
  memory.fill(lists.starts, 0, 4 * (to - from + 2));
  // Counts go two places further, so that the filling moves each start to its end, which is the next one's start.
  count(d, d.counts, d.entries, d.rowCapacity, lists, from, to, rows);
  if (d.auxWidth) count(d, d.auxCounts, d.auxEntries, d.auxCapacity, lists, from, to, rows);
  for (let i: usize = 2; i < to - from + 2; i++) {
    const at = lists.starts + 4 * i;
    store<usize>(at, load<usize>(at) + load<usize>(at - 4));
  }
  fill(d, d.counts, d.entries, d.slopes, d.rowCapacity, d.gradients, lists, from, to, rows);
  if (d.auxWidth) {
    fill(d, d.auxCounts, d.auxEntries, d.auxSlopes, d.auxCapacity, d.auxGradients, lists, from, to, rows);
  }
}

function count(
  d: Dictionary,
  counts: usize,
  entries: usize,
  capacity: usize,
  lists: LatentLists,
  from: usize,
  to: usize,
  rows: usize,
): void {
  const stride = d.stride, low = from * stride, high = to * stride;
  for (let row: usize = 0; row < rows; row++) {
    let list = entries + row * capacity * offsetof<Entry>();
    const end = list + load<usize>(counts + 4 * row) * offsetof<Entry>();
    for (; list < end; list += offsetof<Entry>()) {
      const offset = changetype<Entry>(list).offset;
      if (offset < low || offset >= high) continue;
      const at = lists.starts + 4 * (offset / stride - from + 2);
      store<usize>(at, load<usize>(at) + 1);
    }
  }
}

function fill(
  d: Dictionary,
  counts: usize,
  entries: usize,
  slopes: usize,
  capacity: usize,
  gradients: usize,
  lists: LatentLists,
  from: usize,
  to: usize,
  rows: usize,
): void {
  const stride = d.stride, low = from * stride, high = to * stride;
  const nSegments = gradients == d.gradients ? d.nPrefixes : 0;
  for (let row: usize = 0; row < rows; row++) {
    let segment: usize = 0;
    const n = load<usize>(counts + 4 * row);
    for (let p: usize = 0; p < n; p++) {
      const pair = changetype<Entry>(entries + (row * capacity + p) * offsetof<Entry>());
      if (pair.offset < low || pair.offset >= high) continue;
      while (segment < nSegments && pair.offset >= segmentEnd(d, segment)) segment++;
      const at = lists.starts + 4 * (pair.offset / stride - from + 1);
      const place = load<usize>(at);
      store<usize>(at, place + 1);
      const decoder = changetype<Entry>(lists.decoder + place * offsetof<Entry>());
      decoder.offset = gradients - d.gradients + segment * d.segmentBytes + row * stride;
      decoder.value = pair.value;
      const encoder = changetype<Entry>(lists.encoder + place * offsetof<Entry>());
      encoder.offset = row * stride;
      encoder.value = load<f32>(slopes + 4 * (row * capacity + p));
      if (d.activation != ACTIVATION_POSITIVE) {
        store<f32>(lists.own + 4 * place, load<f32>(d.ownSlopes + 4 * (row * capacity + p)));
      }
    }
  }
}
