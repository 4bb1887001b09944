// The latents as a dense row, for looking at them; takes the place of the slopes, which only training needs.
// One workgroup per row. Followed by an act, its files, dictionary.

override WORKGROUP: u32;

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
  let first = 4 * row * LATENT_QUADS;
  for (var latent = lane; latent < 4 * LATENT_QUADS; latent += WORKGROUP) {
    slopes[first + latent] = 0;
  }
  storageBarrier();
  let count = counts[4 * row];
  for (var i = lane; i < count; i += WORKGROUP) {
    let latent = lists[row * LIST_STRIDE + i];
    slopes[first + latent] = act_of(row, latent);
  }
}
