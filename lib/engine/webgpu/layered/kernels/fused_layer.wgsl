// What kernels that work on all layers know of them. Followed by pixel_quad.

@group(0) @binding(9) var<uniform> layers: array<Layer, MOST_LAYERS>;

/// The most layers that a model may have for these kernels.
const MOST_LAYERS = 16u;

/// One layer's places.
struct Layer {
  /// Row lengths, in quads, and the width without padding.
  in_quads: u32,
  out_quads: u32,
  d_out: u32,
  /// Where the weight and bias begin in `params`, in quads.
  weight: u32,
  bias: u32,
  /// Where the input and the output begin in a row of `acts`, in quads.
  input_act: u32,
  output_act: u32,
  /// Where the gradient begins in a row of `grads`, in quads.
  grad: u32,
  /// Blocks of 4 units × 4 inputs of all weights up to the end of this layer's.
  end_block: u32,
  /// 1 if its activation is a sigmoid, else ReLU; of no meaning for the output layer.
  is_sigmoid: u32,
  /// 1 if its units are penalized.
  is_penalized: u32,
  /// 1 if its input is images.
  reads_pixels: u32,
}

/// How many layers there are, at most MOST_LAYERS.
override N_LAYERS: u32;
/// Row lengths, in quads.
override ACTS_STRIDE: u32;
override GRADS_STRIDE: u32;
override PIXEL_STRIDE: u32;
/// Whether the first layer reads images less their mean x̄, and where x̄ begins in `params`, in quads.
override IS_CENTERED: bool;
override INPUT_MEAN_OFFSET: u32;

/// Quad `quad` of the step's image `row`; the padding of a batch repeats its last image.
fn pixels_of(row: u32, quad: u32) -> vec4f {
  let image = indices[this_step.first + min(row, this_step.batch - 1)];
  return pixel_quad(image * PIXEL_STRIDE + quad);
}
