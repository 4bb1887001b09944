// Which tile an invocation computes if invocations work alone: tiles row by row, neighbours in a workgroup.

/// `size`: rows of the result, and columns in quads.
fn tile_of(at: Position, size: vec2u) -> Tile {
  let tiles = (size + vec2u(TILE_ROWS, TILE_QUADS) - 1) / vec2u(TILE_ROWS, TILE_QUADS);
  let index = at.workgroup * WORKGROUP + at.lane;
  let row = index / tiles.y;
  return Tile(row < tiles.x, index, row * TILE_ROWS, index % tiles.y * TILE_QUADS);
}
