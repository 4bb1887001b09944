// act = preAct if the latent is chosen. Followed by pair, latent_penalty, pre_act, dictionary.

/// `slope`: ∂loss/∂act without the penalty, AuxK's part included. `is_active`: whether it is on the list of active latents.
fn pair_of(row: u32, latent: u32, slope: f32, is_active: bool) -> Pair {
  let penalty = penalty_slope_of_act(latent) + penalty_slope_of_pre_act(latent);
  let flow = slope + select(0, penalty, is_active); // AuxK goes without a penalty
  return Pair(pre_act_of(row, latent), flow, flow, vec2f());
}
