// product.wgsl with shared memory: 64 invocations compute 32 × 32 together, 4 × 4 each. In each round every invocation
// loads one block of an operand for all, 4 quads of the inner dimension deep. For hardware, whose memory is far away.

const TILE_ROWS = 4u;
const TILE_QUADS = 1u;

// Blocks of the round, [4 inner quads, 8 blocks].
var<workgroup> left_blocks: array<mat4x4f, 32>;
var<workgroup> right_blocks: array<mat4x4f, 32>;

/// `size`: rows of the result, and columns in quads. Workgroups go row by row; a workgroup is 8 rows of 8 invocations.
fn tile_of(at: Position, size: vec2u) -> Tile {
  let columns = (size.y + 7) / 8;
  let row = at.workgroup / columns * 8 + at.lane / 8;
  let quad = at.workgroup % columns * 8 + at.lane % 8;
  return Tile(row * 4 < size.x && quad < size.y, row * size.y + quad, row * 4, quad);
}

fn multiply(tile: Tile, inner_quads: u32) {
  let lane = tile.row / 4 % 8 * 8 + tile.quad % 8;
  // Lanes 0 … 7 load block 0 … 7 of inner quad 0, the next 8 of quad 1, and so on; the upper 32 load `right`.
  let loads_left = lane < 32;
  let block = lane % 8;
  let depth = lane / 8 % 4;
  let left = left_origin((tile.row / 32 * 8 + block) * 4);
  let right = right_origin(tile.quad / 8 * 8 + block);
  var sum: mat4x4f;
  for (var first = 0u; first < inner_quads; first += 4) {
    let k = first + depth;
    if (loads_left) {
      left_blocks[lane] = mat4x4f();
      if (k < inner_quads) {
        left_blocks[lane] = left_block(left, k);
      }
    } else {
      right_blocks[lane - 32] = mat4x4f();
      if (k < inner_quads) {
        right_blocks[lane - 32] = right_block(right, k);
      }
    }
    workgroupBarrier();
    for (var i = 0u; i < 4; i++) {
      sum += right_blocks[i * 8 + lane % 8] * left_blocks[i * 8 + lane / 8];
    }
    workgroupBarrier();
  }
  if (tile.is_inside) {
    finish_block(tile.row, tile.quad, sum);
  }
}
