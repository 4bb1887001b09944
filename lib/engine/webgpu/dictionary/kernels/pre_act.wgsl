/// One of an image's pre-activations.
fn pre_act_of(row: u32, latent: u32) -> f32 {
  return pre_acts[row * LATENT_QUADS + latent / 4][latent % 4];
}
