// Through a layer and the activation below it, from dY = ∂loss/∂preActs of the layer, [batch, dOut], to the same of the
// layer below, [batch, dIn]:
//
//     dX = (dY W + slope) · activation'(acts below)
//
// `slope` is the penalty's, for each unit of the layer below. Reads and writes `grads`. Followed by tile, step.

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
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_position(id, groups, vec2u(this_step.batch, IN_QUADS));
  if (!tile.is_inside) {
    return;
  }
  let rows_0 = tile.row * GRADS_STRIDE + OUT_GRADS_OFFSET;
  let rows_1 = rows_0 + 4 * GRADS_STRIDE;
  var sum: Tile;
  for (var k = 0u; k < OUT_QUADS; k++) {
    let dy_0 = dy_block(rows_0 + k);
    let dy_1 = dy_block(rows_1 + k);
    let w_0 = weight_block(k * 4, tile.quad);
    let w_1 = weight_block(k * 4, tile.quad + 1);
    sum.s00 += w_0 * dy_0;
    sum.s01 += w_1 * dy_0;
    sum.s10 += w_0 * dy_1;
    sum.s11 += w_1 * dy_1;
  }
  store_block(tile.row, tile.quad, sum.s00);
  store_block(tile.row, tile.quad + 1, sum.s01);
  store_block(tile.row + 4, tile.quad, sum.s10);
  store_block(tile.row + 4, tile.quad + 1, sum.s11);
}

/// A block of 4 rows of dY, of which the first begins at `at`.
fn dy_block(at: u32) -> mat4x4f {
  return mat4x4f(grads[at], grads[at + GRADS_STRIDE], grads[at + 2 * GRADS_STRIDE], grads[at + 3 * GRADS_STRIDE]);
}

/// A block of 4 rows × 1 quad of the weight.
fn weight_block(row: u32, quad: u32) -> mat4x4f {
  let at = WEIGHT_OFFSET + row * IN_QUADS + quad;
  return mat4x4f(params[at], params[at + IN_QUADS], params[at + 2 * IN_QUADS], params[at + 3 * IN_QUADS]);
}

fn store_block(row: u32, quad: u32, dy_w: mat4x4f) {
  store_quad(row, quad, dy_w[0]);
  store_quad(row + 1, quad, dy_w[1]);
  store_quad(row + 2, quad, dy_w[2]);
  store_quad(row + 3, quad, dy_w[3]);
}

fn store_quad(row: u32, quad: u32, dy_w: vec4f) {
  var d_acts = dy_w;
  if (IS_PENALIZED) {
    d_acts += stats[SLOPES_OFFSET + quad];
  }
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
