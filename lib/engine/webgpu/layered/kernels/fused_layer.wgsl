// One layer's places, for kernels that work on all layers. The host writes a `Layer` for each into the code.

struct Layer {
  /// Row lengths, in quads, and the width without padding.
  in_quads: u32,
  out_quads: u32,
  d_out: u32,
  /// Where the weight and bias begin in `params`, in quads.
  weight: u32,
  bias: u32,
  /// Where the input and the output begin in `units`, in numbers.
  input_unit: u32,
  output_unit: u32,
  /// Where the input and the output begin in a row of `acts`, in quads.
  input_act: u32,
  output_act: u32,
  /// Where the gradient begins in a row of `grads`, in quads.
  grad: u32,
  /// Sigmoid, else ReLU.
  is_sigmoid: bool,
  is_penalized: bool,
  /// Whether the input is images.
  reads_pixels: bool,
}

/// Row lengths, in quads; of `pixels` in words of 4 pixels.
override ACTS_STRIDE: u32;
override GRADS_STRIDE: u32;
override PIXEL_STRIDE: u32;
/// Whether the first layer reads images less their mean x̄, and where x̄ begins in `params`, in quads.
override IS_CENTERED: bool;
override INPUT_MEAN_OFFSET: u32;

/// Word `quad` of the step's image `row`, as byte / 255; the padding of a batch repeats its last image.
fn pixels_of(row: u32, quad: u32) -> vec4f {
  let image = indices[this_step.first + min(row, this_step.batch - 1)];
  return unpack4x8unorm(pixels[image * PIXEL_STRIDE + quad]);
}
