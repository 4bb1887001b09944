// The gradients of one layer, dW = dYᵀ X [dOut, dIn] and db = Σ_batch dY [dOut], and Adam on each tile as it finishes, so
// that no gradient is ever stored:
//
//     m ← β₁m + (1−β₁)g      v ← β₂v + (1−β₂)g²      p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
//
// Source: Kingma and Ba 2015; torch.optim.Adam. Followed by layer_input, tile, step.

/// Row lengths, in quads.
override IN_QUADS: u32;
override OUT_QUADS: u32;
/// Where the layer's weight and bias begin in `params` and both moments, in quads.
override WEIGHT_OFFSET: u32;
override BIAS_OFFSET: u32;
/// From row to row of `grads`, and where dY begins in it, in quads.
override GRADS_STRIDE: u32;
override GRADS_OFFSET: u32;
/// Adam's constants. 1 − β is given, because in float32 the difference would lose digits.
override BETA1: f32;
override ONE_MINUS_BETA1: f32;
override BETA2: f32;
override ONE_MINUS_BETA2: f32;
override EPSILON: f32;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_position(id, groups, vec2u(OUT_QUADS * 4, IN_QUADS));
  if (!tile.is_inside) {
    return;
  }
  let dy_quad = tile.row / 4;
  var gradient: Tile;
  for (var b = 0u; b < this_step.batch; b += 4) {
    let rows = input_rows(b);
    let x_0 = input_block(rows, tile.quad);
    let x_1 = input_block(rows, tile.quad + 1);
    let dy_0 = transpose(dy_block(b, dy_quad));
    let dy_1 = transpose(dy_block(b, dy_quad + 1));
    gradient.s00 += x_0 * dy_0;
    gradient.s01 += x_1 * dy_0;
    gradient.s10 += x_0 * dy_1;
    gradient.s11 += x_1 * dy_1;
  }
  adam_block(tile.row, tile.quad, gradient.s00);
  adam_block(tile.row, tile.quad + 1, gradient.s01);
  adam_block(tile.row + 4, tile.quad, gradient.s10);
  adam_block(tile.row + 4, tile.quad + 1, gradient.s11);
  if (tile.quad == 0) {
    update_bias(dy_quad);
    update_bias(dy_quad + 1);
  }
}

fn update_bias(quad: u32) {
  var gradient = vec4f();
  for (var b = 0u; b < this_step.batch; b += 4) {
    gradient += dy_block(b, quad) * vec4f(1);
  }
  adam(BIAS_OFFSET + quad, gradient);
}

/// A block of 4 rows × 1 quad of dY; rows past the batch are 0.
fn dy_block(row: u32, quad: u32) -> mat4x4f {
  let at = row * GRADS_STRIDE + GRADS_OFFSET + quad;
  return mat4x4f(grads[at], grads[at + GRADS_STRIDE], grads[at + 2 * GRADS_STRIDE], grads[at + 3 * GRADS_STRIDE]);
}

fn adam_block(row: u32, quad: u32, gradient: mat4x4f) {
  let at = WEIGHT_OFFSET + row * IN_QUADS + quad;
  adam(at, gradient[0]);
  adam(at + IN_QUADS, gradient[1]);
  adam(at + 2 * IN_QUADS, gradient[2]);
  adam(at + 3 * IN_QUADS, gradient[3]);
}

fn adam(at: u32, gradient: vec4f) {
  let m = BETA1 * adam_m[at] + ONE_MINUS_BETA1 * gradient;
  let v = BETA2 * adam_v[at] + ONE_MINUS_BETA2 * gradient * gradient;
  adam_m[at] = m;
  adam_v[at] = v;
  params[at] -= this_step.step_size * m / (sqrt(v) * this_step.root_correction + EPSILON);
}
