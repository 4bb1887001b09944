// The output layer and the end of the loss: logits = x Wᵀ + b, recon = σ(logits), and
//
//     mse: Σ (recon − image)²                                       ∂/∂logit = 2 (recon − image) recon (1 − recon)
//     bce: Σ max(logit, 0) − logit · image + ln(1 + e^−|logit|)      ∂/∂logit = recon − image
//
// Writes ∂loss/∂logits, divided by batch · dInput, [batch, dInput], to the output's place in `grads`, and each tile's part
// of the undivided loss to `stats`. The logits themselves are not kept. Followed by affine, layer_input, tile, step.

/// Binary cross-entropy, else squared error.
override IS_BCE: bool;
/// From row to row of `grads`, and where the output begins in it, in quads.
override GRADS_STRIDE: u32;
override GRADS_OFFSET: u32;
/// Where the tiles' parts of the loss begin in `stats`, in quads.
override PARTS_OFFSET: u32;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_position(id, groups, vec2u(this_step.batch, OUT_QUADS));
  if (!tile.is_inside) {
    return;
  }
  let logits = affine_tile(tile.row, tile.quad);
  stats[PARTS_OFFSET + tile.index] = finish_block(tile.row, tile.quad, logits.s00) +
    finish_block(tile.row, tile.quad + 1, logits.s01) +
    finish_block(tile.row + 4, tile.quad, logits.s10) +
    finish_block(tile.row + 4, tile.quad + 1, logits.s11);
}

/// Stores a block's gradient and returns its part of the loss.
fn finish_block(row: u32, quad: u32, logits: mat4x4f) -> vec4f {
  return finish_quad(row, quad, logits[0]) +
    finish_quad(row + 1, quad, logits[1]) +
    finish_quad(row + 2, quad, logits[2]) +
    finish_quad(row + 3, quad, logits[3]);
}

fn finish_quad(row: u32, quad: u32, logits: vec4f) -> vec4f {
  let image = indices[this_step.first + min(row, this_step.batch - 1)];
  let target_quad = unpack4x8unorm(pixels[image * PIXEL_STRIDE + quad]);
  let recon = sigmoid(logits);
  let difference = recon - target_quad;
  var loss: vec4f;
  var gradient: vec4f;
  if (IS_BCE) {
    loss = max(logits, vec4f()) - logits * target_quad + log(1 + exp(-abs(logits)));
    gradient = difference;
  } else {
    loss = difference * difference;
    gradient = 2 * difference * recon * (1 - recon);
  }
  grads[row * GRADS_STRIDE + GRADS_OFFSET + quad] = masked(gradient * this_step.inverse_size, row, quad);
  return masked(loss, row, quad);
}
