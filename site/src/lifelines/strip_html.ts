/**
 * One latent through training as HTML, from the server and in the browser alike.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { count } from "../format.ts";
import { tileHtml } from "../latents/pictures.ts";
import { type StripFacts, stripTiles } from "./strips.ts";

/**
 * A list of tiles with their steps; a sentence for a latent without pictures.
 *
 * @param options.isSigned Whether tiles have the colours of signed tiles, which those of colour images have not.
 */
export function stripHtml(
  facts: StripFacts,
  options: { latent: number; href: string; isSigned: boolean },
): string {
  const tiles = stripTiles(facts, options);
  if (!tiles) {
    return `<p class="note">The report has no pictures of this latent through training: it has those of some latents.</p>`;
  }
  const { isSigned } = options;
  const items = tiles.map((at, s) => `<li>${tileHtml(at, { isSigned })}<span>${count(facts.steps[s])}</span></li>`);
  return `<ol class="lifeline-strip" aria-label="The latent after so many training steps">${items.join("")}</ol>`;
}
