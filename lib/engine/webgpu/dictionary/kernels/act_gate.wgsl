/// The activation of a latent on an image's list.
fn act_of(row: u32, latent: u32) -> f32 {
  return gate_values[4 * row * LATENT_QUADS + latent].x;
}

/// Its activation and its gate, until the gate's gradient takes the place of the gate.
fn gated_act_of(row: u32, latent: u32) -> vec2f {
  return gate_values[4 * row * LATENT_QUADS + latent];
}
