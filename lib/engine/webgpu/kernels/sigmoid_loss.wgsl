// The reconstruction loss at the output, recon = σ(logits), not yet divided by batch · dInput:
//
//     mse: Σ (recon − x)²                                   ∂/∂logit = 2 (recon − x) recon (1 − recon)
//     bce: Σ max(logit, 0) − logit · x + ln(1 + e^−|logit|)  ∂/∂logit = recon − x
//
// Followed by sigmoid.

/// Binary cross-entropy, else squared error.
override IS_BCE: bool;

/// Of 4 logits.
struct Loss {
  value: vec4f,
  gradient: vec4f,
}

/// The loss of 4 logits; `x` are their pixels.
fn loss_of(logits: vec4f, x: vec4f) -> Loss {
  let recon = sigmoid(logits);
  let difference = recon - x;
  if (IS_BCE) {
    return Loss(max(logits, vec4f()) - logits * x + log(1 + exp(-abs(logits))), difference);
  }
  return Loss(difference * difference, 2 * difference * recon * (1 - recon));
}
