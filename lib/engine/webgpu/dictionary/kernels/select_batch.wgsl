// The candidates above BatchTopK's limit, and of those equal to it as many as there is room for, by row and index.
// One workgroup per row. Followed by list, workgroup_scan, a candidate, dictionary.

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
  let room = atomicLoad(&batch_bins[LIMIT_ROOM]);
  write_list(row, lane, Limit(atomicLoad(&batch_bins[LIMIT_KEY]), room - min(room, counts[4 * row + 2])));
}
