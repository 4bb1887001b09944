// The step's images as floats, and less the decoder's bias for the encoder. An invocation per quad.
// Followed by pixel_quad, dictionary.

override WORKGROUP: u32;
/// Whether the encoder reads x − b, b the decoder's bias.
override HAS_PRE_BIAS: bool;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = number_of(group, groups) * WORKGROUP + lane;
  let row = index / IN_QUADS;
  let quad = index % IN_QUADS;
  if (row >= this_step.batch) {
    return;
  }
  let image = pixel_quad(indices[this_step.first + row] * IN_QUADS + quad);
  let at = 2 * row * IN_QUADS + quad;
  inputs[at] = image;
  if (HAS_PRE_BIAS) {
    inputs[at + IN_QUADS] = image - biases[LATENT_QUADS + quad];
  } else {
    inputs[at + IN_QUADS] = image;
  }
}
