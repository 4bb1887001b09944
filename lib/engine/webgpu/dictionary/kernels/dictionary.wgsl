// What every kernel of a dictionary sees: sizes, the step, and all buffers, of which each kernel binds those it names.
//
// A quad is 4 neighbouring numbers of a row, one vec4f; rows are padded with zeros to whole tiles of 16 numbers. A
// latent has a row in both matrices: its column of the decoder is stored as a row. Which latents are active on an image
// stands twice: as a list of the image's, for the decoder, and as marks of the latent's, one bit an image, for the
// gradients. Every sum is taken in the order of images or latents, so that a step always gives the same bits.
//
// Followed by step.

/// Lengths of rows, in quads: of the input and its gradient, and of the latents.
override IN_QUADS: u32;
override LATENT_QUADS: u32;
/// The same without the padding, in numbers.
override D_INPUT: u32;
override N_LATENTS: u32;
/// From row to row of `lists`: first 4 · LATENT_QUADS places for active latents, then those of the second list.
override LIST_STRIDE: u32;
/// How many prefixes of the latents, or of a row's latents by size, must reconstruct alone, besides all latents; and
/// gradients of a row in `errors`.
override PREFIXES: u32;
override PLANES: u32;

/// What a step knows of a latent.
struct Latent {
  /// ‖dec‖ before the step; without meaning if the penalty does not depend on it.
  norm: f32,
  /// ∂loss/∂(its bias), and Σ ∂loss/∂preAct by way of the encoder's weights.
  bias_gradient: f32,
  flow: f32,
  /// How much of its decoder row is added to that row's gradient.
  along: f32,
  /// Its part of the penalty, not divided by batch · dInput.
  penalty: f32,
  /// On how many images' lists it is.
  n_listed: u32,
  /// ∂loss/∂(the variant's own parameters).
  own_gradients: vec2f,
}

@group(0) @binding(0) var<uniform> this_step: Step;
// [count, IN_QUADS] of 4 bytes or 4 floats.
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
// Rows of `pixels`, step after step.
@group(0) @binding(2) var<storage, read> indices: array<u32>;
// [N_LATENTS, IN_QUADS]: whichever matrix the kernel works on, with Adam's moments. Or the biases, laid out as below.
@group(0) @binding(3) var<storage, read_write> params: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> adam_m: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> adam_v: array<vec4f>;
// The encoder's, LATENT_QUADS, then the decoder's, IN_QUADS, then each of the variant's own parameters, LATENT_QUADS.
@group(0) @binding(6) var<storage, read_write> biases: array<vec4f>;
// When each latent last fired, then a quad with BatchTopK's threshold, then, of a decoder that must stay near its start, that
// start, [N_LATENTS, D_INPUT].
@group(0) @binding(7) var<storage, read_write> kept: array<f32>;
// [batch, 2, IN_QUADS]: an image, and what the encoder reads of it.
@group(0) @binding(8) var<storage, read_write> inputs: array<vec4f>;
// [batch, LATENT_QUADS]
@group(0) @binding(9) var<storage, read_write> pre_acts: array<vec4f>;
// [batch, 4 · LATENT_QUADS]: ∂loss/∂acts without the penalty, then ∂loss/∂preActs, of latents on the lists; else
// anything.
@group(0) @binding(10) var<storage, read_write> slopes: array<f32>;
// [batch, LIST_STRIDE]: which latents are active, or for Gated have an open gate, ascending; and which AuxK takes, or
// for JumpReLU are not active but near their threshold. Where prefixes are by size, a training step sorts active latents,
// the largest first.
@group(0) @binding(11) var<storage, read_write> lists: array<u32>;
// [batch, 4]: lengths of both lists; then BatchTopK's ties, of the row and afterwards of the rows before it, or, if
// lists are read, the latents of the rows before it; then the key of the smallest active latent.
@group(0) @binding(12) var<storage, read_write> counts: array<u32>;
// [⌈batch/32⌉, 2, 4 · LATENT_QUADS]: bit i of word w says that the latent is on the list of image 32w + i. All 0
// between steps.
@group(0) @binding(13) var<storage, read_write> marks: array<atomic<u32>>;
// [batch, PLANES, IN_QUADS]: ∂loss/∂logits of each prefix and all longer ones, the last of all latents; and of the
// reconstruction by AuxK's latents or by the gates. For looking at a model: [batch, IN_QUADS], logits.
@group(0) @binding(14) var<storage, read_write> errors: array<vec4f>;
// [4 · LATENT_QUADS]
@group(0) @binding(15) var<storage, read_write> latents: array<Latent>;
// The losses of recent steps, then parts of this step's.
@group(0) @binding(16) var<storage, read_write> stats: array<vec4f>;
// Parts of the gradient of the decoder's bias, IN_QUADS each.
@group(0) @binding(17) var<storage, read_write> bias_parts: array<vec4f>;
// BatchTopK's histogram, then what stands at the places below.
@group(0) @binding(18) var<storage, read_write> batch_bins: array<atomic<u32>>;
// [batch, 4 · LATENT_QUADS]: activation and gate of the latents on Gated's lists; ∂loss/∂gate by way of the gates'
// reconstruction takes the place of the gate. One element if there are no gates.
@group(0) @binding(19) var<storage, read_write> gate_values: array<vec2f>;
// PREFIXES widths, ascending.
@group(0) @binding(20) var<uniform> prefix_widths: array<vec4u, 128>;
// The memory of `slopes`: latents of all rows one after the other, or their values, for lists that are read.
@group(0) @binding(21) var<storage, read_write> packed: array<u32>;
// [batch, 4 · LATENT_QUADS]: which gradient in `errors` a latent on the list of active ones has. One element if prefixes
// are not by size.
@group(0) @binding(22) var<storage, read_write> pair_planes: array<u32>;

/// Bins of a histogram of 8 bits.
const BINS = 256u;
/// In `batch_bins`: key and room of BatchTopK's limit, and how many latents are dead.
const LIMIT_KEY = 256u;
const LIMIT_ROOM = 257u;
const N_DEAD = 258u;

/// A workgroup's number, in a grid that is folded if one line would be too long.
fn number_of(group: vec3u, groups: vec3u) -> u32 {
  return group.y * groups.x + group.x;
}

/// Where marks of 32 images begin. `list`: 0 active, 1 the second.
fn marks_at(row: u32, list: u32) -> u32 {
  return (row / 32 * 2 + list) * 4 * LATENT_QUADS;
}

/// The value if a quad of an image is within it, and 0 in the padding.
fn masked(value: vec4f, quad: u32) -> vec4f {
  return select(vec4f(), value, vec4u(0, 1, 2, 3) + quad * 4 < vec4u(D_INPUT));
}
