// acts = activation(x Wᵀ + b): a layer below the output, [batch, dOut].
// Written to the layer's place in `acts`. Followed by layer_rows, sigmoid, layer, layer_input, pixel_quad, a product, layered.

/// Sigmoid, else ReLU.
override IS_SIGMOID: bool;
/// Where the layer's activations begin in a row of `acts`, in quads.
override ACTS_OFFSET: u32;

fn store_quad(row: u32, quad: u32, pre_acts: vec4f) {
  acts[row * ACTS_STRIDE + ACTS_OFFSET + quad] = masked(activation(pre_acts), row, quad);
}

fn activation(pre_acts: vec4f) -> vec4f {
  if (IS_SIGMOID) {
    return sigmoid(pre_acts);
  }
  return max(pre_acts, vec4f());
}
