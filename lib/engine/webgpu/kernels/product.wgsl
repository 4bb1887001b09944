// A product of matrices, result = left · right. Each invocation computes a tile of the result, made of blocks of 4 rows ×
// 1 quad. In a block of the result or of `left`, column r of the mat4x4f is row r: that is how quads make a matrix.
//
// The kernel says what the operands are, and what becomes of the result:
//
//     left_origin(row), left_block(origin, k)      left[row … row+3, 4k … 4k+3]
//     right_origin(quad), right_block(origin, k)   right[4k … 4k+3, quad]: column r is row 4k + r
//     finish_block(row, quad, block)               takes a block of the result
//
// One of the files product_*.wgsl says how it is done, by the same names:
//
//     TILE_ROWS, TILE_QUADS                        size of an invocation's tile
//     tile_of(position, size)                      its place in the result, whose size is given in rows and quads
//     multiply(tile, inner_quads)                  Σ over 4 · inner_quads products, to `finish_block`
//
// A kernel calls the last two on every invocation, inside the result or not, because some have to wait for one another.

/// Invocations in a workgroup.
override WORKGROUP: u32;

/// An invocation: its workgroup's number, in a grid that is folded if one line would be too long, and its own.
struct Position {
  workgroup: u32,
  lane: u32,
}

struct Tile {
  /// Whether any of it lies in the result.
  is_inside: bool,
  /// Number of the tile, row by row.
  index: u32,
  /// First row, and first column in quads.
  row: u32,
  quad: u32,
}

fn position(group: vec3u, groups: vec3u, lane: u32) -> Position {
  return Position(group.y * groups.x + group.x, lane);
}
