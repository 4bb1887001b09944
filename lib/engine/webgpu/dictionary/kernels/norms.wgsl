// ‖dec_j‖ of each latent, for a penalty that weighs by it. One workgroup per latent. Followed by row_sum, dictionary.

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let latent = number_of(group, groups);
  if (latent >= N_LATENTS) {
    return;
  }
  var squares = 0f;
  for (var quad = lane; quad < IN_QUADS; quad += WORKGROUP) {
    let weights = params[latent * IN_QUADS + quad];
    squares += dot(weights, weights);
  }
  let sum = sum_over_workgroup(squares, lane);
  if (lane == 0) {
    latents[latent].norm = sqrt(sum);
  }
}
