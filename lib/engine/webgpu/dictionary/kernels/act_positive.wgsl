/// The activation of a latent on an image's list.
fn act_of(row: u32, latent: u32) -> f32 {
  return pre_act_of(row, latent);
}
