// What a step knows of each latent, summed over the images it is active on, and when it last fired. An invocation a latent.
//
// The gradient of a unit decoder row loses its part along the row, Σ error·act along it, which is Σ slope·act; a free one
// under L1 gains what the penalty says of its norm. Followed by latent_penalty, pre_act, dictionary.

override WORKGROUP: u32;
override HAS_UNIT_DECODER: bool;

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
  var slope_sum = 0f;
  var act_sum = 0f;
  var parallel = 0f;
  var n_active = 0u;
  var n_listed = 0u;
  for (var first = 0u; first < this_step.batch; first += 32) {
    let firing = atomicLoad(&marks[marks_at(first, 0) + latent]);
    var listed = firing | atomicLoad(&marks[marks_at(first, 1) + latent]);
    n_active += countOneBits(firing);
    n_listed += countOneBits(listed);
    while (listed != 0) {
      let i = countTrailingZeros(listed);
      listed &= listed - 1;
      let slope = slopes[4 * (first + i) * LATENT_QUADS + latent];
      let act = pre_act_of(first + i, latent);
      slope_sum += slope;
      parallel += slope * act;
      act_sum += act * f32(firing >> i & 1);
    }
  }
  if (n_active > 0) {
    kept[latent] = this_step.number;
  }
  let slope_of_penalty = penalty_slope(latent);
  latents[latent].bias_gradient = slope_sum + f32(n_active) * slope_of_penalty;
  latents[latent].n_listed = n_listed;
  latents[latent].penalty = act_sum * penalty_norm(latent);
  if (HAS_UNIT_DECODER) {
    latents[latent].along = -parallel;
  } else {
    latents[latent].along = norm_slope(latent, act_sum);
  }
}
