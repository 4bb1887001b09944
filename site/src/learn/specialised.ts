/**
 * Which latent stands as an example of a specialised one. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Latents } from "../../../lib/report/latents_schema.ts";

/** A latent that is active on fewer inputs than this share is an example of nothing yet; on more, it is not specialised. */
const LEAST_DENSITY = 0.005, MOST_DENSITY = 0.1;

/**
 * Of the latents that are active on 0.5 % to 10 % of the test inputs, the one that saves most error among the purest tenth; null
 * if there is none, or without labels.
 */
export function specialisedLatent(
  { density, classPurity, errorSaved }: Pick<Latents, "density" | "classPurity" | "errorSaved">,
): number | null {
  if (!classPurity) return null;
  const candidates = density.flatMap((share, latent) =>
    share >= LEAST_DENSITY && share <= MOST_DENSITY && classPurity[latent] !== null ? [latent] : []
  );
  candidates.sort((a, b) => classPurity[b]! - classPurity[a]! || a - b);
  const purest = candidates.slice(0, Math.ceil(candidates.length / 10));
  return purest.reduce<number | null>(
    (best, latent) => best === null || errorSaved[latent] > errorSaved[best] ? latent : best,
    null,
  );
}
