/**
 * Settings that explain something, good or bad, each with two sentences on why.
 *
 * A test trains every one of them and holds its sentences to what was measured. Does not know the page.
 *
 * @module
 */
import type { LiveSettings } from "./settings.ts";

/** See the module comment. */
export interface Preset {
  /** What an address calls it. */
  id: string;
  /** What the page calls it. */
  title: string;
  /** Whether the settings work; the others show how training fails. */
  isGood: boolean;
  knobs: LiveSettings["knobs"];
  /** What to see, and why: two sentences. */
  lesson: string;
}

/** In the order of the page. */
export const PRESETS: readonly Preset[] = [{
  id: "kl",
  title: "KL, ρ 0.05",
  isGood: true,
  knobs: {},
  lesson:
    "The penalty pulls the mean activation of each latent towards ρ. All 32 latents end a little above ρ, where the " +
    "gradients of reconstruction loss and penalty balance.",
}];
