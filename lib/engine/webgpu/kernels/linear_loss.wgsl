// The reconstruction loss at a linear output, not yet divided by batch · dInput: Σ (logit − x)².

/// Of 4 logits.
struct Loss {
  value: vec4f,
  gradient: vec4f,
}

/// The loss of 4 logits; `x` are their pixels.
fn loss_of(logits: vec4f, x: vec4f) -> Loss {
  let difference = logits - x;
  return Loss(difference * difference, 2 * difference);
}
