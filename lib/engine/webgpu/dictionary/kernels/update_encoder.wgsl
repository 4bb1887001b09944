// Adam on the encoder: a latent's row has the gradient Σ slope · input over the images it is active on, and 0 where there
// is none. One workgroup a latent. Followed by latent_penalty, adam, dictionary.

override WORKGROUP: u32;

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
  let is_listed = latents[latent].n_listed > 0;
  let slope_of_penalty = penalty_slope(latent);
  for (var quad = lane; quad < IN_QUADS; quad += WORKGROUP) {
    var gradient = vec4f();
    if (is_listed) {
      gradient = gradient_of(latent, quad, slope_of_penalty);
    }
    adam(latent * IN_QUADS + quad, gradient);
  }
}

fn gradient_of(latent: u32, quad: u32, slope_of_penalty: f32) -> vec4f {
  var sum = vec4f();
  for (var first = 0u; first < this_step.batch; first += 32) {
    var listed = atomicLoad(&marks[marks_at(first, 0) + latent]) | atomicLoad(&marks[marks_at(first, 1) + latent]);
    while (listed != 0) {
      let row = first + countTrailingZeros(listed);
      listed &= listed - 1;
      // Only active latents are penalized; AuxK goes without a penalty.
      let slope = slopes[4 * row * LATENT_QUADS + latent] + slope_of_penalty;
      sum += slope * inputs[(2 * row + 1) * IN_QUADS + quad];
    }
  }
  return sum;
}
