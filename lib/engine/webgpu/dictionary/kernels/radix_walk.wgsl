// A histogram of 8 bits of keys, and the walk down from its largest bin. Followed by workgroup_scan, dictionary.

/// Walking past the last bin: there are fewer keys than wanted.
const BEYOND = BINS;

var<workgroup> bins: array<atomic<u32>, BINS>;
// The bin in which the walk ended, and how many of it are wanted.
var<workgroup> walked: vec2u;

/// Down from the largest bin until `wanted`, at least 1, are passed. Each invocation counts a stretch of bins, and the one
/// in whose stretch the walk ends goes through it. Every invocation of the workgroup must call it.
fn walk(wanted: u32, lane: u32) -> vec2u {
  let length = max(1, BINS / WORKGROUP);
  let end = BINS - min(BINS, lane * length);
  let first = end - min(end, length);
  var own = 0u;
  for (var bin = first; bin < end; bin++) {
    own += atomicLoad(&bins[bin]);
  }
  if (lane == 0) {
    walked = vec2u(BEYOND, 0);
  }
  let before = sum_before(vec2u(own, 0), lane).x;
  if (before < wanted && wanted - before <= own) {
    var left = wanted - before;
    var bin = end - 1;
    for (var count = atomicLoad(&bins[bin]); count < left; count = atomicLoad(&bins[bin])) {
      left -= count;
      bin--;
    }
    walked = vec2u(bin, left);
  }
  return workgroupUniformLoad(&walked);
}
