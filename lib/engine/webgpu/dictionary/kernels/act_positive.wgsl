/// The activation of a latent on an image's list.
fn act_of(row: u32, latent: u32) -> f32 {
  return pre_act_of(row, latent);
}

/// Its activation and its gate, which is the same.
fn gated_act_of(row: u32, latent: u32) -> vec2f {
  return vec2f(pre_act_of(row, latent));
}
