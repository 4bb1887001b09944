/// Which latents of a quad are active, where the latents are given.
fn candidates_of(acts: vec4f, quad: u32) -> vec4<bool> {
  return acts != vec4f();
}
