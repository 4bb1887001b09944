// preActs = x Wᵀ + b, one tile of it; what forward.wgsl and output.wgsl begin with.

/// Row lengths, in quads.
override IN_QUADS: u32;
override OUT_QUADS: u32;
/// Width of the layer, padding excluded.
override D_OUT: u32;
/// Where the layer's weight and bias begin in `params`, in quads.
override WEIGHT_OFFSET: u32;
override BIAS_OFFSET: u32;

/// Σₖ x[row, k] W[column, k] + b[column], for 8 rows and 8 columns.
fn affine_tile(row: u32, quad: u32) -> Tile {
  let rows_0 = input_rows(row);
  let rows_1 = input_rows(row + 4);
  let weights_0 = WEIGHT_OFFSET + quad * 4 * IN_QUADS;
  let weights_1 = weights_0 + 4 * IN_QUADS;
  var sum: Tile;
  for (var k = 0u; k < IN_QUADS; k++) {
    let x_0 = input_block(rows_0, k);
    let x_1 = input_block(rows_1, k);
    let w_0 = transpose(weight_block(weights_0 + k));
    let w_1 = transpose(weight_block(weights_1 + k));
    sum.s00 += w_0 * x_0;
    sum.s01 += w_1 * x_0;
    sum.s10 += w_0 * x_1;
    sum.s11 += w_1 * x_1;
  }
  let bias_0 = params[BIAS_OFFSET + quad];
  let bias_1 = params[BIAS_OFFSET + quad + 1];
  let every_row_0 = mat4x4f(bias_0, bias_0, bias_0, bias_0);
  let every_row_1 = mat4x4f(bias_1, bias_1, bias_1, bias_1);
  return Tile(sum.s00 + every_row_0, sum.s01 + every_row_1, sum.s10 + every_row_0, sum.s11 + every_row_1);
}

/// A block of 4 rows of the weight, of which the first begins at `at`.
fn weight_block(at: u32) -> mat4x4f {
  return mat4x4f(params[at], params[at + IN_QUADS], params[at + 2 * IN_QUADS], params[at + 3 * IN_QUADS]);
}

/// The value where a row and column are within the batch and the layer, and 0 in the padding.
fn masked(value: vec4f, row: u32, quad: u32) -> vec4f {
  let is_inside = (vec4u(0, 1, 2, 3) + quad * 4 < vec4u(D_OUT)) & vec4<bool>(row < this_step.batch);
  return select(vec4f(), value, is_inside);
}

/// 1 / (1 + e^−x). Beyond the clamp a float32 has no other answer, and e^88 is its largest number.
fn sigmoid(x: vec4f) -> vec4f {
  return 1 / (1 + exp(-clamp(x, vec4f(-87), vec4f(87))));
}
