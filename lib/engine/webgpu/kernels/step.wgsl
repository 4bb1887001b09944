/// What differs from step to step.
struct Step {
  /// Where the step's images begin in `indices`.
  first: u32,
  /// Images in this step.
  batch: u32,
  /// Where the step's losses go in `stats`.
  slot: u32,
  /// 1 / batch.
  inverse_batch: f32,
  /// 1 / (batch · dInput).
  inverse_size: f32,
  /// Adam's learning rate / (1 − β₁ᵗ).
  step_size: f32,
  /// Adam's 1 / √(1 − β₂ᵗ).
  variance_scale: f32,
  /// The penalty's weight.
  weight: f32,
  /// The step's number, from 1.
  t: f32,
}
