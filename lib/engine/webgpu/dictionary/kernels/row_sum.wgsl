/// Invocations in a workgroup, a power of two.
override WORKGROUP: u32;

var<workgroup> sums: array<f32, WORKGROUP>;

/// The sum over all invocations of the workgroup; every one of them must call it.
fn sum_over_workgroup(value: f32, lane: u32) -> f32 {
  sums[lane] = value;
  workgroupBarrier();
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  return sums[0];
}
