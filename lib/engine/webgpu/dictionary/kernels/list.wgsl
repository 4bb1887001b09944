// Writes a row's list of latents: the candidates above a limit, and of those equal to it the first few. In ascending order,
// because each invocation takes a stretch of the row and counts what lies before it. One workgroup per row.
//
// Followed by workgroup_scan, a candidate, dictionary.

/// Which list: 0 active, 1 the second.
override LIST: u32;
/// Whether latents get their marks, for gradients.
override HAS_MARKS: bool;

/// What is chosen: candidates with a larger key, and this many of those with the same.
struct Limit {
  key: u32,
  room: u32,
}

const EVERY_CANDIDATE = Limit(0, 0xffffffff);
/// The key of no float.
const NO_KEY = 0xffffffffu;

var<workgroup> smallest_key: atomic<u32>;

/// Numbers whose order as integers is the floats'.
fn keys_of(values: vec4f) -> vec4u {
  let bits = bitcast<vec4u>(values);
  return bits ^ select(vec4u(0x80000000u), vec4u(0xffffffffu), bits >> vec4u(31) == vec4u(1));
}

/// An invocation's stretch of a row, in quads: [x, y).
fn stretch_of(lane: u32) -> vec2u {
  let length = (LATENT_QUADS + WORKGROUP - 1) / WORKGROUP;
  return min(vec2u(lane, lane + 1) * length, vec2u(LATENT_QUADS));
}

/// Every invocation of the workgroup must call it.
fn write_list(row: u32, lane: u32, limit: Limit) {
  let stretch = stretch_of(lane);
  var own = vec2u();
  for (var quad = stretch.x; quad < stretch.y; quad++) {
    let values = pre_acts[row * LATENT_QUADS + quad];
    let are_candidates = candidates_of(values, quad);
    if (!any(are_candidates)) {
      continue;
    }
    let keys = keys_of(values);
    let above = vec4u(are_candidates & (keys > vec4u(limit.key)));
    let equal = vec4u(are_candidates & (keys == vec4u(limit.key)));
    own += vec2u(above.x + above.y + above.z + above.w, equal.x + equal.y + equal.z + equal.w);
  }
  if (lane == 0) {
    atomicStore(&smallest_key, NO_KEY);
  }
  let before = sum_before(own, lane);
  var place = before.x + min(before.y, limit.room);
  var room = limit.room - min(before.y, limit.room);
  var smallest = NO_KEY;
  let list = row * LIST_STRIDE + LIST * 4 * LATENT_QUADS;
  for (var quad = stretch.x; quad < stretch.y; quad++) {
    let values = pre_acts[row * LATENT_QUADS + quad];
    let are_candidates = candidates_of(values, quad);
    if (!any(are_candidates)) {
      continue;
    }
    let keys = keys_of(values);
    for (var i = 0u; i < 4; i++) {
      let is_equal = keys[i] == limit.key && room > 0;
      if (!are_candidates[i] || keys[i] < limit.key || (keys[i] == limit.key && !is_equal)) {
        continue;
      }
      let latent = 4 * quad + i;
      room -= u32(is_equal);
      smallest = min(smallest, keys[i]);
      lists[list + place] = latent;
      place++;
      if (HAS_MARKS) {
        atomicOr(&marks[marks_at(row, LIST) + latent], 1u << (row % 32));
      }
    }
  }
  if (lane == WORKGROUP - 1) {
    counts[4 * row + LIST] = place;
  }
  if (LIST == 0) {
    atomicMin(&smallest_key, smallest);
    workgroupBarrier();
    if (lane == 0) {
      counts[4 * row + 3] = atomicLoad(&smallest_key);
    }
  }
}
