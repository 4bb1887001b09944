// The sparsity penalty of one layer: ρ̂ = the mean of each unit's activations over the batch, and what kl.wgsl makes of it.
// One workgroup for each quad of units. Followed by kl, layered.

override WORKGROUP: u32;
/// Units of the layer, padding excluded.
override D_OUT: u32;
/// From row to row of `acts`, and where the layer begins in it, in quads.
override ACTS_STRIDE: u32;
override ACTS_OFFSET: u32;
/// Where the layer's slopes and divergences begin in `stats`, in quads.
override SLOPES_OFFSET: u32;
override DIVERGENCES_OFFSET: u32;

var<workgroup> sums: array<vec4f, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quad = group.x;
  var sum = vec4f();
  for (var row = lane; row < this_step.batch; row += WORKGROUP) {
    sum += acts[row * ACTS_STRIDE + ACTS_OFFSET + quad];
  }
  sums[lane] = sum;
  workgroupBarrier();
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  if (lane > 0) {
    return;
  }
  let penalty = penalty_of(sums[0] * this_step.inverse_batch);
  let is_unit = vec4u(0, 1, 2, 3) + quad * 4 < vec4u(D_OUT);
  stats[SLOPES_OFFSET + quad] = select(vec4f(), penalty.slope, is_unit);
  stats[DIVERGENCES_OFFSET + quad] = select(vec4f(), penalty.divergence, is_unit);
}
