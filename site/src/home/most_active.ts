/**
 * The latents of a strip. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Latents } from "../../../lib/report/latents_schema.ts";

/** Up to `most` latents that have a tile and are not dead, the largest mean activation first. */
export function mostActive(
  { count, meanActivation, decodedAt, drawn }: Pick<Latents, "count" | "meanActivation" | "decodedAt" | "drawn">,
  most: number,
): number[] {
  const candidates = drawn ?? Array.from({ length: count }, (_, latent) => latent);
  return candidates
    .filter((latent) => decodedAt[latent] !== null)
    .sort((a, b) => meanActivation[b] - meanActivation[a] || a - b)
    .slice(0, most);
}
