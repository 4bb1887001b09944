/**
 * The k-th largest of many numbers: which latents TopK keeps.
 *
 * A heap of the k largest so far, its least on top; four numbers at a time are compared with that one, and few pass: a bound
 * from below is found first.
 *
 * @module
 */

/**
 * The k-th largest of those above `floor`, or `floor` where there are fewer.
 *
 * Numbers are maxima of 2k groups at first; k of those are at least as large as the k-th largest of them, which therefore is
 * a bound that few numbers are above.
 *
 * @param count Numbers at `values`; up to the next multiple of 4 there must be none above `floor`.
 * @param heap Room for `count` floats, or for 3k + 4 if that is more; holds the k largest afterwards.
 */
export function kthLargest(values: usize, count: usize, k: usize, floor: f32, heap: usize): f32 {
  const maxima = heap + 4 * k, nMaxima = 4 * ((2 * k + 3) / 4), end = values + ((4 * count + 15) & ~15);
  if (end - values < 4 * 4 * nMaxima) return kthOf(values, end, k, floor, heap);
  // As many groups as vectors of maxima; what is left over goes to the first groups.
  for (let at: usize = 0; at < 4 * nMaxima; at += 16) v128.store(maxima + at, v128.load(values + at));
  let at = values + 4 * nMaxima;
  while (at < end) {
    const stop = min(maxima + 4 * nMaxima, maxima + (end - at));
    for (let maximum = maxima; maximum < stop; maximum += 16, at += 16) {
      v128.store(maximum, f32x4.pmax(v128.load(maximum), v128.load(at)));
    }
  }
  const bound = kthOf(maxima, maxima + 4 * nMaxima, k, floor, heap);
  return kthOf(values, end, k, bound, heap);
}

/** The k-th largest of those above `floor` between two addresses, by a heap of the k largest so far. */
function kthOf(values: usize, end: usize, k: usize, floor: f32, heap: usize): f32 {
  for (let i: usize = 0; i < k; i++) store<f32>(heap + 4 * i, floor);
  let least = f32x4.splat(floor);
  for (let at = values; at < end; at += 16) {
    let left = i32x4.bitmask(f32x4.gt(v128.load(at), least));
    if (!left) continue;
    while (left) {
      const value = load<f32>(at + 4 * <usize>ctz(left));
      left &= left - 1;
      if (value > load<f32>(heap)) replaceLeast(heap, k, value);
    }
    least = v128.load32_splat(heap);
  }
  return load<f32>(heap);
}

/**
 * Where equal ones stop to count: the address after the last number that equals the k-th largest and is among the k, in
 * the order of the addresses.
 */
export function tieEndOf(values: usize, count: usize, k: usize, least: f32, heap: usize): usize {
  let room: usize = 0;
  for (let i: usize = 0; i < k; i++) room += <usize>(load<f32>(heap + 4 * i) == least);
  const leasts = f32x4.splat(least);
  const end = values + 4 * count;
  for (let at = values; at < end; at += 16) {
    let left = i32x4.bitmask(f32x4.eq(v128.load(at), leasts));
    while (left) {
      const tie = at + 4 * <usize>ctz(left);
      left &= left - 1;
      if (--room == 0) return tie + 4;
    }
  }
  return end;
}

/** Puts a value in the place of the least, and lets it sink. */
function replaceLeast(heap: usize, k: usize, value: f32): void {
  let hole: usize = 0;
  while (true) {
    let child: usize = 2 * hole + 1;
    if (child >= k) break;
    let least = load<f32>(heap + 4 * child);
    if (child + 1 < k) {
      const right = load<f32>(heap + 4 * (child + 1));
      if (right < least) least = right, child++;
    }
    if (least >= value) break;
    store<f32>(heap + 4 * hole, least);
    hole = child;
  }
  store<f32>(heap + 4 * hole, value);
}
