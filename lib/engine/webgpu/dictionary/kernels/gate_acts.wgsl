// Activation and gate of the latents on a row's list, once for all who read them. One workgroup per row, an invocation per latent.
// Followed by magnitude, own_parameter, pre_act, dictionary.

override WORKGROUP: u32;

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
  let count = counts[4 * row];
  for (var i = lane; i < count; i += WORKGROUP) {
    let latent = lists[row * LIST_STRIDE + i];
    let pre_act = pre_act_of(row, latent);
    let act = max(0, magnitude_of(latent, pre_act).value);
    gate_values[4 * row * LATENT_QUADS + latent] = vec2f(act, pre_act);
  }
}
