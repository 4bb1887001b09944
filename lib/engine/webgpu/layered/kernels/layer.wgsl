// preActs = x Wᵀ + b of one layer as a product: left is x, right is Wᵀ. What forward, output and logits begin with.

/// Row lengths, in quads.
override IN_QUADS: u32;
override OUT_QUADS: u32;
/// Width of the layer, padding excluded.
override D_OUT: u32;
/// Where the layer's weight and bias begin in `params`, in quads.
override WEIGHT_OFFSET: u32;
override BIAS_OFFSET: u32;

fn left_origin(row: u32) -> vec4u {
  return input_rows(row);
}

fn left_block(origin: vec4u, k: u32) -> mat4x4f {
  return input_block(origin, k);
}

fn right_origin(quad: u32) -> u32 {
  return WEIGHT_OFFSET + quad * 4 * IN_QUADS;
}

fn right_block(origin: u32, k: u32) -> mat4x4f {
  let at = origin + k;
  return transpose(mat4x4f(params[at], params[at + IN_QUADS], params[at + 2 * IN_QUADS], params[at + 3 * IN_QUADS]));
}

/// The value where a row and column are within the batch and the layer, and 0 in the padding.
fn masked(value: vec4f, row: u32, quad: u32) -> vec4f {
  let is_inside = (vec4u(0, 1, 2, 3) + quad * 4 < vec4u(D_OUT)) & vec4<bool>(row < this_step.batch);
  return select(vec4f(), value, is_inside);
}
