// The K largest candidates of a row, equal ones by index.
// Followed by radix, radix_walk, list, workgroup_scan, a candidate, dictionary.

override K: u32;

/// Every invocation of the workgroup must call it.
fn list_largest(row: u32, lane: u32) {
  var limit = Limit(0, K);
  for (var round = 0u; round < 4; round++) {
    let shift = 24 - 8 * round;
    count_row(row, lane, limit, shift);
    let end = walk(limit.room, lane);
    if (end.x == BEYOND) {
      limit = EVERY_CANDIDATE;
      break;
    }
    limit = Limit(limit.key | (end.x << shift), end.y);
  }
  write_list(row, lane, limit);
}
