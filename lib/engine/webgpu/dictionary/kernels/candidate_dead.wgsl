/// Steps without firing after which a latent is dead.
override DEAD_STEPS: f32;

/// Whether AuxK may choose a latent: any that was dead before this step.
fn is_candidate(pre_act: f32, latent: u32) -> bool {
  return latent < N_LATENTS && this_step.number - 1 - kept[latent] > DEAD_STEPS;
}
