/// Which latents of a quad are active: those above their threshold, JumpReLU's θ; below 0 it counts as 0.
fn candidates_of(pre_acts: vec4f, quad: u32) -> vec4<bool> {
  return pre_acts > max(vec4f(), own_quad(0, quad));
}
