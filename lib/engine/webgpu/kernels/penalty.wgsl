// The sparsity penalty of one layer, from ρ̂ = the mean of each unit's activations over the batch:
//
//     D_KL(ρ‖ρ̂) = ρ ln(ρ/ρ̂) + (1−ρ) ln((1−ρ)/(1−ρ̂))       in nats, undivided by β
//     slope = β/batch · (−ρ/ρ̂ + (1−ρ)/(1−ρ̂))                what each activation's gradient gets on top; 0 where clamped
//
// The slow twin is lib/kl.ts. One workgroup for each quad of units. Followed by step.

override WORKGROUP: u32;
/// Wanted mean activation, and the penalty's weight.
override RHO: f32;
override BETA: f32;
/// ρ̂ is clamped to [RHO_HAT_MIN, 1 − RHO_HAT_MIN].
override RHO_HAT_MIN: f32;
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
  let rho_hat = sums[0] * this_step.inverse_batch;
  let clamped = clamp(rho_hat, vec4f(RHO_HAT_MIN), vec4f(1 - RHO_HAT_MIN));
  let slope = BETA * this_step.inverse_batch * ((1 - RHO) / (1 - clamped) - RHO / clamped);
  let divergence = RHO * log(RHO / clamped) + (1 - RHO) * log((1 - RHO) / (1 - clamped));
  let is_unit = vec4u(0, 1, 2, 3) + quad * 4 < vec4u(D_OUT);
  stats[SLOPES_OFFSET + quad] = select(vec4f(), slope, is_unit & (rho_hat == clamped));
  stats[DIVERGENCES_OFFSET + quad] = select(vec4f(), divergence, is_unit);
}
