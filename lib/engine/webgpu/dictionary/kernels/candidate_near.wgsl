/// JumpReLU's ε.
override BANDWIDTH: f32;

/// Which latents of a quad are not active, but so near their threshold that it has a gradient.
fn candidates_of(pre_acts: vec4f, quad: u32) -> vec4<bool> {
  let threshold = max(vec4f(), own_quad(0, quad));
  let is_near = abs(pre_acts - threshold) < vec4f(BANDWIDTH / 2);
  return is_near & (pre_acts <= threshold) & (vec4u(0, 1, 2, 3) + 4 * quad < vec4u(N_LATENTS));
}
