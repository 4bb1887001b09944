// BatchTopK's limit, 8 bits further: walks down the batch's histogram, and clears it. One workgroup.
// Followed by radix_walk, workgroup_scan, dictionary.

/// The lowest of the 8 bits; 24, 16, 8, 0 in turn.
override SHIFT: u32;
/// Active latents per image, on average.
override K: u32;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  for (var bin = lane; bin < BINS; bin += WORKGROUP) {
    atomicStore(&bins[bin], atomicExchange(&batch_bins[bin], 0u));
  }
  workgroupBarrier();
  var key = atomicLoad(&batch_bins[LIMIT_KEY]);
  var room = atomicLoad(&batch_bins[LIMIT_ROOM]);
  if (SHIFT == 24) {
    key = 0;
    room = K * this_step.batch;
  }
  let end = walk(room, lane);
  if (lane > 0) {
    return;
  }
  if (end.x == BEYOND) {
    // Fewer candidates than wanted: all of them. No float has key 0, so that later walks go beyond the last bin, too.
    key = 0;
    room = 0xffffffff;
  } else {
    key |= end.x << SHIFT;
    room = end.y;
  }
  atomicStore(&batch_bins[LIMIT_KEY], key);
  atomicStore(&batch_bins[LIMIT_ROOM], room);
}
