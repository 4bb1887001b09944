// Turns decoder rows w of length 1 whose cosine to their start s is less than c to the nearest rows whose cosine is c,
// c·s + √(1 − c²)·p/‖p‖ with p = w − (w·s)·s; reference/unit_decoder.ts says why. One workgroup per latent, after Adam.
// Followed by row_sum, dictionary.

override LEAST_COSINE: f32;
override SINE: f32;

/// A shorter row is not a direction.
const SHORTEST = 1e-20f;

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
  var product = 0f;
  for (var quad = lane; quad < IN_QUADS; quad += WORKGROUP) {
    product += dot(params[latent * IN_QUADS + quad], start_of(latent, quad));
  }
  let cosine = sum_over_workgroup(product, lane);
  workgroupBarrier(); // all have read it before the sum's memory is used again
  var squares = 0f;
  for (var quad = lane; quad < IN_QUADS; quad += WORKGROUP) {
    let across = params[latent * IN_QUADS + quad] - cosine * start_of(latent, quad);
    squares += dot(across, across);
  }
  let scale = SINE / max(sqrt(sum_over_workgroup(squares, lane)), SHORTEST);
  if (cosine >= LEAST_COSINE) {
    return;
  }
  for (var quad = lane; quad < IN_QUADS; quad += WORKGROUP) {
    let start = start_of(latent, quad);
    let at = latent * IN_QUADS + quad;
    params[at] = LEAST_COSINE * start + scale * (params[at] - cosine * start);
  }
}

/// A quad of the row that a latent's decoder row started from; they are stored without padding.
fn start_of(latent: u32, quad: u32) -> vec4f {
  let first = 4 * (LATENT_QUADS + 1) + latent * D_INPUT;
  var start = vec4f();
  for (var i = 0u; i < 4; i++) {
    if (4 * quad + i < D_INPUT) {
      start[i] = kept[first + 4 * quad + i];
    }
  }
  return start;
}
