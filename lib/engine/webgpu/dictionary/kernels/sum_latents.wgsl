// What a step knows of each latent, summed over the images on whose lists it is, and when it was last active. Leaves in
// `slopes` what goes into the encoder's weights. An invocation per latent.
//
// The gradient of a unit decoder row loses its part along the row, Σ error·act along it, which is Σ slope·act; a free one
// gains the slope of a penalty that depends on its norm.
// Followed by a pair, its files, latent_penalty, pre_act, dictionary.

override WORKGROUP: u32;
override HAS_UNIT_DECODER: bool;
/// Whether there is a second list: AuxK's, or of latents near their threshold.
override HAS_SECOND: bool;

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
  var sums = Latent();
  var parallel = 0f;
  var penalized_sum = 0f;
  var is_active = false;
  for (var first = 0u; first < this_step.batch; first += 32) {
    let firing = atomicLoad(&marks[marks_at(first, 0) + latent]);
    var listed = firing;
    if (HAS_SECOND) {
      listed |= atomicLoad(&marks[marks_at(first, 1) + latent]);
    }
    sums.n_listed += countOneBits(listed);
    while (listed != 0) {
      let i = countTrailingZeros(listed);
      listed &= listed - 1;
      let row = first + i;
      let at = 4 * row * LATENT_QUADS + latent;
      let is_marked = ((firing >> i) & 1) == 1;
      let slope = slopes[at];
      let pair = pair_of(row, latent, slope, is_marked);
      slopes[at] = pair.flow;
      sums.flow += pair.flow;
      sums.bias_gradient += pair.bias_flow;
      sums.own_gradients += pair.own;
      parallel += slope * pair.act;
      if (is_marked) {
        penalized_sum += penalized(pair.act, pre_act_of(row, latent));
        is_active = is_active || pair.act > 0;
      }
    }
  }
  if (is_active) {
    kept[latent] = this_step.t;
  }
  sums.norm = latents[latent].norm;
  sums.penalty = penalty_of(latent, penalized_sum);
  if (HAS_UNIT_DECODER) {
    sums.along = -parallel;
  } else {
    sums.along = penalty_slope_of_norm(latent, penalized_sum);
  }
  latents[latent] = sums;
}
