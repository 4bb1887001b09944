/**
 * The order in which an input's active latents are shown.
 *
 * @module
 */

/** An active latent of an input, as the report gives it. */
export interface ActiveLatent {
  latent: number;
  activation: number;
  /** The input's MSE if this latent is 0 and all others stay. */
  mseWithout: number;
}

/** By activation, or by how much the error rises without the latent; the largest first. */
export type Order = "activation" | "effect";

/** The same latents in an order; equal ones by number. */
export function ordered(active: ActiveLatent[], order: Order): ActiveLatent[] {
  const key = ({ activation, mseWithout }: ActiveLatent) => order === "activation" ? activation : mseWithout;
  return active.toSorted((a, b) => key(b) - key(a) || a.latent - b.latent);
}
