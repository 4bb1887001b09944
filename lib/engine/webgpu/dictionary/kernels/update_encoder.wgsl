// Adam on the encoder: a latent's row has the gradient Σ slope · input over the images on whose lists it is, and 0 if
// there is none. One workgroup per latent. Followed by adam, dictionary.

override WORKGROUP: u32;
/// Whether the second list is AuxK's.
override HAS_AUX: bool;

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
  for (var quad = lane; quad < IN_QUADS; quad += WORKGROUP) {
    var gradient = vec4f();
    if (is_listed) {
      gradient = gradient_of(latent, quad);
    }
    adam(latent * IN_QUADS + quad, gradient);
  }
}

fn gradient_of(latent: u32, quad: u32) -> vec4f {
  var sum = vec4f();
  for (var first = 0u; first < this_step.batch; first += 32) {
    var listed = atomicLoad(&marks[marks_at(first, 0) + latent]);
    if (HAS_AUX) {
      listed |= atomicLoad(&marks[marks_at(first, 1) + latent]);
    }
    while (listed != 0) {
      let row = first + countTrailingZeros(listed);
      listed &= listed - 1;
      sum += slopes[4 * row * LATENT_QUADS + latent] * inputs[(2 * row + 1) * IN_QUADS + quad];
    }
  }
  return sum;
}
