// The active latents of a row with the largest first, equal ones by number: what each place of the list holds, and which
// gradient at the reconstruction each latent has. A latent's place is how many others come before it. One workgroup per row,
// an invocation per latent. Followed by an act and its files, prefix_plane, dictionary.

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
  let count = counts[4 * row];
  let list = row * LIST_STRIDE;
  let sorted = row * 4 * LATENT_QUADS; // the list is read by all until all places are known
  for (var i = lane; i < count; i += WORKGROUP) {
    let latent = lists[list + i];
    let act = act_of(row, latent);
    var place = 0u;
    for (var j = 0u; j < count; j++) {
      let other = act_of(row, lists[list + j]);
      place += u32(other > act || (other == act && j < i));
    }
    packed[sorted + place] = latent;
    pair_planes[row * 4 * LATENT_QUADS + latent] = plane_at(place);
  }
  storageBarrier();
  for (var i = lane; i < count; i += WORKGROUP) {
    lists[list + i] = packed[sorted + i];
  }
}
