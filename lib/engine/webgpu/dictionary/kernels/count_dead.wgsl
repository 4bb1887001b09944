// How many latents are dead in this step. One workgroup. Followed by candidate_dead, dictionary.

override WORKGROUP: u32;

var<workgroup> n_dead: atomic<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = 0u;
  for (var quad = lane; quad < LATENT_QUADS; quad += WORKGROUP) {
    let dead = vec4u(candidates_of(vec4f(), quad));
    own += dead.x + dead.y + dead.z + dead.w;
  }
  atomicAdd(&n_dead, own);
  workgroupBarrier();
  if (lane == 0) {
    atomicStore(&batch_bins[N_DEAD], atomicLoad(&n_dead));
  }
}
