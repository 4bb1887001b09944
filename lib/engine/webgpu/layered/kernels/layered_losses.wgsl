// The two losses of a step, from the parts that other kernels left in `stats`, to the step's slot in `stats`:
//
//     (Σ parts / (batch · dInput), Σ divergences, 0, 0)
//
// One workgroup. Followed by layered.

override WORKGROUP: u32;
/// Where the output's tiles left their parts of the reconstruction loss, in quads.
override PARTS_OFFSET: u32;
/// Rows in a tile of the output, and tiles in a row.
override TILE_ROWS: u32;
override TILES_IN_ROW: u32;
/// Where all penalized layers left their divergences, and how many, in quads.
override DIVERGENCES_OFFSET: u32;
override DIVERGENCE_QUADS: u32;

// (reconstruction, penalty) of each invocation.
var<workgroup> sums: array<vec2f, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  let tiles = (this_step.batch + TILE_ROWS - 1) / TILE_ROWS * TILES_IN_ROW;
  var reconstruction = vec4f();
  for (var i = lane; i < tiles; i += WORKGROUP) {
    reconstruction += stats[PARTS_OFFSET + i];
  }
  var penalty = vec4f();
  for (var i = lane; i < DIVERGENCE_QUADS; i += WORKGROUP) {
    penalty += stats[DIVERGENCES_OFFSET + i];
  }
  sums[lane] = vec2f(dot(reconstruction, vec4f(1)), dot(penalty, vec4f(1)));
  workgroupBarrier();
  for (var half = WORKGROUP / 2; half > 0; half /= 2) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    stats[this_step.slot] = vec4f(sums[0].x * this_step.inverse_size, sums[0].y, 0, 0);
  }
}
