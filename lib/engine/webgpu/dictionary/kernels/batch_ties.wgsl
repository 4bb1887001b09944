// How many candidates of each row are equal to BatchTopK's limit: the batch's first rows have room for theirs.
// One workgroup a row. Followed by list, a candidate, dictionary.

const BINS = 256u;

var<workgroup> ties: array<u32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = number_of(group, groups);
  if (row >= this_step.batch) {
    return;
  }
  let key = atomicLoad(&batch_bins[BINS]);
  let stretch = stretch_of(lane);
  var own = 0u;
  for (var quad = stretch.x; quad < stretch.y; quad++) {
    let values = pre_acts[row * LATENT_QUADS + quad];
    for (var i = 0u; i < 4; i++) {
      own += u32(is_candidate(values[i], 4 * quad + i) && key_of(values[i]) == key);
    }
  }
  ties[lane] = own;
  workgroupBarrier();
  if (lane == 0) {
    for (var i = 1u; i < WORKGROUP; i++) {
      own += ties[i];
    }
    counts[4 * row + 2] = own;
  }
}
