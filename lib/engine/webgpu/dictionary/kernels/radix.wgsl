// The limit above which lie this many candidates, found 8 bits of the key at a time: count how many keys have which bits,
// walk down from the largest, go on with the keys that share the bits where the walk ends.
//
// Followed by radix_walk, list, workgroup_scan, a candidate, dictionary.

/// Counts a row's candidates that agree with `limit.key` above bit `shift` + 8 by their 8 bits from `shift`.
/// Every invocation of the workgroup must call it.
fn count_row(row: u32, lane: u32, limit: Limit, shift: u32) {
  for (var bin = lane; bin < BINS; bin += WORKGROUP) {
    atomicStore(&bins[bin], 0u);
  }
  workgroupBarrier();
  let stretch = stretch_of(lane);
  for (var quad = stretch.x; quad < stretch.y; quad++) {
    let values = pre_acts[row * LATENT_QUADS + quad];
    let are_candidates = candidates_of(values, quad);
    if (!any(are_candidates)) {
      continue;
    }
    let keys = keys_of(values) >> vec4u(shift);
    for (var i = 0u; i < 4; i++) {
      if (are_candidates[i] && (keys[i] >> 8) == ((limit.key >> shift) >> 8)) {
        atomicAdd(&bins[keys[i] % BINS], 1u);
      }
    }
  }
  workgroupBarrier();
}
