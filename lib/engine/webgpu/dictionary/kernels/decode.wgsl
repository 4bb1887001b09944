// logits = acts W_dec + b_dec, and the gradient there, ∂loss/∂logits, divided by batch · dInput; the same for each
// prefix of the latents that reconstructs alone, as the list is sorted in the order of the prefixes. `errors` gets of each prefix, and of
// all latents, the sum of its gradient and those of all longer ones: what its last latents have an influence on.
//
// Also AuxK: its latents h reconstruct the error of the other latents, which is a constant here:
//
//     α · s/(batch·dInput) · Σ (h W_dec − (x − x̂))²,   s = (latents it found) / AUX_WIDTH
//
// Models with AuxK always have a linear output, so logits are the reconstruction. Or Gated's second reconstruction, of
// the gates ReLU(preActs), with its gradient.
//
// Leaves parts of the undivided losses. One workgroup for a strip of a row, an invocation per quad.
// Followed by a loss, list_sum, an act and its files, prefix_plane, dictionary.

override WORKGROUP: u32;
/// Where the parts of the losses begin in `stats`.
override PARTS_OFFSET: u32;
/// At most this many latents for AuxK, or 0 if it is off; its weight.
override AUX_WIDTH: u32;
override AUX_ALPHA: f32;
/// What the loss of each reconstruction counts, that of all latents too.
override PREFIX_WEIGHT: f32;
/// Whether the gates reconstruct, too.
override HAS_GATES: bool;

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
  let bias = biases[LATENT_QUADS + quad];
  let x = inputs[2 * row * IN_QUADS + quad];
  let at = row * PLANES * IN_QUADS + quad;
  var acts = vec4f();
  var gates = vec4f();
  var plane = 0u;
  var auxiliary = 0f;
  let count = counts[4 * row];
  for (var i = 0u; i < count; i++) {
    let latent = lists[row * LIST_STRIDE + i];
    while (plane < PREFIXES && place_of(latent, i) >= prefix_width(plane)) {
      auxiliary += PREFIX_WEIGHT * reconstruct(acts + bias, x, quad, at + plane * IN_QUADS);
      plane++;
    }
    let weights = params[latent * IN_QUADS + quad];
    if (HAS_GATES) {
      let act = gated_act_of(row, latent);
      acts += act.x * weights;
      gates += act.y * weights;
    } else {
      acts += act_of(row, latent) * weights;
    }
  }
  while (plane < PREFIXES) {
    auxiliary += PREFIX_WEIGHT * reconstruct(acts + bias, x, quad, at + plane * IN_QUADS);
    plane++;
  }
  let reconstruction = reconstruct(acts + bias, x, quad, at + PREFIXES * IN_QUADS);
  auxiliary -= (1 - PREFIX_WEIGHT) * reconstruction;
  let second = at + (PREFIXES + 1) * IN_QUADS;
  if (HAS_GATES) {
    auxiliary += reconstruct(gates + bias, x, quad, second);
  }
  if (AUX_WIDTH > 0) {
    auxiliary += revive(row, quad, acts + bias - x, second);
  }
  for (plane = PREFIXES; plane > 0; plane--) {
    errors[at + (plane - 1) * IN_QUADS] += errors[at + plane * IN_QUADS];
  }
  return vec2f(reconstruction, auxiliary);
}

/// Stores the gradient at 4 logits; returns their loss.
fn reconstruct(logits: vec4f, x: vec4f, quad: u32, at: u32) -> f32 {
  let loss = loss_of(logits, x);
  errors[at] = masked(loss.gradient * (PREFIX_WEIGHT * this_step.inverse_size), quad);
  return dot(masked(loss.value, quad), vec4f(1));
}

/// Stores the gradient at 4 numbers that dead latents add up to; returns their loss. `excess`: x̂ − x.
fn revive(row: u32, quad: u32, excess: vec4f, at: u32) -> f32 {
  let n_dead = counts[4 * row + 1];
  if (n_dead == 0) {
    return 0;
  }
  let scale = AUX_ALPHA * f32(n_dead) / f32(AUX_WIDTH);
  let difference = masked(sum_of_list(row, 1, quad) + excess, quad);
  errors[at] = 2 * scale * this_step.inverse_size * difference;
  return scale * dot(difference, difference);
}
