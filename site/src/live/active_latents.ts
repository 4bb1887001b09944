/**
 * Which latents the lists of Draw and Operate show, and in which order.
 *
 * Computes on activations alone. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** The latents whose activation is above a threshold, the most active first; of equal ones the first. */
export function activeLatents(acts: ArrayLike<number>, { activeAbove }: { activeAbove: number }): number[] {
  const active: number[] = [];
  for (let latent = 0; latent < acts.length; latent++) if (acts[latent] > activeAbove) active.push(latent);
  return active.sort((a, b) => acts[b] - acts[a]);
}

/** What Operate's list is made of. */
export interface SliderChoice {
  acts: ArrayLike<number>;
  activeAbove: number;
  /** Latents whose activation was set by hand: they are always in the list. */
  operated: Iterable<number>;
  /** The latent that was clicked, which is in the list too; null for none. */
  pinned: number | null;
  /** How many latents are in the list, unless more were set by hand. */
  most: number;
}

/**
 * The latents that Operate shows a slider of: those set by hand, the clicked one, the most active ones, and, where no
 * activation is ever 0 (sigmoids: `activeAbove` above 0), the next largest. The most active first.
 */
export function sliderLatents({ acts, activeAbove, operated, pinned, most }: SliderChoice): number[] {
  const isLatent = (latent: number | null): latent is number => latent !== null && latent < acts.length;
  const chosen = new Set([...operated, pinned].filter(isLatent));
  const candidates = activeLatents(acts, { activeAbove: activeAbove > 0 ? 0 : activeAbove });
  for (const latent of candidates) {
    if (chosen.size >= most) break;
    chosen.add(latent);
  }
  return [...chosen].sort((a, b) => acts[b] - acts[a] || a - b);
}

/**
 * The end of a slider: the latent's largest activation, or more where the model or a hand has gone beyond it. A latent
 * that was active on nothing takes the largest of all latents.
 */
export function sliderEnd(
  { latent, largest, values }: { latent: number; largest: ArrayLike<number>; values: number[] },
) {
  const own = Math.max(largest[latent] ?? 0, ...values);
  if (own > 0) return own;
  let most = 0;
  for (let j = 0; j < largest.length; j++) most = Math.max(most, largest[j]);
  return most > 0 ? most : 1;
}
