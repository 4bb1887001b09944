// What every kernel of a layered model sees. One bind group serves all of them, so that the host sets it once per step.
//
// A quad is 4 neighbouring numbers of a row, one vec4f; every row is padded with zeros to whole tiles of 16 numbers,
// and the rows of a batch to whole tiles of 16 rows. Kernels work on whole tiles and keep the padding at zero;
// none treats edges.
//
// Followed by step.

@group(0) @binding(0) var<uniform> this_step: Step;
// [count, PIXEL_STRIDE] of 4 bytes or 4 floats: the images.
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
// Rows of `pixels`, step after step.
@group(0) @binding(2) var<storage, read> indices: array<u32>;
// Each layer's weight [dOut, dIn] and bias [dOut], in quads; so are Adam's two moments.
@group(0) @binding(3) var<storage, read_write> params: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> adam_m: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> adam_v: array<vec4f>;
// [batch, ACTS_STRIDE]: one row per image, with the activations of every layer but the output side by side.
@group(0) @binding(6) var<storage, read_write> acts: array<vec4f>;
// [batch, GRADS_STRIDE]: the same for ∂loss/∂preActs, output included.
@group(0) @binding(7) var<storage, read_write> grads: array<vec4f>;
// The losses of recent steps; then of this step the penalty's slope and value for each unit, and partial sums of the
// reconstruction loss.
@group(0) @binding(8) var<storage, read_write> stats: array<vec4f>;
