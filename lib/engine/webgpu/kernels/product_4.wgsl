// product.wgsl in registers, 4 × 4 an invocation: the most invocations, and the quickest to compile.

const TILE_ROWS = 4u;
const TILE_QUADS = 1u;

fn multiply(tile: Tile, inner_quads: u32) {
  if (!tile.is_inside) {
    return;
  }
  let left = left_origin(tile.row);
  let right = right_origin(tile.quad);
  var sum: mat4x4f;
  for (var k = 0u; k < inner_quads; k++) {
    sum += right_block(right, k) * left_block(left, k);
  }
  finish_block(tile.row, tile.quad, sum);
}
