/**
 * Reconstructions of a row's largest latents alone, as HierarchicalTopK has them: sums of the same directions as that of all
 * latents, on their way, so that each costs one more loss and no more products.
 *
 * @module
 */
import { Dictionary, Entry, Step } from "../../kernels/kernel_structs";
import { sumOfLanes } from "../../kernels/vector";
import { addDirections, dots } from "./decoder_rows";
import { addDecoderBias, addGradients, lossOf } from "./reconstruction";
import { addAuxiliary, gradientsOf } from "./segments";

/**
 * From the lists of rows `from … to` to their logits, losses and gradients by logits, and in training to ∂L/∂f of every pair,
 * to `slopes`. Each pair's segment is kept: which gradients by logits it has an influence on.
 *
 * @param room A thread's.
 */
export function reconstructBySize(d: Dictionary, room: usize, from: usize, to: usize, step: Step, isTraining: bool): void {
  for (let row = from; row < to; row++) reconstructRow(d, row, room, step, isTraining);
}

function reconstructRow(d: Dictionary, row: usize, room: usize, step: Step, isTraining: bool): void {
  const n = load<usize>(d.counts + 4 * row), first = row * d.rowCapacity, last = d.nPrefixes;
  const keys = room, sorted = keys + 8 * n, slopes = sorted + offsetof<Entry>() * n;
  listBySize(d.entries + first * offsetof<Entry>(), n, keys, sorted);
  const logits = d.logits + row * d.stride, weight = d.prefixWeight;
  memory.fill(logits, 0, 4 * d.width);
  let losses: f32 = 0, rank: usize = 0;
  for (let segment: usize = 0; segment <= last; segment++) {
    const begin = rank, end = segment < last ? min(n, load<usize>(d.prefixEnds + 4 * segment)) : n;
    const gradients = gradientsOf(d, row, segment);
    if (end > begin) addDirections(d, sorted + begin * offsetof<Entry>(), sorted + end * offsetof<Entry>(), logits);
    for (; rank < end; rank++) store<usize>(d.pairSegments + 4 * (first + placeAt(keys, rank)), segment);
    if (segment < last) {
      addDecoderBias(d, logits, gradients);
      losses += weight * sumOfLanes(lossOf(d, row, gradients, gradients, step));
      continue;
    }
    addDecoderBias(d, logits, logits);
    const loss = lossOf(d, row, logits, gradients, step);
    v128.store(d.model.rowLosses + 16 * row, loss);
    losses -= (1 - weight) * sumOfLanes(loss);
  }
  addAuxiliary(d, row, losses / (<f32>step.rows * <f32>d.model.dInput));
  for (let segment = last; segment > 0; segment--) addGradients(d, row, segment, segment - 1);
  if (!isTraining) return;
  for (let segment: usize = 0, begin: usize = 0; begin < n; segment++) {
    const end = segment < last ? min(n, load<usize>(d.prefixEnds + 4 * segment)) : n;
    dots(d, gradientsOf(d, row, segment), sorted + begin * offsetof<Entry>(), end - begin, slopes + 4 * begin);
    begin = end;
  }
  for (rank = 0; rank < n; rank++) {
    store<f32>(d.slopes + 4 * (first + placeAt(keys, rank)), load<f32>(slopes + 4 * rank));
  }
}

/**
 * A row's list with the largest value first, equal ones in the order of the list, to `sorted`, and its keys to `keys`.
 *
 * A key has the value's bits above, which are ordered as positive floats are, and below them the entry's place in the
 * list, counted from the end of all numbers so that the larger key is the earlier place.
 */
function listBySize(list: usize, n: usize, keys: usize, sorted: usize): void {
  for (let place: usize = 0; place < n; place++) {
    const bits = reinterpret<u32>(changetype<Entry>(list + place * offsetof<Entry>()).value);
    store<u64>(keys + 8 * place, (<u64>bits << 32) | <u64>(u32.MAX_VALUE - place));
  }
  sortDescending(keys, n);
  for (let rank: usize = 0; rank < n; rank++) {
    store<u64>(sorted + rank * offsetof<Entry>(), load<u64>(list + placeAt(keys, rank) * offsetof<Entry>()));
  }
}

/** The place in its row's list of the pair with a rank. */
@inline
function placeAt(keys: usize, rank: usize): usize {
  return u32.MAX_VALUE - <u32>load<u64>(keys + 8 * rank);
}

/** Sorts keys: a heap with the least on top gives up the least again and again, to the end of the keys. */
function sortDescending(keys: usize, n: usize): void {
  for (let hole = n / 2; hole > 0; hole--) sink(keys, hole - 1, n, load<u64>(keys + 8 * (hole - 1)));
  for (let left = n; left > 1; left--) {
    const at = keys + 8 * (left - 1), key = load<u64>(at);
    store<u64>(at, load<u64>(keys));
    sink(keys, 0, left - 1, key);
  }
}

/** Puts a key into the hole of a heap of `n`, and lets it sink. */
function sink(keys: usize, hole: usize, n: usize, key: u64): void {
  while (true) {
    let child: usize = 2 * hole + 1;
    if (child >= n) break;
    let least = load<u64>(keys + 8 * child);
    if (child + 1 < n) {
      const right = load<u64>(keys + 8 * (child + 1));
      if (right < least) least = right, child++;
    }
    if (least >= key) break;
    store<u64>(keys + 8 * hole, least);
    hole = child;
  }
  store<u64>(keys + 8 * hole, key);
}
