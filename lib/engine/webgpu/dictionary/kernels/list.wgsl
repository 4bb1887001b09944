// Writes a row's list of latents: the candidates above a limit, and of those equal to it the first few. In ascending order,
// because each invocation takes a stretch of the row and counts what lies before it. One workgroup a row.
//
// Followed by a candidate, dictionary.

override WORKGROUP: u32;
/// Which list: 0 active, 1 AuxK's.
override LIST: u32;
/// Whether latents get their marks, for gradients.
override HAS_MARKS: bool;

/// What is chosen: candidates with a larger key, and so many of those with the same.
struct Limit {
  key: u32,
  room: u32,
}

const EVERY_CANDIDATE = Limit(0, 0xffffffff);
/// The key of no float.
const NO_KEY = 0xffffffffu;

// How many lie above and at the limit in each invocation's stretch.
var<workgroup> found: array<vec2u, WORKGROUP>;
var<workgroup> smallest_keys: array<u32, WORKGROUP>;

/// A number whose order as an integer is the float's.
fn key_of(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  return bits ^ select(0x80000000u, 0xffffffffu, bits >> 31 == 1);
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
    for (var i = 0u; i < 4; i++) {
      if (is_candidate(values[i], 4 * quad + i)) {
        let key = key_of(values[i]);
        own += vec2u(vec2<bool>(key > limit.key, key == limit.key));
      }
    }
  }
  found[lane] = own;
  workgroupBarrier();
  var before = vec2u();
  for (var i = 0u; i < lane; i++) {
    before += found[i];
  }
  var place = before.x + min(before.y, limit.room);
  var room = limit.room - min(before.y, limit.room);
  var smallest = NO_KEY;
  let list = row * LIST_STRIDE + LIST * 4 * LATENT_QUADS;
  for (var quad = stretch.x; quad < stretch.y; quad++) {
    let values = pre_acts[row * LATENT_QUADS + quad];
    for (var i = 0u; i < 4; i++) {
      let latent = 4 * quad + i;
      if (!is_candidate(values[i], latent)) {
        continue;
      }
      let key = key_of(values[i]);
      let is_equal = key == limit.key && room > 0;
      if (key > limit.key || is_equal) {
        room -= u32(is_equal);
        smallest = min(smallest, key);
        lists[list + place] = latent;
        place++;
        if (HAS_MARKS) {
          atomicOr(&marks[marks_at(row, LIST) + latent], 1u << (row % 32));
        }
      }
    }
  }
  smallest_keys[lane] = smallest;
  if (lane == WORKGROUP - 1) {
    counts[4 * row + LIST] = place;
  }
  workgroupBarrier();
  if (LIST == 0 && lane == 0) {
    for (var i = 0u; i < WORKGROUP; i++) {
      smallest = min(smallest, smallest_keys[i]);
    }
    counts[4 * row + 3] = smallest;
  }
}
