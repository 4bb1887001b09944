// ∂loss/∂act of the latents on a row's lists, the penalty left out: the gradient at the reconstruction along each latent's
// decoder row. The second list is of AuxK's latents, or of those near their threshold. Gates have a gradient of their own, at
// their own reconstruction. One workgroup per row, an invocation per latent. Followed by prefix_plane, dictionary.

override WORKGROUP: u32;
override HAS_AUX: bool;
override HAS_NEAR: bool;
override HAS_GATES: bool;

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
  let second = (row * PLANES + PREFIXES + 1) * IN_QUADS;
  let count = counts[4 * row];
  for (var i = lane; i < count; i += WORKGROUP) {
    let latent = lists[row * LIST_STRIDE + i];
    let at = 4 * row * LATENT_QUADS + latent;
    let place = place_of(latent, i);
    if (HAS_GATES) {
      let both = slopes_of(latent, first_error(row, place), second);
      slopes[at] = both.x;
      gate_values[at].y = both.y;
    } else {
      slopes[at] = slope_of(latent, first_error(row, place));
    }
  }
  if (!HAS_AUX && !HAS_NEAR) {
    return;
  }
  storageBarrier();
  let second_count = counts[4 * row + 1];
  for (var i = lane; i < second_count; i += WORKGROUP) {
    let latent = lists[row * LIST_STRIDE + 4 * LATENT_QUADS + i];
    let at = 4 * row * LATENT_QUADS + latent;
    if (HAS_NEAR) {
      slopes[at] = slope_of(latent, first_error(row, latent));
      continue;
    }
    var slope = slope_of(latent, second);
    // A dead latent may be active again in this very step.
    if (((atomicLoad(&marks[marks_at(row, 0) + latent]) >> (row % 32)) & 1) == 1) {
      slope += slopes[at];
    }
    slopes[at] = slope;
  }
}

/// Where the gradient at the reconstruction begins that the latent at a place has an influence on.
fn first_error(row: u32, place: u32) -> u32 {
  return (row * PLANES + plane_at(place)) * IN_QUADS;
}

/// `error`: where the gradient begins.
fn slope_of(latent: u32, error: u32) -> f32 {
  var sum = vec4f();
  for (var quad = 0u; quad < IN_QUADS; quad++) {
    sum += errors[error + quad] * params[latent * IN_QUADS + quad];
  }
  return dot(sum, vec4f(1));
}

/// The same along two gradients.
fn slopes_of(latent: u32, error: u32, second: u32) -> vec2f {
  var sum = vec4f();
  var second_sum = vec4f();
  for (var quad = 0u; quad < IN_QUADS; quad++) {
    let weights = params[latent * IN_QUADS + quad];
    sum += errors[error + quad] * weights;
    second_sum += errors[second + quad] * weights;
  }
  return vec2f(dot(sum, vec4f(1)), dot(second_sum, vec4f(1)));
}
