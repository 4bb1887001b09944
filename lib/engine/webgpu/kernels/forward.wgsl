// acts = activation(x Wᵀ + b): a layer below the output, [batch, dOut].
// Reads `layer_input` and `params`, writes the layer's place in `acts`. Followed by affine, layer_input, tile, step.

/// Sigmoid, else ReLU.
override IS_SIGMOID: bool;
/// Where the layer's activations begin in a row of `acts`, in quads.
override ACTS_OFFSET: u32;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_position(id, groups, vec2u(this_step.batch, OUT_QUADS));
  if (!tile.is_inside) {
    return;
  }
  let pre_acts = affine_tile(tile.row, tile.quad);
  store_block(tile.row, tile.quad, pre_acts.s00);
  store_block(tile.row, tile.quad + 1, pre_acts.s01);
  store_block(tile.row + 4, tile.quad, pre_acts.s10);
  store_block(tile.row + 4, tile.quad + 1, pre_acts.s11);
}

fn store_block(row: u32, quad: u32, pre_acts: mat4x4f) {
  store_quad(row, quad, pre_acts[0]);
  store_quad(row + 1, quad, pre_acts[1]);
  store_quad(row + 2, quad, pre_acts[2]);
  store_quad(row + 3, quad, pre_acts[3]);
}

fn store_quad(row: u32, quad: u32, pre_acts: vec4f) {
  acts[row * ACTS_STRIDE + ACTS_OFFSET + quad] = masked(activation(pre_acts), row, quad);
}

fn activation(pre_acts: vec4f) -> vec4f {
  if (IS_SIGMOID) {
    return sigmoid(pre_acts);
  }
  return max(pre_acts, vec4f());
}
