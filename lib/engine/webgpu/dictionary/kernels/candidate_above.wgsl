/// Which latents of a quad are chosen after training: those above BatchTopK's threshold.
fn candidates_of(pre_acts: vec4f, quad: u32) -> vec4<bool> {
  return pre_acts > vec4f(max(0, kept[4 * LATENT_QUADS]));
}
