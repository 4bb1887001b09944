// The candidates above BatchTopK's limit, and of those equal to it as many as there is room for, by row and index.
// One workgroup a row. Followed by list, a candidate, dictionary.

const BINS = 256u;

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
  var ties_before = 0u;
  for (var i = 0u; i < row; i++) {
    ties_before += counts[4 * i + 2];
  }
  let room = atomicLoad(&batch_bins[BINS + 1]);
  write_list(row, lane, Limit(atomicLoad(&batch_bins[BINS]), room - min(room, ties_before)));
}
