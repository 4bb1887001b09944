/// Invocations in a workgroup, a power of two.
override WORKGROUP: u32;

var<workgroup> scanned: array<vec2u, WORKGROUP>;

/// The sum over the invocations of the workgroup before this one; every one of them must call it.
fn sum_before(value: vec2u, lane: u32) -> vec2u {
  scanned[lane] = value;
  workgroupBarrier();
  for (var distance = 1u; distance < WORKGROUP; distance *= 2) {
    var before = vec2u();
    if (lane >= distance) {
      before = scanned[lane - distance];
    }
    workgroupBarrier();
    scanned[lane] += before;
    workgroupBarrier();
  }
  return scanned[lane] - value;
}
