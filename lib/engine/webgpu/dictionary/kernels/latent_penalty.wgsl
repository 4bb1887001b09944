// L1's penalty, Σ act ‖dec‖ / (batch · dInput) weighted with λ; nothing where there is none.

override HAS_PENALTY: bool;
/// Whether decoder rows have norms of their own, else 1.
override HAS_NORMS: bool;

fn penalty_norm(latent: u32) -> f32 {
  if (!HAS_PENALTY) {
    return 0;
  }
  if (!HAS_NORMS) {
    return 1;
  }
  return latents[latent].norm;
}

/// ∂/∂act where a latent is active.
fn penalty_slope(latent: u32) -> f32 {
  return this_step.weight * this_step.inverse_size * penalty_norm(latent);
}

/// ∂/∂dec = this · dec. 0 for a row of zeros, which has no direction.
fn norm_slope(latent: u32, act_sum: f32) -> f32 {
  if (!HAS_PENALTY || !HAS_NORMS || latents[latent].norm == 0) {
    return 0;
  }
  return this_step.weight * this_step.inverse_size * act_sum / latents[latent].norm;
}
