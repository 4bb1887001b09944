// Of a column of `counts`, the sum over the rows before each row, to the third column: how many candidates equal to BatchTopK's
// limit those rows have, in place of the row's own, or how many active latents. One workgroup.
// Followed by workgroup_scan, dictionary.

/// Which column.
override COLUMN: u32;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  let length = (this_step.batch + WORKGROUP - 1) / WORKGROUP;
  let first = min(lane * length, this_step.batch);
  let end = min(first + length, this_step.batch);
  var own = 0u;
  for (var row = first; row < end; row++) {
    own += counts[4 * row + COLUMN];
  }
  var before = sum_before(vec2u(own, 0), lane).x;
  for (var row = first; row < end; row++) {
    let count = counts[4 * row + COLUMN];
    counts[4 * row + 2] = before;
    before += count;
  }
}
