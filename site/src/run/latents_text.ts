/**
 * Which latents a run's page shows, and what it says of them.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Latents } from "../../../lib/report/latents_schema.ts";
import { count, percent } from "../format.ts";

/** Tiles of a run's page: two rows on a desk. */
const MOST_CHOSEN = 32;

/**
 * All latents if they are few, in their order; else those that save most error and have tiles, the most first. Of rows without a
 * picture those that have details.
 */
export function chosenLatents(
  { count, errorSaved, drawn, detailed, effect }: Pick<
    Latents,
    "count" | "errorSaved" | "drawn" | "detailed" | "effect"
  >,
): number[] {
  const all = (effect ? drawn : detailed) ?? Array.from({ length: count }, (_, latent) => latent);
  if (all.length <= MOST_CHOSEN) return all;
  return all.toSorted((a, b) => errorSaved[b] - errorSaved[a] || a - b).slice(0, MOST_CHOSEN);
}

/** The first sentences: how much error the latents save, and whether their effects add up. */
export function effectSentence(
  { count: all, errorSaved, others }: Pick<Latents, "count" | "errorSaved" | "others">,
  { one, isLinear }: { one: string; isLinear: boolean },
): string {
  const useless = errorSaved.filter((saved) => saved <= 0).length;
  const saved = useless === errorSaved.length
    ? "No latent reduces the test error."
    : useless === 0
    ? `Without any one of the ${count(all)} latents the test error is larger.`
    : `${count(all - useless)} of ${count(all)} latents reduce the test error: without any one of them it is larger.`;
  const adds = isLinear
    ? ` The decoder is linear, so the effects of the active latents add up to the reconstruction of ${
      one === "image" ? "an image" : "a vector"
    }.`
    : " The decoder has a hidden layer or a sigmoid output, so the effects of several latents do not simply add up.";
  const rest = others === "mean" ? " Sigmoid latents are never 0: the other latents are at their mean activation." : "";
  return saved + adds + rest;
}

/** How the saved error is spread over the latents. */
export function savedSentence(errorSaved: number[], mse: number): string {
  const sorted = errorSaved.toSorted((a, b) => b - a), sum = sorted.reduce((sum, saved) => sum + Math.max(0, saved), 0);
  if (sum === 0) return "No latent saves any.";
  let half = 0, n = 0;
  while (half < sum / 2) half += Math.max(0, sorted[n++]);
  const most = `The largest rise is ${percent(sorted[0] / mse)} of the test error`;
  return sorted.length === 1
    ? `${most}.`
    : `${most}; ${
      n === 1 ? "one latent has" : `${count(n)} of ${count(sorted.length)} latents have`
    } half of the sum of all rises.`;
}

/** How far the latents stand for single classes; empty without labels. */
export function puritySentence({ classPurity }: Pick<Latents, "classPurity">, classes: number): string {
  const purities = classPurity?.filter((purity) => purity !== null) ?? [];
  if (purities.length === 0 || classes < 2) return "";
  const low = Math.min(...purities), high = Math.max(...purities);
  const chance = percent(1 / classes);
  const range = purities.length === 1 ? percent(high) : `${percent(low)} to ${percent(high)}`;
  const pure = purities.filter((purity) => purity >= 0.5).length;
  const meaning = pure === 0
    ? "no latent stands for one class"
    : `${count(pure)} of ${count(purities.length)} latents have at least half of their activation on one class`;
  return `Class purity is ${range} (${chance} is chance): ${meaning}.`;
}
