// A layer's x Wᵀ + b, quad by quad: a product whose rows are handed to the kernel's `store_quad`.
// What forward and layer_logits have in common. Followed by layer, layer_input, pixel_quad, a product, layered.

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
