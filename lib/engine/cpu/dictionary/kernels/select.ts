/**
 * The k-th largest of many numbers: which latents TopK keeps.
 *
 * A heap of the k largest so far has its least on top. Four numbers at a time are compared with the least, and few are
 * larger, because a lower bound is found first.
 *
 * @module
 */

/**
 * The k-th largest of those above `floor`, or `floor` if there are fewer.
 *
 * Numbers are maxima of 2k groups at first; k of those are at least as large as the k-th largest of them, which
 * therefore is a bound that few numbers are above.
 *
 * @param count Numbers at `values`; up to the next multiple of 4 there must be none above `floor`.
 * @param heap Room for `count` floats, or for 3k + 31 if that is more; holds the k largest afterwards.
 */
export function kthLargest(values: usize, count: usize, k: usize, floor: f32, heap: usize): f32 {
  const maxima = heap + 4 * k, maximaBytes: usize = 4 * ((2 * k + 31) & ~31), end = values + ((4 * count + 15) & ~15);
  if (end - values < 4 * maximaBytes) return kthOf(values, end, k, floor, heap);
  for (let offset: usize = 0; offset < maximaBytes; offset += 128) {
    maximaOf8Vectors(values + offset, end, maximaBytes, maxima + offset);
  }
  const bound = kthOf(maxima, maxima + maximaBytes, k, floor, heap);
  return kthOf(values, end, k, bound, heap);
}

/** The maxima of 8 vectors at an address, those `step` bytes further, and so on, by lane. */
function maximaOf8Vectors(at: usize, end: usize, step: usize, maxima: usize): void {
  let m0 = v128.load(at), m1 = v128.load(at, 16), m2 = v128.load(at, 32), m3 = v128.load(at, 48);
  let m4 = v128.load(at, 64), m5 = v128.load(at, 80), m6 = v128.load(at, 96), m7 = v128.load(at, 112);
  for (at += step; at + 128 <= end; at += step) {
    m0 = f32x4.pmax(m0, v128.load(at)), m1 = f32x4.pmax(m1, v128.load(at, 16));
    m2 = f32x4.pmax(m2, v128.load(at, 32)), m3 = f32x4.pmax(m3, v128.load(at, 48));
    m4 = f32x4.pmax(m4, v128.load(at, 64)), m5 = f32x4.pmax(m5, v128.load(at, 80));
    m6 = f32x4.pmax(m6, v128.load(at, 96)), m7 = f32x4.pmax(m7, v128.load(at, 112));
  }
  v128.store(maxima, m0), v128.store(maxima, m1, 16), v128.store(maxima, m2, 32), v128.store(maxima, m3, 48);
  v128.store(maxima, m4, 64), v128.store(maxima, m5, 80), v128.store(maxima, m6, 96), v128.store(maxima, m7, 112);
  for (; at < end; at += 16, maxima += 16) v128.store(maxima, f32x4.pmax(v128.load(maxima), v128.load(at)));
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
 * The address after the last number that equals the k-th largest and is among the k, in
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
