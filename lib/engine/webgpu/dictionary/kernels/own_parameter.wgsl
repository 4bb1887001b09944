/// 4 neighbouring latents' values of one of the variant's own parameters; `index`: which.
fn own_quad(index: u32, quad: u32) -> vec4f {
  return biases[LATENT_QUADS + IN_QUADS + index * LATENT_QUADS + quad];
}

/// A latent's value of one of the variant's own parameters.
fn own_parameter(index: u32, latent: u32) -> f32 {
  return own_quad(index, latent / 4)[latent % 4];
}
