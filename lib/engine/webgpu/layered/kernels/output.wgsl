// The output layer and the end of the loss: logits = x Wᵀ + b, and what a loss makes of them.
//
// Writes ∂loss/∂logits, divided by batch · dInput, [batch, dInput], to the output's place in `grads`, and each tile's part
// of the undivided loss to `stats`. The logits themselves are not kept. Followed by a loss, sigmoid, layer,
// layer_input, pixel_quad, a product, layered.

/// From row to row of `grads`, and where the output begins in it, in quads.
override GRADS_STRIDE: u32;
override GRADS_OFFSET: u32;
/// Where the tiles' parts of the loss begin in `stats`, in quads.
override PARTS_OFFSET: u32;

/// The tile's part of the loss, as far as it is finished.
var<private> loss_part: vec4f;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = tile_of(position(group, groups, lane), vec2u(this_step.batch, OUT_QUADS));
  multiply(tile, IN_QUADS);
  if (tile.is_inside) {
    stats[PARTS_OFFSET + tile.index] = loss_part;
  }
}

fn finish_block(row: u32, quad: u32, products: mat4x4f) {
  let bias = params[BIAS_OFFSET + quad];
  let images = input_images(row) * PIXEL_STRIDE + quad;
  finish_quad(row, quad, products[0] + bias, pixel_quad(images.x));
  finish_quad(row + 1, quad, products[1] + bias, pixel_quad(images.y));
  finish_quad(row + 2, quad, products[2] + bias, pixel_quad(images.z));
  finish_quad(row + 3, quad, products[3] + bias, pixel_quad(images.w));
}

/// Stores the gradient at 4 logits and adds their loss; `x` are their pixels.
fn finish_quad(row: u32, quad: u32, logits: vec4f, x: vec4f) {
  let loss = loss_of(logits, x);
  grads[row * GRADS_STRIDE + GRADS_OFFSET + quad] = masked(loss.gradient * this_step.inverse_size, row, quad);
  loss_part += masked(loss.value, row, quad);
}
