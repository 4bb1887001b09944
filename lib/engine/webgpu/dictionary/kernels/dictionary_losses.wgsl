// The losses of a step, from the parts that other kernels left, to the step's slot in `stats`, and BatchTopK's threshold:
//
//     (Σ parts, Σ penalties, Σ AuxK's parts, 0) / (batch · dInput)      θ ← decay · θ + (1 − decay) · smallest active
//
// One workgroup. Followed by dictionary.

override WORKGROUP: u32;
override PARTS_OFFSET: u32;
/// Parts of a row.
override STRIPS: u32;
override HAS_PENALTY: bool;
override HAS_THRESHOLD: bool;
/// How much of θ a step keeps; 1 − decay is given, because in float32 the difference would lose digits.
override DECAY: f32;
override ONE_MINUS_DECAY: f32;

/// The key of no float.
const NO_KEY = 0xffffffffu;

// (reconstruction, penalty, auxiliary) of each invocation.
var<workgroup> sums: array<vec3f, WORKGROUP>;
// The smallest active latent's.
var<workgroup> smallest_key: atomic<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = vec3f();
  for (var i = lane; i < this_step.batch * STRIPS; i += WORKGROUP) {
    let part = stats[PARTS_OFFSET + i];
    own += vec3f(part.x, 0, part.y);
  }
  if (HAS_PENALTY) {
    for (var latent = lane; latent < N_LATENTS; latent += WORKGROUP) {
      own.y += latents[latent].penalty;
    }
  }
  sums[lane] = own;
  if (HAS_THRESHOLD) {
    find_smallest_key(lane);
  }
  workgroupBarrier();
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  if (lane > 0) {
    return;
  }
  stats[this_step.slot] = vec4f(sums[0] * this_step.inverse_size, 0);
  if (HAS_THRESHOLD) {
    move_threshold();
  }
}

fn find_smallest_key(lane: u32) {
  var key = NO_KEY;
  for (var row = lane; row < this_step.batch; row += WORKGROUP) {
    key = min(key, counts[4 * row + 3]);
  }
  if (lane == 0) {
    atomicStore(&smallest_key, NO_KEY);
  }
  workgroupBarrier();
  atomicMin(&smallest_key, key);
}

/// The first activation sets θ; a batch without any leaves it.
fn move_threshold() {
  let key = atomicLoad(&smallest_key);
  if (key == NO_KEY) {
    return;
  }
  let smallest = bitcast<f32>(key ^ 0x80000000u); // the inverse of keys_of above 0
  let threshold = kept[4 * LATENT_QUADS];
  kept[4 * LATENT_QUADS] = select(smallest, DECAY * threshold + ONE_MINUS_DECAY * smallest, threshold > 0);
}
