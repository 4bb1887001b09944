/**
 * The picture of Home: which latents of a model are active on one test input, as bars on an absolute scale.
 *
 * Computes places and words from a report; draws nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { InputRow } from "../../../lib/report/inputs_schema.ts";
import type { Latents } from "../../../lib/report/latents_schema.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { type VariantName, VARIANTS } from "../../../lib/sae/sparsity/variants.ts";
import { count, figure, fixed } from "../format.ts";

/** A sigmoid latent counts as slightly active above this. */
const SLIGHTLY = 0.01;
/** The largest activation of a sigmoid latent, and the share of the latents that counts as nearly all. */
const FULLY = 1, MOST_OF = 0.8;
/** Tiles below the bars, at most, of latents that are exactly 0 or not, and of sigmoid latents. */
const MOST_PARTS = 16, MOST_SIGMOIDS = 32;

/** One bar: a latent that is not 0. */
export interface Bar {
  latent: number;
  /** Where it stands, as a share of the width. */
  at: number;
  /** Its height, as a share of the axis. */
  height: number;
}

/** One model's part of the picture. */
export interface Side {
  /** The method, such as TopK. */
  title: string;
  /** What is active: `16 of 1,024 latents are active`. */
  claim: string;
  /** And the others: `the other 1,008 are exactly 0`. */
  rest: string;
  /** The end of the axis as it is written, and what it is. */
  topText: string;
  topMeaning: string;
  /** The latents that are not 0, in their order. */
  bars: Bar[];
  /** Width of a bar, as a share of the width. */
  barWidth: number;
  /** Latents whose tiles stand below the bars, in their order. */
  tiles: number[];
  /** The target mean activation, and its height as a share of the axis; null without one. */
  rho: { value: number; height: number } | null;
  /** Whether nearly all latents are slightly active: a small mean that is not few. */
  isSpread: boolean;
  /** Mean squared error of the reconstruction. */
  mse: number;
  /** The bars in words. */
  alt: string;
}

/** What the picture needs to know of a model. */
export interface PicturedModel {
  sparsity: VariantName;
  nLatents: number;
  /** The target mean activation; null without one. */
  rho: number | null;
  /** The end of the axis, an activation. */
  top: number;
}

/** Which latents are active on an input, and how well it is reconstructed; the most active latents first. */
export interface Activity extends Pick<InputRow, "activeLatents" | "mse"> {
  active: Pick<InputRow["active"], "latents" | "activations">;
}

/** What the picture needs to know of a run's model. */
export function picturedModel(
  { config: { sparsity, latent, rho }, metrics: { test } }: Pick<Run, "config" | "metrics">,
  { maxActivation }: Pick<Latents, "maxActivation">,
): PicturedModel {
  return {
    sparsity,
    nLatents: latent,
    rho: test.klNats === null ? null : rho,
    top: isSigmoid(sparsity) ? FULLY : maxActivation.reduce((a, b) => Math.max(a, b), 0),
  };
}

/** A model of the picture, for the page that draws the picture anew. */
export interface DrawableModel {
  title: string;
  model: PicturedModel;
  /** Address of its weights. */
  weights: string;
  /** Their size, bytes. */
  bytes: number;
  /** Why they are not loaded, in words that follow "because"; null if they are. */
  whyNot: string | null;
}

/** What a model makes of one input. */
export function sideOf({ sparsity, nLatents, rho, top }: PicturedModel, row: Activity): Side {
  const { latents: numbers, activations } = row.active;
  const bars = numbers
    .map((latent, i) => ({ latent, at: latent / nLatents, height: top > 0 ? Math.min(1, activations[i] / top) : 0 }))
    .sort((a, b) => a.latent - b.latent);
  const strongest = activations[0] ?? 0, isOfSigmoids = isSigmoid(sparsity);
  const { claim, rest } = isOfSigmoids ? sigmoidWords({ nLatents, activations, strongest }) : {
    claim: `${count(row.activeLatents)} of ${latentsText(nLatents)} ${row.activeLatents === 1 ? "is" : "are"} active`,
    rest: `the other ${count(nLatents - row.activeLatents)} are exactly 0`,
  };
  const chosen = isOfSigmoids ? numbers.filter((latent) => latent < MOST_SIGMOIDS) : numbers.slice(0, MOST_PARTS);
  return {
    title: VARIANTS[sparsity].title,
    claim,
    rest,
    topText: isOfSigmoids ? "1" : figure(top, 2),
    topMeaning: isOfSigmoids ? "fully active" : "largest activation in the test set",
    bars,
    barWidth: Math.min(0.75 / nLatents, 0.04),
    tiles: chosen.toSorted((a, b) => a - b),
    rho: rho === null ? null : { value: rho, height: rho / top },
    isSpread: isOfSigmoids && strongest <= FULLY / 2 &&
      activations.filter((activation) => activation > SLIGHTLY).length >= MOST_OF * activations.length,
    mse: row.mse,
    alt: `Activations of ${latentsText(nLatents)} on a scale from 0 to ${figure(top, 2)}: ${claim}, the largest at ` +
      `${figure(strongest, 2)}.`,
  };
}

function isSigmoid(sparsity: VariantName): boolean {
  return VARIANTS[sparsity].activates === "sigmoid";
}

function sigmoidWords(
  { nLatents, activations, strongest }: { nLatents: number; activations: number[]; strongest: number },
): Pick<Side, "claim" | "rest"> {
  const above = activations.filter((activation) => activation > SLIGHTLY).length;
  // A report lists the 64 most active latents; if all of them are above the threshold, others may be as well.
  const isAtLeast = above === activations.length && above < nLatents;
  const how = strongest <= FULLY / 2 ? "slightly active" : "active";
  return {
    claim: `${isAtLeast ? "at least " : ""}${count(above)} of ${latentsText(nLatents)} ${
      above === 1 ? "is" : "are"
    } ${how}`,
    rest: `above ${SLIGHTLY}, at most ${fixed(strongest, 2)}`,
  };
}

function latentsText(n: number): string {
  return `${count(n)} latent${n === 1 ? "" : "s"}`;
}

/** The first test input that both reports list, or that the only one lists; null if they have none in common. */
export function commonRow(reports: readonly { rows: readonly InputRow[] }[]): number | null {
  const [first, ...others] = reports;
  const shared = first?.rows.find(({ row }) => others.every(({ rows }) => rows.some((other) => other.row === row)));
  return shared?.row ?? null;
}

/** Lines from bars to the tiles below them, each an SVG path in a box of 1,000 by 24. */
export function connectors({ bars, tiles, barWidth }: Pick<Side, "bars" | "tiles" | "barWidth">): string[] {
  return tiles.map((latent, i) => {
    const bar = bars.find((bar) => bar.latent === latent)!;
    const from = 1000 * (bar.at + barWidth / 2), to = 1000 * (i + 0.5) / tiles.length;
    return `M${from.toFixed(1)} 0V4L${to.toFixed(1)} 20V24`;
  });
}
