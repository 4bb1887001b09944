/**
 * The pairs of all rows by latent, for the update: a block of latents at a time, so that a thread's room need not hold the
 * pairs of all its latents. Rows' lists are ascending, so each block takes the next part of every row's list.
 *
 * @module
 */
import { ACTIVATION_POSITIVE, Dictionary, Entry } from "../../kernels/kernel_structs";
import { segmentEnd } from "./segments";

/** Lists by latent in a thread's room; see {@link listByLatent}. */
@unmanaged
export class LatentLists {
  /** First of the latents listed. */
  from: usize;
  /** `[latents + 1]`: where each one's entries begin, in entries. */
  starts: usize;
  /** Where each row's next active latent is, and its next one of AuxK, `[rows]` each. */
  places: usize;
  auxPlaces: usize;
  /** Rows of `gradients` (or, further on, of `auxGradients`) with the latent's activation. */
  decoder: usize;
  /** Rows of `inputs` with ∂L/∂preAct. */
  encoder: usize;
  /** What each pair adds to the gradient of the latent's own parameters; not there if it has none. */
  own: usize;
}

/** Lists in a thread's room, before the first block of those from latent `from` on. */
export function beginLists(d: Dictionary, room: usize, from: usize, rows: usize): LatentLists {
  const lists = changetype<LatentLists>(room);
  lists.starts = room + offsetof<LatentLists>();
  lists.places = lists.starts + 4 * (d.blockLatents + 2);
  lists.auxPlaces = lists.places + 4 * rows;
  lists.decoder = lists.auxPlaces + 4 * rows;
  lists.encoder = lists.decoder + d.pairCapacity * offsetof<Entry>();
  lists.own = lists.encoder + d.pairCapacity * offsetof<Entry>();
  for (let row: usize = 0; row < rows; row++) {
    const list = d.entries + row * d.rowCapacity * offsetof<Entry>();
    store<usize>(lists.places + 4 * row, skip(list, endOf(list, d.counts, row), from * d.stride));
    if (!d.nDead) continue;
    const auxList = d.auxEntries + row * d.auxCapacity * offsetof<Entry>();
    store<usize>(lists.auxPlaces + 4 * row, skip(auxList, endOf(auxList, d.auxCounts, row), from * d.stride));
  }
  return lists;
}

/**
 * Lists the pairs of latents `from … to`, one block, by latent, each one's in the order of the rows: active ones, then
 * AuxK's. The block before has ended where this one begins.
 */
export function listByLatent(d: Dictionary, lists: LatentLists, from: usize, to: usize, rows: usize): void {
  lists.from = from;
  memory.fill(lists.starts, 0, 4 * (to - from + 2));
  // Counts go two places further, so that the filling moves each start to its end, which is the next one's start.
  count(d, lists, to, rows, false);
  if (d.nDead) count(d, lists, to, rows, true);
  for (let i: usize = 2; i < to - from + 2; i++) {
    const at = lists.starts + 4 * i;
    store<usize>(at, load<usize>(at) + load<usize>(at - 4));
  }
  fill(d, lists, to, rows, false);
  if (d.nDead) fill(d, lists, to, rows, true);
}

function count(d: Dictionary, lists: LatentLists, to: usize, rows: usize, isAuxiliary: bool): void {
  const stride = d.stride, high = to * stride;
  const entries = isAuxiliary ? d.auxEntries : d.entries, capacity = isAuxiliary ? d.auxCapacity : d.rowCapacity;
  const counts = isAuxiliary ? d.auxCounts : d.counts, places = isAuxiliary ? lists.auxPlaces : lists.places;
  for (let row: usize = 0; row < rows; row++) {
    const end = endOf(entries + row * capacity * offsetof<Entry>(), counts, row);
    for (let pair = load<usize>(places + 4 * row); pair < end; pair += offsetof<Entry>()) {
      const offset = changetype<Entry>(pair).offset;
      if (offset >= high) break;
      const at = lists.starts + 4 * (offset / stride - lists.from + 2);
      store<usize>(at, load<usize>(at) + 1);
    }
  }
}

function fill(d: Dictionary, lists: LatentLists, to: usize, rows: usize, isAuxiliary: bool): void {
  const stride = d.stride, high = to * stride, hasOwn = d.activation != ACTIVATION_POSITIVE;
  const entries = isAuxiliary ? d.auxEntries : d.entries, capacity = isAuxiliary ? d.auxCapacity : d.rowCapacity;
  const counts = isAuxiliary ? d.auxCounts : d.counts, places = isAuxiliary ? lists.auxPlaces : lists.places;
  const slopes = isAuxiliary ? d.auxSlopes : d.slopes;
  const toGradients: usize = isAuxiliary ? d.auxGradients - d.gradients : 0;
  const isBySize = !isAuxiliary && d.prefixesAreBySize, nSegments: usize = isAuxiliary || isBySize ? 0 : d.nPrefixes;
  for (let row: usize = 0; row < rows; row++) {
    let segment: usize = 0, pair = load<usize>(places + 4 * row);
    for (const end = endOf(entries + row * capacity * offsetof<Entry>(), counts, row); pair < end; pair += offsetof<Entry>()) {
      const offset = changetype<Entry>(pair).offset;
      if (offset >= high) break;
      const number = (pair - entries) / offsetof<Entry>();
      if (isBySize) segment = load<usize>(d.pairSegments + 4 * number);
      while (segment < nSegments && offset >= segmentEnd(d, segment)) segment++;
      const start = lists.starts + 4 * (offset / stride - lists.from + 1), at = load<usize>(start);
      store<usize>(start, at + 1);
      const decoder = changetype<Entry>(lists.decoder + at * offsetof<Entry>());
      decoder.offset = toGradients + segment * d.segmentBytes + row * stride;
      decoder.value = changetype<Entry>(pair).value;
      const encoder = changetype<Entry>(lists.encoder + at * offsetof<Entry>());
      encoder.offset = row * stride;
      encoder.value = load<f32>(slopes + 4 * number);
      if (hasOwn) store<f32>(lists.own + 4 * at, load<f32>(d.ownSlopes + 4 * number));
    }
    store<usize>(places + 4 * row, pair);
  }
}

/** Where the list of a row ends. */
@inline
function endOf(list: usize, counts: usize, row: usize): usize {
  return list + load<usize>(counts + 4 * row) * offsetof<Entry>();
}

/** The first entry of a list from offset `until` on. */
function skip(list: usize, end: usize, until: usize): usize {
  while (list < end && changetype<Entry>(list).offset < until) list += offsetof<Entry>();
  return list;
}
