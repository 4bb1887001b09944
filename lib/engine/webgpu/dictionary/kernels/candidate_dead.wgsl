/// A latent is dead if it was last active more than this many steps before this one.
override DEAD_STEPS: f32;

/// Which latents of a quad AuxK may choose: those that were dead before this step.
fn candidates_of(pre_acts: vec4f, quad: u32) -> vec4<bool> {
  let latent = 4 * quad;
  let last_fired = vec4f(kept[latent], kept[latent + 1], kept[latent + 2], kept[latent + 3]);
  let is_dead = this_step.t - 1 - last_fired > vec4f(DEAD_STEPS);
  return is_dead & (vec4u(0, 1, 2, 3) + latent < vec4u(N_LATENTS));
}
