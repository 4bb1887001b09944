// The penalty, Σ over active latents, weighted with λ / (batch · dInput): of act ‖dec‖ as L1 has it, of preAct ‖dec‖ as Gated
// has it, of 1 as JumpReLU has it, or none.

override OF_LENGTH: bool;
override OF_GATES: bool;
override OF_COUNT: bool;
/// Whether decoder rows have norms of their own, else 1.
override HAS_NORMS: bool;

/// What an active latent of an image adds to its latent's sum; of gates, preAct is above 0.
fn penalized(act: f32, pre_act: f32) -> f32 {
  if (OF_LENGTH) {
    return act;
  }
  if (OF_GATES) {
    return pre_act;
  }
  return f32(OF_COUNT && act > 0);
}

/// The penalty of a latent, not weighted, from that sum.
fn penalty_of(latent: u32, sum: f32) -> f32 {
  return sum * norm_of(latent);
}

/// ∂/∂act if a latent is active.
fn penalty_slope_of_act(latent: u32) -> f32 {
  return f32(OF_LENGTH) * penalty_scale() * norm_of(latent);
}

/// ∂/∂preAct if a latent is active, besides what comes by way of act.
fn penalty_slope_of_pre_act(latent: u32) -> f32 {
  return f32(OF_GATES) * penalty_scale() * norm_of(latent);
}

/// ∂/∂(whether the latent is active).
fn penalty_slope_of_step() -> f32 {
  return f32(OF_COUNT) * penalty_scale();
}

/// ∂/∂dec = this · dec, from the sum. 0 for a row of zeros, which has no direction.
fn penalty_slope_of_norm(latent: u32, sum: f32) -> f32 {
  if (!HAS_NORMS || latents[latent].norm == 0) {
    return 0;
  }
  return penalty_scale() * sum / latents[latent].norm;
}

fn penalty_scale() -> f32 {
  return this_step.weight * this_step.inverse_size;
}

fn norm_of(latent: u32) -> f32 {
  if (!HAS_NORMS) {
    return 1;
  }
  return latents[latent].norm;
}
