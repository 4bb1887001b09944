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
  { nActive, nLatents, nShown, activeAbove }: {
    nActive: number;
    nLatents: number;
    nShown: number;
    activeAbove: number;
  },
): string {
  const threshold = activeAbove > 0 ? ` (above ${activeAbove})` : "";
  if (nActive === 0 && nShown === 0) return `No latent is active on this input${threshold}: add one by its number.`;
  const active = nActive === 0
    ? `No latent is active${threshold}`
    : `${count(nActive)} of ${count(nLatents)} active${threshold}`;
  const shown = nShown < nActive ? `; sliders of the ${nShown} most active` : "";
  return `${active}${shown}; the line on a slider is the model’s own activation.`;
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
