// The gradients of one layer, dW = dYᵀ X [dOut, dIn] and db = Σ_batch dY [dOut], and Adam on each tile as it finishes, so
// that no gradient is ever stored. Left is dYᵀ, right is X. Followed by adam, layer_input, pixel_quad, a product, layered.

/// Row lengths, in quads.
override IN_QUADS: u32;
override OUT_QUADS: u32;
/// Where the layer's weight and bias begin in `params` and both moments, in quads.
override WEIGHT_OFFSET: u32;
override BIAS_OFFSET: u32;
/// From row to row of `grads`, and where dY begins in it, in quads.
override GRADS_STRIDE: u32;
override GRADS_OFFSET: u32;
/// Whether the weight stays as it is, and the bias alone is updated.
override IS_FROZEN: bool;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = tile_of(position(group, groups, lane), vec2u(OUT_QUADS * 4, IN_QUADS));
  if (!IS_FROZEN) {
    multiply(tile, (this_step.batch + 3) / 4);
  }
  if (tile.is_inside && tile.quad == 0) {
    for (var row = tile.row; row < tile.row + TILE_ROWS; row += 4) {
      update_bias(row / 4);
    }
  }
}

fn left_origin(row: u32) -> u32 {
  return GRADS_OFFSET + row / 4;
}

fn left_block(origin: u32, k: u32) -> mat4x4f {
  return transpose(dy_block(origin, k));
}

fn right_origin(quad: u32) -> u32 {
  return quad;
}

fn right_block(quad: u32, k: u32) -> mat4x4f {
  return input_block(input_rows(4 * k), quad);
}

/// Images 4k … 4k+3 and 4 units of dY; 0 past the batch.
fn dy_block(origin: u32, k: u32) -> mat4x4f {
  let at = origin + 4 * k * GRADS_STRIDE;
  return mat4x4f(grads[at], grads[at + GRADS_STRIDE], grads[at + 2 * GRADS_STRIDE], grads[at + 3 * GRADS_STRIDE]);
}

fn finish_block(row: u32, quad: u32, gradient: mat4x4f) {
  let at = WEIGHT_OFFSET + row * IN_QUADS + quad;
  adam(at, gradient[0]);
  adam(at + IN_QUADS, gradient[1]);
  adam(at + 2 * IN_QUADS, gradient[2]);
  adam(at + 3 * IN_QUADS, gradient[3]);
}

/// Updates 4 biases.
fn update_bias(quad: u32) {
  var gradient = vec4f();
  for (var k = 0u; 4 * k < this_step.batch; k++) {
    gradient += dy_block(GRADS_OFFSET + quad, k) * vec4f(1);
  }
  adam(BIAS_OFFSET + quad, gradient);
}
