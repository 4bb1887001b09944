/**
 * What the Operate panel says.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { count } from "../../format.ts";
import { activationText, shareText } from "../../latents/values_text.ts";
import type { Stats } from "../messages.ts";

/** Which latents have a slider, above the list. */
export function slidersText(
  { nActive, nLatents, nShown, nByHand, activeAbove }: {
    nActive: number;
    nLatents: number;
    nShown: number;
    /** Latents whose activation was set by hand. */
    nByHand: number;
    activeAbove: number;
  },
): string {
  const threshold = activeAbove > 0 ? ` (above ${activeAbove})` : "";
  if (nActive === 0 && nShown === 0) return `No latent is active on this input${threshold}: add one by its number.`;
  if (nByHand > 0) return `${count(nByHand)} set by hand; the line on a slider is the model’s own activation.`;
  if (nActive === 0) return `No latent is active${threshold}; the largest activations:`;
  const active = `${count(nActive)} of ${count(nLatents)} latents are active${threshold}`;
  return nShown < nActive ? `${active}; sliders of the ${nShown} most active.` : `${active}.`;
}

/** A slider's value in words. */
export function sliderWords(
  { own, byHand, end }: { own: number; byHand: number | undefined; end: number },
): string {
  const range = `the slider ends at ${activationText(end)}`;
  if (byHand === undefined) return `${activationText(own)}, the model’s own value; ${range}`;
  const value = byHand === 0 ? "off" : activationText(byHand);
  return `${value}, set by hand; the model’s own value is ${activationText(own)}; ${range}`;
}

/** How often and how strongly a latent is active. */
export function aboutLatent(latent: number, { density, mean, largest, rows }: Stats): string {
  if (largest[latent] === 0) {
    return `Dead: active on none of ${count(rows)} held-out images.`;
  }
  const share = density[latent] === 0 ? "active on none of the" : `active on ${shareText(density[latent])} of`;
  return `${share[0].toUpperCase()}${share.slice(1)} ${count(rows)} held-out images; mean activation ${
    activationText(mean[latent])
  }, largest ${activationText(largest[latent])}.`;
}
