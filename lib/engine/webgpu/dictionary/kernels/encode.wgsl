// preActs = input W_encᵀ + b_enc, [batch, nLatents]: the step's only dense product. Left is the input, right is W_encᵀ.
// Followed by a product, dictionary.

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = tile_of(position(group, groups, lane), vec2u(this_step.batch, LATENT_QUADS));
  multiply(tile, IN_QUADS);
}

fn left_origin(row: u32) -> u32 {
  return (2 * row + 1) * IN_QUADS;
}

fn left_block(origin: u32, k: u32) -> mat4x4f {
  let at = origin + k;
  let next = 2 * IN_QUADS;
  return mat4x4f(inputs[at], inputs[at + next], inputs[at + 2 * next], inputs[at + 3 * next]);
}

fn right_origin(quad: u32) -> u32 {
  return quad * 4 * IN_QUADS;
}

fn right_block(origin: u32, k: u32) -> mat4x4f {
  let at = origin + k;
  return transpose(mat4x4f(params[at], params[at + IN_QUADS], params[at + 2 * IN_QUADS], params[at + 3 * IN_QUADS]));
}

fn finish_block(row: u32, quad: u32, products: mat4x4f) {
  let bias = biases[quad];
  for (var i = 0u; i < 4; i++) {
    pre_acts[(row + i) * LATENT_QUADS + quad] = products[i] + bias;
  }
}
