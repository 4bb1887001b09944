// Through a layer and the activation below it, from dY = ∂loss/∂preActs of the layer, [batch, dOut], to the same of the
// layer below, [batch, dIn]:
//
//     dX = (dY W + slope) · activation'(acts below)
//
// `slope` is the penalty's, for each unit of the layer below. Left is dY, right is W. Reads and writes `grads`.
// Followed by a product, layered.

/// Row lengths, in quads.
override IN_QUADS: u32;
override OUT_QUADS: u32;
/// Where the layer's weight begins in `params`, in quads.
override WEIGHT_OFFSET: u32;
/// From row to row of `grads`; where dY and dX begin in it, in quads.
override GRADS_STRIDE: u32;
override OUT_GRADS_OFFSET: u32;
override IN_GRADS_OFFSET: u32;
/// From row to row of `acts`; where the layer below begins in it, in quads; whether it is sigmoid, else ReLU.
override ACTS_STRIDE: u32;
override ACTS_OFFSET: u32;
override IS_SIGMOID: bool;
/// Whether the layer below is penalized, and where its slopes begin in `stats`, in quads.
override IS_PENALIZED: bool;
override SLOPES_OFFSET: u32;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = tile_of(position(group, groups, lane), vec2u(this_step.batch, IN_QUADS));
  multiply(tile, OUT_QUADS);
}

fn left_origin(row: u32) -> u32 {
  return row * GRADS_STRIDE + OUT_GRADS_OFFSET;
}

fn left_block(origin: u32, k: u32) -> mat4x4f {
  let at = origin + k;
  return mat4x4f(grads[at], grads[at + GRADS_STRIDE], grads[at + 2 * GRADS_STRIDE], grads[at + 3 * GRADS_STRIDE]);
}

fn right_origin(quad: u32) -> u32 {
  return WEIGHT_OFFSET + quad;
}

fn right_block(origin: u32, k: u32) -> mat4x4f {
  let at = origin + k * 4 * IN_QUADS;
  return mat4x4f(params[at], params[at + IN_QUADS], params[at + 2 * IN_QUADS], params[at + 3 * IN_QUADS]);
}

fn finish_block(row: u32, quad: u32, products: mat4x4f) {
  var slope: vec4f;
  if (IS_PENALIZED) {
    slope = stats[SLOPES_OFFSET + quad];
  }
  store_quad(row, quad, products[0] + slope);
  store_quad(row + 1, quad, products[1] + slope);
  store_quad(row + 2, quad, products[2] + slope);
  store_quad(row + 3, quad, products[3] + slope);
}

fn store_quad(row: u32, quad: u32, d_acts: vec4f) {
  // In the padding the activations are 0, and with them both derivatives.
  let below = acts[row * ACTS_STRIDE + ACTS_OFFSET + quad];
  var d_pre_acts: vec4f;
  if (IS_SIGMOID) {
    d_pre_acts = d_acts * below * (1 - below);
  } else {
    d_pre_acts = select(vec4f(), d_acts, below > vec4f());
  }
  grads[row * GRADS_STRIDE + IN_GRADS_OFFSET + quad] = d_pre_acts;
}
