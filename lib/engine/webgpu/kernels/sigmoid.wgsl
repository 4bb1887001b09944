/// 1 / (1 + e^−x). Beyond the clamp a float32 has no other answer, and e^88 is its largest number.
fn sigmoid(x: vec4f) -> vec4f {
  return 1 / (1 + exp(-clamp(x, vec4f(-87), vec4f(87))));
}
