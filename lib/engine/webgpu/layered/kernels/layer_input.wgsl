// The input of a layer, [batch, dIn]: the step's images for the first layer, less x̄ if the model centres them, else the
// activations of the layer below.

/// Whether the input is images.
override READS_PIXELS: bool;
/// Whether the images are read less their mean x̄, and where x̄ begins in `params`, in quads.
override IS_CENTERED: bool;
override INPUT_MEAN_OFFSET: u32;
/// From image to image, in quads.
override PIXEL_STRIDE: u32;
/// From row to row of `acts`, in quads.
override ACTS_STRIDE: u32;
/// Where the input begins in a row of `acts`, in quads.
override INPUT_OFFSET: u32;

/// Which images are rows row … row+3. The padding of a batch repeats its last image; what comes of it is dropped.
fn input_images(row: u32) -> vec4u {
  let i = this_step.first + min(row + vec4u(0, 1, 2, 3), vec4u(this_step.batch - 1));
  return vec4u(indices[i.x], indices[i.y], indices[i.z], indices[i.w]);
}

/// Where rows row … row+3 begin.
fn input_rows(row: u32) -> vec4u {
  if (READS_PIXELS) {
    return input_images(row) * PIXEL_STRIDE;
  }
  return (row + vec4u(0, 1, 2, 3)) * ACTS_STRIDE + INPUT_OFFSET;
}

/// A block of 4 rows × 1 quad. In the padding of a row both images and x̄ are 0.
fn input_block(rows: vec4u, quad: u32) -> mat4x4f {
  let at = rows + quad;
  if (READS_PIXELS) {
    let images = mat4x4f(
      pixel_quad(at.x),
      pixel_quad(at.y),
      pixel_quad(at.z),
      pixel_quad(at.w),
    );
    if (IS_CENTERED) {
      let mean = params[INPUT_MEAN_OFFSET + quad];
      return images - mat4x4f(mean, mean, mean, mean);
    }
    return images;
  }
  return mat4x4f(acts[at.x], acts[at.y], acts[at.z], acts[at.w]);
}
