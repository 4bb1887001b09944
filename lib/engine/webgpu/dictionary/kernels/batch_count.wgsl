// BatchTopK's limit, 8 bits further: adds each row's histogram to the batch's. One workgroup per row.
// Followed by radix, radix_walk, list, workgroup_scan, a candidate, dictionary.

/// The lowest of the 8 bits; 24, 16, 8, 0 in turn.
override SHIFT: u32;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = number_of(group, groups);
  if (row >= this_step.batch) {
    return;
  }
  let limit = Limit(atomicLoad(&batch_bins[LIMIT_KEY]), 0);
  count_row(row, lane, limit, SHIFT);
  for (var bin = lane; bin < BINS; bin += WORKGROUP) {
    let count = atomicLoad(&bins[bin]);
    if (count > 0) {
      atomicAdd(&batch_bins[bin], count);
    }
  }
}
