// acts = activation(x Wᵀ + b): a layer below the output, [batch, dOut].
// Written to the layer's place in `acts`. Followed by sigmoid, layer, layer_input, pixel_quad, a product, layered.

/// Sigmoid, else ReLU.
override IS_SIGMOID: bool;
/// Where the layer's activations begin in a row of `acts`, in quads.
override ACTS_OFFSET: u32;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = tile_of(position(group, groups, lane), vec2u(this_step.batch, OUT_QUADS));
  multiply(tile, IN_QUADS);
}

fn finish_block(row: u32, quad: u32, products: mat4x4f) {
  let bias = params[BIAS_OFFSET + quad];
  store_quad(row, quad, products[0] + bias);
  store_quad(row + 1, quad, products[1] + bias);
  store_quad(row + 2, quad, products[2] + bias);
  store_quad(row + 3, quad, products[3] + bias);
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
