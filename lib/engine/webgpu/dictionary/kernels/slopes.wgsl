// ∂loss/∂preActs of the latents on a row's lists, the penalty left out: the gradient at the reconstruction along each
// latent's decoder row. One workgroup a row, an invocation a latent. Followed by dictionary.

override WORKGROUP: u32;
/// Whether there is a second list.
override HAS_AUX: bool;

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
  for (var i = lane; i < counts[4 * row]; i += WORKGROUP) {
    let latent = lists[row * LIST_STRIDE + i];
    slopes[4 * row * LATENT_QUADS + latent] = slope_of(latent, 2 * row * IN_QUADS);
  }
  if (!HAS_AUX) {
    return;
  }
  storageBarrier();
  for (var i = lane; i < counts[4 * row + 1]; i += WORKGROUP) {
    let latent = lists[row * LIST_STRIDE + 4 * LATENT_QUADS + i];
    let at = 4 * row * LATENT_QUADS + latent;
    var slope = slope_of(latent, (2 * row + 1) * IN_QUADS);
    // A dead latent may fire again in this very step.
    if ((atomicLoad(&marks[marks_at(row, 0) + latent]) >> (row % 32) & 1) == 1) {
      slope += slopes[at];
    }
    slopes[at] = slope;
  }
}

/// `error`: where the gradient begins.
fn slope_of(latent: u32, error: u32) -> f32 {
  var sum = vec4f();
  for (var quad = 0u; quad < IN_QUADS; quad++) {
    sum += errors[error + quad] * params[latent * IN_QUADS + quad];
  }
  return dot(sum, vec4f(1));
}
