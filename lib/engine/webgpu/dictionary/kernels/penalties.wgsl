// Each latent's part of the penalty where a step is only looked at: the same sum as sum_latents.wgsl's, over all images,
// because L1's latents are active wherever they are above 0. An invocation a latent. Followed by latent_penalty, pre_act, dictionary.

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
  var act_sum = 0f;
  for (var row = 0u; row < this_step.batch; row++) {
    act_sum += max(0, pre_act_of(row, latent));
  }
  latents[latent].penalty = act_sum * penalty_norm(latent);
}
