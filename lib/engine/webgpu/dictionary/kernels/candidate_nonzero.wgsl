/// Whether a latent has anything to say, where the latents are given.
fn is_candidate(act: f32, latent: u32) -> bool {
  return act != 0;
}
