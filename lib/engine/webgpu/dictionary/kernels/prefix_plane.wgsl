/// How many of the first latents reconstruct alone in one of the prefixes.
fn prefix_width(index: u32) -> u32 {
  return prefix_widths[index / 4][index % 4];
}

/// Which gradient at the reconstruction a latent has: that of all reconstructions which it is part of.
fn plane_of(latent: u32) -> u32 {
  var plane = 0u;
  while (plane < PREFIXES && latent >= prefix_width(plane)) {
    plane++;
  }
  return plane;
}
