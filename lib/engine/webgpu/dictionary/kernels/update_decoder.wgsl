// Adam on the decoder: a latent's row has the gradient Σ act · error over the images it is active on, and some of itself;
// then, if that is wanted, the row is made of length 1. A frozen decoder stays. The last to read the marks: clears them.
// One workgroup per latent. Followed by row_sum, adam, an act and its files, prefix_plane, dictionary.

override IS_FROZEN: bool;
override HAS_UNIT_DECODER: bool;
/// Whether the second list is AuxK's.
override HAS_AUX: bool;

/// A shorter row is not a direction.
const SHORTEST = 1e-20f;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let latent = number_of(group, groups);
  if (latent >= N_LATENTS) {
    return;
  }
  let is_listed = latents[latent].n_listed > 0;
  let along = latents[latent].along;
  var squares = 0f;
  for (var quad = lane; quad < IN_QUADS && !IS_FROZEN; quad += WORKGROUP) {
    let at = latent * IN_QUADS + quad;
    var gradient = vec4f();
    if (is_listed) {
      gradient = gradient_of(latent, quad) + along * params[at];
    }
    adam(at, gradient);
    if (HAS_UNIT_DECODER) {
      let weights = params[at];
      squares += dot(weights, weights);
    }
  }
  let norm = sqrt(sum_over_workgroup(squares, lane)); // after it no other invocation reads the marks
  if (HAS_UNIT_DECODER && !IS_FROZEN) {
    for (var quad = lane; quad < IN_QUADS; quad += WORKGROUP) {
      params[latent * IN_QUADS + quad] /= max(norm, SHORTEST);
    }
  }
  if (!is_listed) {
    return;
  }
  for (var first = lane * 32; first < this_step.batch; first += WORKGROUP * 32) {
    atomicStore(&marks[marks_at(first, 0) + latent], 0u);
    atomicStore(&marks[marks_at(first, 1) + latent], 0u);
  }
}

fn gradient_of(latent: u32, quad: u32) -> vec4f {
  var plane = 0u;
  if (!PREFIXES_BY_SIZE) {
    plane = plane_at(latent);
  }
  var sum = vec4f();
  for (var first = 0u; first < this_step.batch; first += 32) {
    let firing = atomicLoad(&marks[marks_at(first, 0) + latent]);
    var dead = 0u;
    if (HAS_AUX) {
      dead = atomicLoad(&marks[marks_at(first, 1) + latent]);
    }
    var listed = firing | dead;
    while (listed != 0) {
      let i = countTrailingZeros(listed);
      listed &= listed - 1;
      let at = (first + i) * PLANES * IN_QUADS + quad;
      var error = vec4f();
      if (((firing >> i) & 1) == 1) {
        if (PREFIXES_BY_SIZE) {
          plane = pair_planes[4 * (first + i) * LATENT_QUADS + latent];
        }
        error = errors[at + plane * IN_QUADS];
      }
      if (((dead >> i) & 1) == 1) {
        error += errors[at + (PREFIXES + 1) * IN_QUADS];
      }
      sum += act_of(first + i, latent) * error;
    }
  }
  return sum;
}
