// The gradients of every layer, dW = dYᵀ X and db = Σ_batch dY, and Adam on them, in one dispatch.
//
// An invocation owns 4 units × 4 inputs of one layer's weight, and where the inputs are the first ones the 4 units' biases.
// Followed by adam, fused_layer, pixel_quad, layered.

/// Invocations in a workgroup.
override WORKGROUP: u32;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let block = (group.y * groups.x + group.x) * WORKGROUP + lane;
  var first_block = 0u;
  for (var l = 0u; l < N_LAYERS; l++) {
    let layer = layers[l];
    if (block < layer.end_block) {
      update_layer(layer, block - first_block);
      return;
    }
    first_block = layer.end_block;
  }
}

fn update_layer(layer: Layer, block: u32) {
  let out_quad = block / layer.in_quads;
  let in_quad = block % layer.in_quads;
  var d_weight = mat4x4f();
  var d_bias = vec4f();
  var mean = vec4f();
  if (IS_CENTERED && layer.reads_pixels == 1) {
    mean = params[INPUT_MEAN_OFFSET + in_quad];
  }
  for (var row = 0u; row < this_step.batch; row++) {
    let dy = grads[row * GRADS_STRIDE + layer.grad + out_quad];
    var x: vec4f;
    if (layer.reads_pixels == 1) {
      x = pixels_of(row, in_quad) - mean;
    } else {
      x = acts[row * ACTS_STRIDE + layer.input_act + in_quad];
    }
    d_weight += mat4x4f(dy.x * x, dy.y * x, dy.z * x, dy.w * x);
    d_bias += dy;
  }
  let at = layer.weight + 4 * out_quad * layer.in_quads + in_quad;
  adam(at, d_weight[0]);
  adam(at + layer.in_quads, d_weight[1]);
  adam(at + 2 * layer.in_quads, d_weight[2]);
  adam(at + 3 * layer.in_quads, d_weight[3]);
  if (in_quad == 0) {
    adam(layer.bias + out_quad, d_bias);
  }
}
