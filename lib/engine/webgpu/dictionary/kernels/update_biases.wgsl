// Adam on both biases and on the variant's own parameters. An invocation per quad. Followed by adam, dictionary.

override WORKGROUP: u32;
/// See sum_biases.wgsl.
override PART: u32;
override LATENT_PARTS: u32;
/// How many parameters the variant has of its own, and their learning rates as multiples of the step's.
override OWN_PARAMETERS: u32;
override FIRST_RATE: f32;
override SECOND_RATE: f32;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = number_of(group, groups) * WORKGROUP + lane;
  if (at < LATENT_QUADS) {
    adam(at, latent_gradient(4 * at));
  } else if (at < LATENT_QUADS + IN_QUADS) {
    adam(at, output_gradient(at - LATENT_QUADS));
  } else if (at < LATENT_QUADS + IN_QUADS + OWN_PARAMETERS * LATENT_QUADS) {
    let own = at - LATENT_QUADS - IN_QUADS;
    let index = own / LATENT_QUADS;
    adam_at_rate(at, own_gradient(index, 4 * (own % LATENT_QUADS)), vec2f(FIRST_RATE, SECOND_RATE)[index]);
  }
}

fn latent_gradient(first: u32) -> vec4f {
  return vec4f(
    latents[first].bias_gradient,
    latents[first + 1].bias_gradient,
    latents[first + 2].bias_gradient,
    latents[first + 3].bias_gradient,
  );
}

fn own_gradient(index: u32, first: u32) -> vec4f {
  return vec4f(
    latents[first].own_gradients[index],
    latents[first + 1].own_gradients[index],
    latents[first + 2].own_gradients[index],
    latents[first + 3].own_gradients[index],
  );
}

fn output_gradient(quad: u32) -> vec4f {
  let parts = LATENT_PARTS + (this_step.batch + PART - 1) / PART;
  var sum = vec4f();
  for (var part = 0u; part < parts; part++) {
    sum += bias_parts[part * IN_QUADS + quad];
  }
  return sum;
}
