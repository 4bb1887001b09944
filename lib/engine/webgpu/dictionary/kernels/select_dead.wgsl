// AuxK's choice: the K largest preActs of each row among the dead latents; no row is read while no latent is dead. One
// workgroup per row. Followed by largest, radix, radix_walk, list, workgroup_scan, candidate_dead, dictionary.

var<workgroup> n_dead: u32;

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
  if (lane == 0) {
    n_dead = atomicLoad(&batch_bins[N_DEAD]);
  }
  if (workgroupUniformLoad(&n_dead) > 0) {
    list_largest(row, lane);
  } else if (lane == 0) {
    counts[4 * row + 1] = 0;
  }
}
