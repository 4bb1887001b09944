// Tiles: each invocation computes 8 × 8 numbers of its kernel's result in registers, as four 4 × 4 blocks. Column r of a
// block is row r of the result, because that is how a mat4x4f is made of quads.

/// Invocations in a workgroup.
override WORKGROUP: u32;

/// `sRC` is the block in block row R and block column C.
struct Tile {
  s00: mat4x4f,
  s01: mat4x4f,
  s10: mat4x4f,
  s11: mat4x4f,
}

/// The tile an invocation computes. Neighbours along a row of tiles are neighbours in a workgroup.
struct TilePosition {
  is_inside: bool,
  /// Number of the tile, row by row.
  index: u32,
  /// First row.
  row: u32,
  /// First column, in quads.
  quad: u32,
}

/// `size`: rows of the result, and columns in quads.
fn tile_position(id: vec3u, groups: vec3u, size: vec2u) -> TilePosition {
  let index = id.y * groups.x * WORKGROUP + id.x;
  let tiles = (size + vec2u(7, 1)) / vec2u(8, 2);
  return TilePosition(index < tiles.x * tiles.y, index, index / tiles.y * 8, index % tiles.y * 2);
}
