// product.wgsl in registers, 16 × 16 an invocation: a quarter of the loads of 4 × 4. For adapters that spill registers to a
// fast cache, which are software ones.

const TILE_ROWS = 16u;
const TILE_QUADS = 4u;

fn multiply(tile: Tile, inner_quads: u32) {
  if (!tile.is_inside) {
    return;
  }
  let left_0 = left_origin(tile.row);
  let left_1 = left_origin(tile.row + 4);
  let left_2 = left_origin(tile.row + 8);
  let left_3 = left_origin(tile.row + 12);
  let right_0 = right_origin(tile.quad);
  let right_1 = right_origin(tile.quad + 1);
  let right_2 = right_origin(tile.quad + 2);
  let right_3 = right_origin(tile.quad + 3);
  // sRC: block row R, block column C
  var s00: mat4x4f;
  var s01: mat4x4f;
  var s02: mat4x4f;
  var s03: mat4x4f;
  var s10: mat4x4f;
  var s11: mat4x4f;
  var s12: mat4x4f;
  var s13: mat4x4f;
  var s20: mat4x4f;
  var s21: mat4x4f;
  var s22: mat4x4f;
  var s23: mat4x4f;
  var s30: mat4x4f;
  var s31: mat4x4f;
  var s32: mat4x4f;
  var s33: mat4x4f;
  for (var k = 0u; k < inner_quads; k++) {
    let l0 = left_block(left_0, k);
    let l1 = left_block(left_1, k);
    let l2 = left_block(left_2, k);
    let l3 = left_block(left_3, k);
    let r0 = right_block(right_0, k);
    s00 += r0 * l0;
    s10 += r0 * l1;
    s20 += r0 * l2;
    s30 += r0 * l3;
    let r1 = right_block(right_1, k);
    s01 += r1 * l0;
    s11 += r1 * l1;
    s21 += r1 * l2;
    s31 += r1 * l3;
    let r2 = right_block(right_2, k);
    s02 += r2 * l0;
    s12 += r2 * l1;
    s22 += r2 * l2;
    s32 += r2 * l3;
    let r3 = right_block(right_3, k);
    s03 += r3 * l0;
    s13 += r3 * l1;
    s23 += r3 * l2;
    s33 += r3 * l3;
  }
  // A loop, because unrolled it takes some drivers ten seconds to compile.
  for (var i = 0u; i < 16; i++) {
    var block = s00;
    switch i {
      case 1: { block = s01; }
      case 2: { block = s02; }
      case 3: { block = s03; }
      case 4: { block = s10; }
      case 5: { block = s11; }
      case 6: { block = s12; }
      case 7: { block = s13; }
      case 8: { block = s20; }
      case 9: { block = s21; }
      case 10: { block = s22; }
      case 11: { block = s23; }
      case 12: { block = s30; }
      case 13: { block = s31; }
      case 14: { block = s32; }
      case 15: { block = s33; }
      default: {}
    }
    finish_block(tile.row + i / 4 * 4, tile.quad + i % 4, block);
  }
}
