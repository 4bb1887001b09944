/// Whether a latent is chosen after training: where it is above BatchTopK's threshold.
fn is_candidate(pre_act: f32, latent: u32) -> bool {
  return pre_act > max(0, kept[4 * LATENT_QUADS]);
}
