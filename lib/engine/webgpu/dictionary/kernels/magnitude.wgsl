// Gated's magnitudes: act = ReLU(e^r · u + b), u = preAct − (the encoder's bias), of a latent whose gate, its preAct, is open.
// Followed by own_parameter, dictionary.

/// Which of the variant's own parameters r and b are.
const R_MAG = 0u;
const B_MAG = 1u;

struct Magnitude {
  /// e^r
  gain: f32,
  u: f32,
  /// Before ReLU.
  value: f32,
}

fn magnitude_of(latent: u32, pre_act: f32) -> Magnitude {
  let gain = exp(own_parameter(R_MAG, latent));
  let u = pre_act - biases[latent / 4][latent % 4];
  return Magnitude(gain, u, gain * u + own_parameter(B_MAG, latent));
}
