// logits = x Wᵀ + b of the output layer, [batch, dInput], for looking at the model rather than training it.
// Written to the output's place in `grads`, which training does not need then. Followed by affine, layer_input, tile, step.

/// From row to row of `grads`, and where the output begins in it, in quads.
override GRADS_STRIDE: u32;
override GRADS_OFFSET: u32;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_position(id, groups, vec2u(this_step.batch, OUT_QUADS));
  if (!tile.is_inside) {
    return;
  }
  let logits = affine_tile(tile.row, tile.quad);
  store_block(tile.row, tile.quad, logits.s00);
  store_block(tile.row, tile.quad + 1, logits.s01);
  store_block(tile.row + 4, tile.quad, logits.s10);
  store_block(tile.row + 4, tile.quad + 1, logits.s11);
}

fn store_block(row: u32, quad: u32, logits: mat4x4f) {
  store_quad(row, quad, logits[0]);
  store_quad(row + 1, quad, logits[1]);
  store_quad(row + 2, quad, logits[2]);
  store_quad(row + 3, quad, logits[3]);
}

fn store_quad(row: u32, quad: u32, logits: vec4f) {
  grads[row * GRADS_STRIDE + GRADS_OFFSET + quad] = masked(logits, row, quad);
}
