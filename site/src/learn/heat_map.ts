/**
 * A heat map of latents as pixels: one column for each input, sorted by class, one row for each latent.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** Colours of 0 and of the top, red, green, blue: the ground behind tiles, and the orange of an active latent on dark paper. */
const GROUND = [0x0d, 0x0f, 0x12], ACTIVE = [0xff, 0x9a, 0x4d];

/** Pixels of a picture, and how many columns each class has. */
export interface HeatMap {
  width: number;
  height: number;
  /** `[height, width, 3]`, red, green, blue. */
  data: Uint8Array;
  /** Classes in order with their number of columns; empty without labels. */
  classes: { label: number; columns: number }[];
}

/**
 * Draws activations: the ground is 0, full orange is `top` or more.
 *
 * @param acts `[input][latent]`, at least one input.
 * @param options.labels Class of each input, or null: then inputs keep their order.
 */
export function heatMap(acts: number[][], { labels, top }: { labels: number[] | null; top: number }): HeatMap {
  const order = acts.map((_, i) => i);
  if (labels) order.sort((a, b) => labels[a] - labels[b] || a - b);
  const width = acts.length, height = acts[0].length;
  const data = new Uint8Array(3 * width * height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const share = top > 0 ? Math.min(1, Math.max(0, acts[order[x]][y] / top)) : 0;
      for (let c = 0; c < 3; c++) {
        data[3 * (y * width + x) + c] = Math.round(GROUND[c] + share * (ACTIVE[c] - GROUND[c]));
      }
    }
  }
  const sorted = labels ? order.map((i) => labels[i]) : [];
  const classes = [...new Set(sorted)].map((label) => ({
    label,
    columns: sorted.filter((other) => other === label).length,
  }));
  return { width, height, data, classes };
}
