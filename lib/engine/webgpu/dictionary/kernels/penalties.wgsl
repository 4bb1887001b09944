// Each latent's part of the penalty if a step is only looked at: the same sum as sum_latents.wgsl's. The only one to read
// the marks then: clears them. An invocation per latent. Followed by an act and its files, latent_penalty, dictionary.

override WORKGROUP: u32;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let latent = number_of(group, groups) * WORKGROUP + lane;
  if (latent >= N_LATENTS) {
    return;
  }
  var sum = 0f;
  for (var first = 0u; first < this_step.batch; first += 32) {
    var firing = atomicExchange(&marks[marks_at(first, 0) + latent], 0u);
    while (firing != 0) {
      let row = first + countTrailingZeros(firing);
      firing &= firing - 1;
      let act = gated_act_of(row, latent);
      sum += penalized(act.x, act.y);
    }
  }
  latents[latent].penalty = penalty_of(latent, sum);
}
