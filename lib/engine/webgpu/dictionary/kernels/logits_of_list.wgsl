// logits = acts W_dec + b_dec, for looking at the model rather than training it, to the place of their gradient. One
// workgroup for a strip of a row, an invocation per quad. Followed by list_sum, an act and its files, dictionary.

override WORKGROUP: u32;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let number = number_of(group, groups);
  let strips = (IN_QUADS + WORKGROUP - 1) / WORKGROUP;
  let row = number / strips;
  let quad = number % strips * WORKGROUP + lane;
  if (row < this_step.batch && quad < IN_QUADS) {
    errors[row * IN_QUADS + quad] = sum_of_list(row, 0, quad) + biases[LATENT_QUADS + quad];
  }
}
