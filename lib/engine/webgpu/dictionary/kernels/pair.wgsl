/// A latent and an image whose list it is on, and what they add to the gradients.
struct Pair {
  act: f32,
  /// ∂loss/∂preAct by way of the encoder's weights, and by way of its bias.
  flow: f32,
  bias_flow: f32,
  /// ∂loss/∂(the latent's own parameters).
  own: vec2f,
}
