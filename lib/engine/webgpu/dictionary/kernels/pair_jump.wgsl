// act = preAct · 1[preAct > θ], θ the latent's own parameter; below 0 it counts as 0. Within the window |preAct − θ| < ε/2 a
// surrogate is the gradient of the step: ∂act/∂θ = −θ/ε, ∂1[preAct > θ]/∂θ = −1/ε.
//
// Followed by pair, own_parameter, latent_penalty, pre_act, dictionary.

/// ε
override BANDWIDTH: f32;

/// `slope`: ∂loss/∂act without the penalty. `is_active`: whether preAct > θ; else the pair is in the window.
fn pair_of(row: u32, latent: u32, slope: f32, is_active: bool) -> Pair {
  let pre_act = pre_act_of(row, latent);
  let theta = max(0, own_parameter(0, latent));
  let act_slope = slope + penalty_slope_of_act(latent);
  var own = 0f;
  if (abs(pre_act - theta) < BANDWIDTH / 2) {
    own = -(theta * act_slope + penalty_slope_of_step()) / BANDWIDTH;
  }
  let flow = select(0, act_slope, is_active);
  return Pair(select(0, pre_act, is_active), flow, flow, vec2f(own, 0));
}
