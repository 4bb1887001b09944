/// One quad of Σ act · (row of the matrix) over a row's list: 0 active, 1 AuxK's.
fn sum_of_list(row: u32, list: u32, quad: u32) -> vec4f {
  let first = row * LIST_STRIDE + list * 4 * LATENT_QUADS;
  var sum = vec4f();
  let count = counts[4 * row + list];
  for (var i = 0u; i < count; i++) {
    let latent = lists[first + i];
    sum += act_of(row, latent) * params[latent * IN_QUADS + quad];
  }
  return sum;
}
