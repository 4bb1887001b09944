/**
 * What the Operate panel says.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { RowShape } from "../../../../lib/data/row_shape.ts";
import { count, percent } from "../../format.ts";
import { activationText } from "../../latents/values_text.ts";
import type { Stats } from "../messages.ts";
import { rowsWord } from "../tile_shape.ts";

/** How many latents have a slider, in the little room above the list. */
export function slidersText(
  { nActive, nShown, nByHand }: {
    nActive: number;
    nShown: number;
    /** Latents whose activation was set by hand. */
    nByHand: number;
  },
): string {
  if (nByHand > 0) return `${count(nByHand)} set by hand`;
  if (nActive === 0) return nShown === 0 ? "No latent is active" : "None is active";
  return nShown < nActive
    ? `${count(nShown)} of ${count(nActive)} active latents`
    : `${count(nActive)} active latent${nActive === 1 ? "" : "s"}`;
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
export function aboutLatent(
  latent: number,
  { density, mean, largest, rows, kind }: Stats & { kind?: RowShape["kind"] },
): string {
  const images = `${count(rows)} held-out ${rowsWord(kind)}`;
  if (largest[latent] === 0) return `Dead: active on none of ${images}.`;
  const share = density[latent] === 0 ? "none" : percent(density[latent]);
  return `Active on ${share} of ${images}, mean ${activationText(mean[latent])}, largest ${
    activationText(largest[latent])
  }.`;
}
