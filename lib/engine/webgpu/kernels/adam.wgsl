// Adam on 4 parameters:
//
//     m ← β₁m + (1−β₁)g      v ← β₂v + (1−β₂)g²      p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
//
// Source: Kingma and Ba 2015; torch.optim.Adam. Followed by step.

/// 1 − β is given, because in float32 the difference would lose digits.
override BETA1: f32;
override ONE_MINUS_BETA1: f32;
override BETA2: f32;
override ONE_MINUS_BETA2: f32;
override EPSILON: f32;

/// `at`: in quads of `params` and both moments.
fn adam(at: u32, gradient: vec4f) {
  adam_at_rate(at, gradient, 1);
}

/// `rate`: the parameter's learning rate as a multiple of the step's.
fn adam_at_rate(at: u32, gradient: vec4f, rate: f32) {
  let m = BETA1 * adam_m[at] + ONE_MINUS_BETA1 * gradient;
  let v = BETA2 * adam_v[at] + ONE_MINUS_BETA2 * gradient * gradient;
  adam_m[at] = m;
  adam_v[at] = v;
  params[at] -= rate * this_step.step_size * m / (sqrt(v) * this_step.variance_scale + EPSILON);
}
