// product.wgsl in registers, 8 × 8 an invocation: half the loads of 4 × 4.

const TILE_ROWS = 8u;
const TILE_QUADS = 2u;

fn multiply(tile: Tile, inner_quads: u32) {
  if (!tile.is_inside) {
    return;
  }
  let left_0 = left_origin(tile.row);
  let left_1 = left_origin(tile.row + 4);
  let right_0 = right_origin(tile.quad);
  let right_1 = right_origin(tile.quad + 1);
  // sRC: block row R, block column C
  var s00: mat4x4f;
  var s01: mat4x4f;
  var s10: mat4x4f;
  var s11: mat4x4f;
  for (var k = 0u; k < inner_quads; k++) {
    let l0 = left_block(left_0, k);
    let l1 = left_block(left_1, k);
    let r0 = right_block(right_0, k);
    let r1 = right_block(right_1, k);
    s00 += r0 * l0;
    s01 += r1 * l0;
    s10 += r0 * l1;
    s11 += r1 * l1;
  }
  // A loop, because unrolled it takes some drivers ten seconds to compile.
  for (var i = 0u; i < 4; i++) {
    var block = s00;
    switch i {
      case 1: { block = s01; }
      case 2: { block = s10; }
      case 3: { block = s11; }
      default: {}
    }
    finish_block(tile.row + i / 2 * 4, tile.quad + i % 2, block);
  }
}
