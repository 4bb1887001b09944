// The K largest candidates of each row, equal ones by index. One workgroup a row. Followed by radix, list, a candidate,
// dictionary.

override K: u32;

// The bin in which the walk ended, and how many of it are wanted.
var<workgroup> walked: vec2u;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = number_of(group, groups);
  if (row >= this_step.batch) {
    return;
  }
  var limit = Limit(0, K);
  for (var round = 0u; round < 4; round++) {
    let shift = 24 - 8 * round;
    count_row(row, lane, limit, shift);
    if (lane == 0) {
      walked = walk(limit.room);
    }
    let end = workgroupUniformLoad(&walked);
    if (end.x == BEYOND) {
      limit = EVERY_CANDIDATE;
      break;
    }
    limit = Limit(limit.key | (end.x << shift), end.y);
  }
  write_list(row, lane, limit);
}

/// Down from the largest bin until `wanted` are passed.
fn walk(wanted: u32) -> vec2u {
  var left = wanted;
  for (var i = 0u; i < BINS; i++) {
    let count = atomicLoad(&bins[BINS - 1 - i]);
    if (count >= left) {
      return vec2u(BINS - 1 - i, left);
    }
    left -= count;
  }
  return vec2u(BEYOND, 0);
}
