// How many candidates of the rows before each row are equal to BatchTopK's limit, in place of the row's own. One workgroup.
// Followed by workgroup_scan, dictionary.

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  let length = (this_step.batch + WORKGROUP - 1) / WORKGROUP;
  let first = min(lane * length, this_step.batch);
  let end = min(first + length, this_step.batch);
  var own = 0u;
  for (var row = first; row < end; row++) {
    own += counts[4 * row + 2];
  }
  var before = sum_before(vec2u(own, 0), lane).x;
  for (var row = first; row < end; row++) {
    let ties = counts[4 * row + 2];
    counts[4 * row + 2] = before;
    before += ties;
  }
}
