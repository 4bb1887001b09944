// The input of a layer, [batch, dIn]: the step's images for the first layer, else the activations of the layer below.

/// Whether the input is images.
override READS_PIXELS: bool;
/// From image to image, in words of 4 pixels.
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

/// A block of 4 rows × 1 quad, bytes as byte / 255.
fn input_block(rows: vec4u, quad: u32) -> mat4x4f {
  let at = rows + quad;
  if (READS_PIXELS) {
    return mat4x4f(
      unpack4x8unorm(pixels[at.x]),
      unpack4x8unorm(pixels[at.y]),
      unpack4x8unorm(pixels[at.z]),
      unpack4x8unorm(pixels[at.w]),
    );
  }
  return mat4x4f(acts[at.x], acts[at.y], acts[at.z], acts[at.w]);
}
