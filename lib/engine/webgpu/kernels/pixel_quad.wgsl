/// Whether images are stored as floats, else as bytes that stand for byte / 255.
override IS_FLOAT: bool;

/// 4 neighbouring pixels; `at`: where they are in `pixels`, in quads.
fn pixel_quad(at: u32) -> vec4f {
  if (IS_FLOAT) {
    return bitcast<vec4f>(vec4u(pixels[4 * at], pixels[4 * at + 1], pixels[4 * at + 2], pixels[4 * at + 3]));
  }
  return unpack4x8unorm(pixels[at]);
}
