// A whole forward pass, acts = activation(x Wᵀ + b) layer after layer, and at the output what a loss makes of it.
//
// Writes the activations to `acts`, ∂loss/∂logits, divided by batch · dInput, to `grads`, and each workgroup's part of the
// undivided loss to `stats`. One workgroup for 4 images. Followed by a loss, sigmoid, rows, fused_layer, pixel_quad, layered.

/// The invocation's part of the loss.
var<private> loss_part: f32;

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
  for (var quad = lane; quad < PIXEL_STRIDE; quad += WORKGROUP) {
    let images = mat4x4f(
      pixels_of(row, quad),
      pixels_of(row + 1, quad),
      pixels_of(row + 2, quad),
      pixels_of(row + 3, quad),
    );
    store_quad_of_images(4 * quad, images);
  }
  workgroupBarrier();
  for (var l = 0u; l < N_LAYERS - 1; l++) {
    hidden_layer(layers[l], row, lane);
  }
  output_layer(layers[N_LAYERS - 1], row, lane);
  let part = sum_over_workgroup(loss_part, lane);
  if (lane == 0) {
    stats[PARTS_OFFSET + number] = vec4f(part, 0, 0, 0);
  }
}

fn hidden_layer(layer: Layer, row: u32, lane: u32) {
  for (var unit = lane; unit < 4 * layer.out_quads; unit += WORKGROUP) {
    var value = pre_acts(layer, unit);
    if (layer.is_sigmoid == 1) {
      value = sigmoid(value);
    } else {
      value = max(value, vec4f());
    }
    units[unit_of(layer.output_act) + unit] = masked(value, row, unit < layer.d_out);
  }
  workgroupBarrier();
  for (var quad = lane; quad < layer.out_quads; quad += WORKGROUP) {
    let images = images_of_quad(unit_of(layer.output_act) + 4 * quad);
    let at = row * ACTS_STRIDE + layer.output_act + quad;
    acts[at] = images[0];
    acts[at + ACTS_STRIDE] = images[1];
    acts[at + 2 * ACTS_STRIDE] = images[2];
    acts[at + 3 * ACTS_STRIDE] = images[3];
  }
}

/// The gradient takes the place of the images in `units`: each invocation is the only reader of its pixel.
fn output_layer(layer: Layer, row: u32, lane: u32) {
  for (var unit = lane; unit < 4 * layer.out_quads; unit += WORKGROUP) {
    let loss = loss_of(pre_acts(layer, unit), units[unit]);
    let is_unit = unit < layer.d_out;
    loss_part += dot(masked(loss.value, row, is_unit), vec4f(1));
    units[unit] = masked(loss.gradient * this_step.inverse_size, row, is_unit);
  }
  workgroupBarrier();
  for (var quad = lane; quad < layer.out_quads; quad += WORKGROUP) {
    let images = images_of_quad(4 * quad);
    let at = row * GRADS_STRIDE + layer.grad + quad;
    grads[at] = images[0];
    grads[at + GRADS_STRIDE] = images[1];
    grads[at + 2 * GRADS_STRIDE] = images[2];
    grads[at + 3 * GRADS_STRIDE] = images[3];
  }
}

/// x Wᵀ + b of one unit, for each of the 4 images. The first layer subtracts x̄ here: `units` keeps the images themselves,
/// which the loss compares with.
fn pre_acts(layer: Layer, unit: u32) -> vec4f {
  let weights = layer.weight + unit * layer.in_quads;
  var input = unit_of(layer.input_act);
  if (layer.reads_pixels == 1) {
    input = 0;
  }
  var sum = vec4f();
  for (var k = 0u; k < layer.in_quads; k++) {
    let w = params[weights + k];
    let x = input + 4 * k;
    sum += w.x * units[x] + w.y * units[x + 1] + w.z * units[x + 2] + w.w * units[x + 3];
    if (IS_CENTERED && layer.reads_pixels == 1) {
      sum -= dot(w, params[INPUT_MEAN_OFFSET + k]);
    }
  }
  return sum + params[layer.bias + unit / 4][unit % 4];
}
