/// Which latents of a quad are active: those whose gate is open and whose magnitude is above 0.
fn candidates_of(pre_acts: vec4f, quad: u32) -> vec4<bool> {
  let magnitudes = exp(own_quad(R_MAG, quad)) * (pre_acts - biases[quad]) + own_quad(B_MAG, quad);
  return (pre_acts > vec4f()) & (magnitudes > vec4f());
}
