/// Whether a latent may be chosen: what ReLU makes 0 is as good as not chosen.
fn is_candidate(pre_act: f32, latent: u32) -> bool {
  return pre_act > 0;
}
