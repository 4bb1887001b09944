// Four images in one workgroup: a number of each of them is a vec4f, and every layer of theirs is in workgroup memory.
// What forward_rows and backward_rows begin with. Followed by fused_layer, pixel_quad, layered.

/// Invocations in a workgroup, a power of two.
override WORKGROUP: u32;
/// Numbers of an image in `units`: the widths of the images and of every layer but the output, padded.
override UNITS: u32;
/// Where the workgroups' parts of the reconstruction loss begin in `stats`, in quads.
override PARTS_OFFSET: u32;

var<workgroup> units: array<vec4f, UNITS>;
var<workgroup> sums: array<f32, WORKGROUP>;

/// Where in `units` the activations begin that begin at `act` in a row of `acts`: after the images.
fn unit_of(act: u32) -> u32 {
  return 4 * (PIXEL_STRIDE + act);
}

/// A workgroup's number, in a grid that is folded if one line would be too long.
fn number_of(group: vec3u, groups: vec3u) -> u32 {
  return group.y * groups.x + group.x;
}

/// The value where the image is in the batch and the unit in its layer, and 0 in the padding.
fn masked(value: vec4f, row: u32, is_unit: bool) -> vec4f {
  let is_image = row + vec4u(0, 1, 2, 3) < vec4u(this_step.batch);
  return select(vec4f(), value, is_image & vec4<bool>(is_unit));
}

/// 4 units of 4 images: column r is image r.
fn images_of_quad(at: u32) -> mat4x4f {
  return transpose(mat4x4f(units[at], units[at + 1], units[at + 2], units[at + 3]));
}

/// The inverse of `images_of_quad`.
fn store_quad_of_images(at: u32, images: mat4x4f) {
  let quad = transpose(images);
  units[at] = quad[0];
  units[at + 1] = quad[1];
  units[at + 2] = quad[2];
  units[at + 3] = quad[3];
}

/// The sum over all invocations of the workgroup; every one of them must call it.
fn sum_over_workgroup(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  sums[lane] = value;
  workgroupBarrier();
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  return sums[0];
}
