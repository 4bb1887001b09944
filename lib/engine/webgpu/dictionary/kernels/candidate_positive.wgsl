/// Which latents of a quad may be chosen: what ReLU makes 0 is never active.
fn candidates_of(pre_acts: vec4f, quad: u32) -> vec4<bool> {
  return pre_acts > vec4f();
}
