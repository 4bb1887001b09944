// act = ReLU(e^r · u + b) if preAct > 0, u = preAct − (the encoder's bias): no gradient through the step, and none of the
// magnitude into the encoder's bias. The gate, ReLU(preAct), has the gradient of the second reconstruction and the penalty's.
//
// Followed by pair, magnitude, own_parameter, latent_penalty, pre_act, dictionary.

/// `slope`: ∂loss/∂act without the penalty.
fn pair_of(row: u32, latent: u32, slope: f32, is_active: bool) -> Pair {
  let magnitude = magnitude_of(latent, pre_act_of(row, latent));
  let gate_slope = gate_values[4 * row * LATENT_QUADS + latent].y + penalty_slope_of_pre_act(latent);
  let act_slope = select(0, slope + penalty_slope_of_act(latent), magnitude.value > 0);
  let through_gain = act_slope * magnitude.gain;
  return Pair(
    max(0, magnitude.value),
    through_gain + gate_slope,
    gate_slope,
    vec2f(through_gain * magnitude.u, act_slope),
  );
}
