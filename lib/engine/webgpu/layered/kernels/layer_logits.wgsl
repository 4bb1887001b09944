// logits = x Wᵀ + b of the output layer, [batch, dInput], for looking at the model rather than training it.
// Written to the output's place in `grads`, which training does not need then.
// Followed by layer_rows, layer, layer_input, pixel_quad, a product, layered.

/// From row to row of `grads`, and where the output begins in it, in quads.
override GRADS_STRIDE: u32;
override GRADS_OFFSET: u32;

fn store_quad(row: u32, quad: u32, logits: vec4f) {
  grads[row * GRADS_STRIDE + GRADS_OFFSET + quad] = masked(logits, row, quad);
}
