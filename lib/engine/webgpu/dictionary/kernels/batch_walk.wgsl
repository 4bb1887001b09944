// BatchTopK's limit, 8 bits further: walks down the batch's histogram, and clears it. One invocation. Followed by dictionary.

/// The lowest of the 8 bits; 24, 16, 8, 0 in turn.
override SHIFT: u32;
/// Active latents an image, on average.
override K: u32;

const BINS = 256u;

@compute @workgroup_size(1)
fn main() {
  var key = atomicLoad(&batch_bins[BINS]);
  var left = atomicLoad(&batch_bins[BINS + 1]);
  if (SHIFT == 24) {
    key = 0;
    left = K * this_step.batch;
  }
  var end = BINS;
  for (var i = 0u; i < BINS; i++) {
    let bin = BINS - 1 - i;
    let count = atomicLoad(&batch_bins[bin]);
    atomicStore(&batch_bins[bin], 0u);
    if (end == BINS) {
      if (count >= left) {
        end = bin;
      } else {
        left -= count;
      }
    }
  }
  if (end == BINS) {
    // Fewer candidates than wanted: all of them. No float has key 0, so that later passes end here too.
    key = 0;
    left = 0xffffffff;
  } else {
    key |= end << SHIFT;
  }
  atomicStore(&batch_bins[BINS], key);
  atomicStore(&batch_bins[BINS + 1], left);
}
