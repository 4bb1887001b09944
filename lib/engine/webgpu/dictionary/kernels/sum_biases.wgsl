// Parts of the gradient of the decoder's bias: Σ error over some images, of every reconstruction, or, if the encoder reads
// x − b_dec, what comes through it, −Σ flow · W_enc over some latents. One workgroup for a strip of a part, an invocation
// per quad.
// Followed by dictionary.

override WORKGROUP: u32;
/// Images or latents of a part.
override PART: u32;
/// The parts of latents, which come first; 0 without a pre-encoder bias.
override LATENT_PARTS: u32;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let number = number_of(group, groups);
  let strips = (IN_QUADS + WORKGROUP - 1) / WORKGROUP;
  let part = number / strips;
  let quad = number % strips * WORKGROUP + lane;
  if (quad >= IN_QUADS) {
    return;
  }
  if (part < LATENT_PARTS) {
    bias_parts[part * IN_QUADS + quad] = masked(through_encoder(part * PART, quad), quad);
  } else if ((part - LATENT_PARTS) * PART < this_step.batch) {
    bias_parts[part * IN_QUADS + quad] = errors_of((part - LATENT_PARTS) * PART, quad);
  }
}

fn through_encoder(first: u32, quad: u32) -> vec4f {
  var sum = vec4f();
  for (var latent = first; latent < min(first + PART, N_LATENTS); latent++) {
    let flow = latents[latent].flow;
    if (flow != 0) {
      sum -= flow * params[latent * IN_QUADS + quad];
    }
  }
  return sum;
}

fn errors_of(first: u32, quad: u32) -> vec4f {
  var sum = vec4f();
  for (var row = first; row < min(first + PART, this_step.batch); row++) {
    sum += errors[row * PLANES * IN_QUADS + quad];
  }
  return sum;
}
