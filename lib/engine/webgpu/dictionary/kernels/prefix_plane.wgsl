/// Whether prefixes are of a row's latents, the largest first, else of all latents by number.
override PREFIXES_BY_SIZE: bool;

/// How many latents reconstruct alone in one of the prefixes.
fn prefix_width(index: u32) -> u32 {
  return prefix_widths[index / 4][index % 4];
}

/// A latent's place in the order of the prefixes. `rank`: its place on the list.
fn place_of(latent: u32, rank: u32) -> u32 {
  return select(latent, rank, PREFIXES_BY_SIZE);
}

/// Which gradient at the reconstruction the latent at a place has: that of all reconstructions which it is part of.
fn plane_at(place: u32) -> u32 {
  var plane = 0u;
  while (plane < PREFIXES && place >= prefix_width(plane)) {
    plane++;
  }
  return plane;
}
