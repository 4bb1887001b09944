// logits = x Wᵀ + b of the output layer, [batch, dInput], for looking at the model rather than training it.
// Written to the output's place in `grads`, which training does not need then. Followed by layer, layer_input, pixel_quad, a product, layered.

/// From row to row of `grads`, and where the output begins in it, in quads.
override GRADS_STRIDE: u32;
override GRADS_OFFSET: u32;

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

fn store_quad(row: u32, quad: u32, logits: vec4f) {
  grads[row * GRADS_STRIDE + GRADS_OFFSET + quad] = masked(logits, row, quad);
}
