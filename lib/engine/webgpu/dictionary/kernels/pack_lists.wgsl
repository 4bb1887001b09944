// The active latents of all rows one after the other, or their values, so that they can be read without the room between
// the rows' lists. counts_before.wgsl has left where each row's begin. One workgroup per row.
// Followed by an act, its files, dictionary.

override WORKGROUP: u32;
/// Their values, else their numbers.
override HAS_VALUES: bool;

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
  let start = counts[4 * row + 2];
  for (var i = lane; i < counts[4 * row]; i += WORKGROUP) {
    let latent = lists[row * LIST_STRIDE + i];
    if (HAS_VALUES) {
      packed[start + i] = bitcast<u32>(act_of(row, latent));
    } else {
      packed[start + i] = latent;
    }
  }
}
