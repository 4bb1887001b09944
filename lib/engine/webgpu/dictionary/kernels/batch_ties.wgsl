// How many candidates of each row are equal to BatchTopK's limit: the batch's first rows have room for theirs.
// One workgroup per row. Followed by list, workgroup_scan, a candidate, dictionary.

var<workgroup> ties: atomic<u32>;

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
  let key = atomicLoad(&batch_bins[LIMIT_KEY]);
  let stretch = stretch_of(lane);
  var own = 0u;
  for (var quad = stretch.x; quad < stretch.y; quad++) {
    let values = pre_acts[row * LATENT_QUADS + quad];
    let equal = vec4u(candidates_of(values, quad) & (keys_of(values) == vec4u(key)));
    own += equal.x + equal.y + equal.z + equal.w;
  }
  atomicAdd(&ties, own);
  workgroupBarrier();
  if (lane == 0) {
    counts[4 * row + 2] = atomicLoad(&ties);
  }
}
