// logits = acts W_dec + b_dec, and the gradient there, ∂loss/∂logits, divided by batch · dInput. AuxK beside it: its latents
// h reconstruct what the others left over, a constant:
//
//     α · s/(batch·dInput) · Σ (h W_dec − (x − x̂))²,   s = (latents it found) / AUX_WIDTH
//
// AuxK has a linear output. Leaves parts of both undivided losses. One workgroup for a strip of a row, an invocation a quad.
// Followed by a loss, list_sum, pre_act, dictionary.

override WORKGROUP: u32;
/// Where the parts of the losses begin in `stats`.
override PARTS_OFFSET: u32;
/// At most so many latents for AuxK, or 0 where it is off; its weight.
override AUX_WIDTH: u32;
override AUX_ALPHA: f32;

// (reconstruction, auxiliary) of each invocation.
var<workgroup> sums: array<vec2f, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let number = number_of(group, groups);
  let strips = (IN_QUADS + WORKGROUP - 1) / WORKGROUP;
  let row = number / strips;
  let quad = number % strips * WORKGROUP + lane;
  if (row >= this_step.batch) {
    return;
  }
  sums[lane] = vec2f();
  if (quad < IN_QUADS) {
    sums[lane] = finish_quad(row, quad);
  }
  workgroupBarrier();
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    stats[PARTS_OFFSET + number] = vec4f(sums[0], 0, 0);
  }
}

/// Stores the gradients at 4 logits; returns their losses.
fn finish_quad(row: u32, quad: u32) -> vec2f {
  let at = 2 * row * IN_QUADS + quad;
  let logits = sum_of_list(row, 0, quad) + biases[LATENT_QUADS + quad];
  let loss = loss_of(logits, inputs[at]);
  errors[at] = masked(loss.gradient * this_step.inverse_size, quad);
  let reconstruction = dot(masked(loss.value, quad), vec4f(1));
  if (AUX_WIDTH == 0) {
    return vec2f(reconstruction, 0);
  }
  let n_dead = counts[4 * row + 1];
  if (n_dead == 0) {
    return vec2f(reconstruction, 0);
  }
  let scale = AUX_ALPHA * f32(n_dead) / f32(AUX_WIDTH);
  let difference = masked(sum_of_list(row, 1, quad) + loss.gradient / 2, quad);
  errors[at + IN_QUADS] = 2 * scale * this_step.inverse_size * difference;
  return vec2f(reconstruction, scale * dot(difference, difference));
}
