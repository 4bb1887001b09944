/**
 * What stands above a latent's details: its number, the latents before and after it, and the way to its whole page.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { latentAddress, type RunFacts } from "./facts.ts";

/** The latents beside the one that is shown. */
export interface Neighbours {
  previous: number | null;
  next: number | null;
}

/** The head of the panel. */
export function panelHead(latent: number, facts: RunFacts, { previous, next }: Neighbours): string {
  const whole = facts.ownPages.includes(latent)
    ? `<a href="${facts.href}latents/${latent}/">Its own page</a>`
    : `<a href="${facts.href}latents/?latent=${latent}&amp;view=whole" data-whole>Whole page</a>`;
  return `<header><h2 tabindex="-1">Latent ${latent}</h2><nav class="steps" aria-label="Other latents">${
    step(previous, facts, "previous")
  }${step(next, facts, "next")}${whole}</nav></header>`;
}

/** A link to the latent before or after. */
export function step(latent: number | null, facts: RunFacts, side: "previous" | "next"): string {
  if (latent === null) return "";
  const text = side === "previous" ? `← ${latent}` : `${latent} →`;
  const words = side === "previous" ? "Previous latent" : "Next latent";
  return `<a href="${latentAddress(facts, latent)}" data-latent="${latent}" rel="${
    side === "previous" ? "prev" : "next"
  }" aria-label="${words}, ${latent}">${text}</a>`;
}
