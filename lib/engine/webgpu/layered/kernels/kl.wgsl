// The sparsity penalty of 4 units, from ρ̂ = the mean of each unit's activations over the batch:
//
//     D_KL(ρ‖ρ̂) = ρ ln(ρ/ρ̂) + (1−ρ) ln((1−ρ)/(1−ρ̂))       in nats, not multiplied by β
//     slope = β/batch · (−ρ/ρ̂ + (1−ρ)/(1−ρ̂))                what is added to each activation's gradient; 0 if clamped
//
// lib/kl.ts computes the same in plain numbers. Followed by layered.

/// Wanted mean activation.
override RHO: f32;
/// ρ̂ is clamped to [RHO_HAT_MIN, 1 − RHO_HAT_MIN].
override RHO_HAT_MIN: f32;

/// Of 4 units.
struct Penalty {
  divergence: vec4f,
  slope: vec4f,
}

fn penalty_of(rho_hat: vec4f) -> Penalty {
  let clamped = clamp(rho_hat, vec4f(RHO_HAT_MIN), vec4f(1 - RHO_HAT_MIN));
  let divergence = RHO * log(RHO / clamped) + (1 - RHO) * log((1 - RHO) / (1 - clamped));
  let slope = this_step.weight * this_step.inverse_batch * ((1 - RHO) / (1 - clamped) - RHO / clamped);
  return Penalty(divergence, select(vec4f(), slope, rho_hat == clamped));
}
