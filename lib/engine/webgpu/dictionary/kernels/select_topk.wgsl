// The K largest candidates of each row. One workgroup per row. Followed by largest, radix, radix_walk, list, workgroup_scan, a
// candidate, dictionary.

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
  list_largest(row, lane);
}
