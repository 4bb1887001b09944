// From the gradient at the logits down through every layer:
//
//     dX = (dY W + slope) · activation'(acts below)          slope: the penalty's, see kl.wgsl
//
// Reads the output's gradient from `grads` and writes every other layer's there. Each workgroup works out ρ̂ for itself,
// which costs less than a dispatch; the first one leaves the step's two losses. One workgroup for 4 images.
// Followed by kl, rows, fused_layer, pixel_quad, layered.

/// The invocation's part of the penalty, Σ D_KL.
var<private> divergence_part: f32;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let number = number_of(group, groups);
  let row = 4 * number;
  if (row >= this_step.batch) {
    return;
  }
  load_gradient(layers[N_LAYERS - 1], row, lane);
  for (var l = N_LAYERS - 1; l > 0; l--) {
    backward_layer(layers[l], layers[l - 1], row, lane);
  }
  if (number > 0) {
    return;
  }
  var reconstruction_part = 0f;
  for (var i = lane; i < (this_step.batch + 3) / 4; i += WORKGROUP) {
    reconstruction_part += stats[PARTS_OFFSET + i].x;
  }
  let reconstruction = sum_over_workgroup(reconstruction_part, lane) * this_step.inverse_size;
  let penalty = sum_over_workgroup(divergence_part, lane);
  if (lane == 0) {
    stats[this_step.slot] = vec4f(reconstruction, penalty, 0, 0);
  }
}

/// Takes the output's gradient into workgroup memory.
fn load_gradient(layer: Layer, row: u32, lane: u32) {
  for (var quad = lane; quad < layer.out_quads; quad += WORKGROUP) {
    let at = row * GRADS_STRIDE + layer.grad + quad;
    let images = mat4x4f(
      grads[at],
      grads[at + GRADS_STRIDE],
      grads[at + 2 * GRADS_STRIDE],
      grads[at + 3 * GRADS_STRIDE],
    );
    store_quad_of_images(4 * (layer.grad + quad), images);
  }
  workgroupBarrier();
}

fn backward_layer(layer: Layer, below: Layer, row: u32, lane: u32) {
  for (var unit = lane; unit < 4 * layer.in_quads; unit += WORKGROUP) {
    let quad = unit / 4;
    let lane_of_quad = unit % 4;
    var d_acts = vec4f();
    for (var o = 0u; o < layer.d_out; o++) {
      d_acts += params[layer.weight + o * layer.in_quads + quad][lane_of_quad] * units[4 * layer.grad + o];
    }
    if (below.is_penalized == 1 && unit < below.d_out) {
      let penalty = penalty_of(rho_hat(below, quad));
      d_acts += penalty.slope[lane_of_quad];
      divergence_part += penalty.divergence[lane_of_quad];
    }
    // In the padding the activations are 0, and with them both derivatives.
    let at = row * ACTS_STRIDE + below.output_act + quad;
    let a = vec4f(
      acts[at][lane_of_quad],
      acts[at + ACTS_STRIDE][lane_of_quad],
      acts[at + 2 * ACTS_STRIDE][lane_of_quad],
      acts[at + 3 * ACTS_STRIDE][lane_of_quad],
    );
    if (below.is_sigmoid == 1) {
      units[4 * below.grad + unit] = d_acts * a * (1 - a);
    } else {
      units[4 * below.grad + unit] = select(vec4f(), d_acts, a > vec4f());
    }
  }
  workgroupBarrier();
  for (var quad = lane; quad < below.out_quads; quad += WORKGROUP) {
    let images = images_of_quad(4 * (below.grad + quad));
    let at = row * GRADS_STRIDE + below.grad + quad;
    grads[at] = images[0];
    grads[at + GRADS_STRIDE] = images[1];
    grads[at + 2 * GRADS_STRIDE] = images[2];
    grads[at + 3 * GRADS_STRIDE] = images[3];
  }
}

/// ρ̂ of 4 units: the mean of their activations over the batch.
fn rho_hat(layer: Layer, quad: u32) -> vec4f {
  var sum = vec4f();
  for (var image = 0u; image < this_step.batch; image++) {
    sum += acts[image * ACTS_STRIDE + layer.output_act + quad];
  }
  return sum * this_step.inverse_batch;
}
