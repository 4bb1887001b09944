/**
 * Baselines: models whose weights stay random, stay near their random start, or are fitted in closed form, instead of
 * being trained, for a trained dictionary to
 * be compared with.
 *
 * | baseline         | encoder                | decoder                                              |
 * | ---------------- | ---------------------- | ---------------------------------------------------- |
 * | `frozen-decoder` | trained                | random, never changed                                |
 * | `frozen-encoder` | random, never changed  | trained                                              |
 * | `soft-frozen`    | trained                | each column stays within cosine 0.8 of its start     |
 * | `random`         | random, never changed  | random, never changed                                |
 * | `pca`            | principal components   | principal components; fitted, no step is taken       |
 *
 * Biases, thresholds and a gate's own parameters are always trained: without them a baseline could not be as sparse as the
 * dictionary that it is compared with. Source of the first three: Korznikov et al., "Sanity checks for sparse autoencoders:
 * do SAEs beat random baselines?", 2026 (arXiv 2602.14111). Each object says what its baseline freezes, bounds or fits;
 * whoever needs to know asks the object, never for its name (a test counts). PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */

/** One half of a model: its layers up to the latents, or after them. */
export type Half = "encoder" | "decoder";

/** What a baseline is. */
export interface Baseline {
  /** What it is called after the word "baseline", as in "baseline frozen decoder". */
  title: string;
  /** What stays random, is bounded or is fitted, and what is trained beside it, in a sentence. */
  summary: string;
  /** The halves whose weights stay what they started as, to the bit. */
  freezes: readonly Half[];
  /** The least cosine of each decoder column to its start, kept after each step; null: it may go anywhere. */
  leastCosine: number | null;
  /** Whether its dictionary is the training rows' principal components: nothing is trained and no step is taken. */
  fitsComponents: boolean;
}

/** The baselines by the name that `--baseline` takes; null for a model that is trained whole. */
export const BASELINES = {
  "none": null,
  "frozen-decoder": {
    title: "frozen decoder",
    summary: "The decoder's weights stay random; the encoder and all biases are trained.",
    freezes: ["decoder"],
    leastCosine: null,
    fitsComponents: false,
  },
  "frozen-encoder": {
    title: "frozen encoder",
    summary: "The encoder's weights stay random; the decoder and all biases are trained.",
    freezes: ["encoder"],
    leastCosine: null,
    fitsComponents: false,
  },
  "soft-frozen": {
    title: "soft-frozen decoder",
    summary:
      "Each column of the decoder stays within a cosine of 0.8 of its random start; the encoder and all biases are trained.",
    freezes: [],
    leastCosine: 0.8,
    fitsComponents: false,
  },
  "pca": {
    title: "PCA",
    summary:
      "The dictionary is the training rows' principal components, each as two latents, one for each sign; nothing is trained.",
    freezes: [],
    leastCosine: null,
    fitsComponents: true,
  },
  "random": {
    title: "random",
    summary: "The weights of encoder and decoder stay random; only biases and thresholds are trained.",
    freezes: ["encoder", "decoder"],
    leastCosine: null,
    fitsComponents: false,
  },
} as const satisfies Record<string, Baseline | null>;

/** What `--baseline` takes. */
export type BaselineName = keyof typeof BASELINES;

/** The names, in the order in which a page explains them. */
export const BASELINE_NAMES = Object.keys(BASELINES) as BaselineName[];

/**
 * The baseline that a configuration asks for; null if the model is trained whole.
 *
 * @example
 * ```ts
 * import { baselineOf } from "./baselines.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(baselineOf({ baseline: "none" }), null);
 * assert.deepEqual(baselineOf({ baseline: "random" })!.freezes, ["encoder", "decoder"]);
 * ```
 */
export function baselineOf({ baseline }: { baseline: BaselineName }): Baseline | null {
  return BASELINES[baseline];
}

/** Whether a configuration trains: a baseline that is fitted takes no steps. */
export function takesSteps(config: { baseline: BaselineName }): boolean {
  return !(baselineOf(config)?.fitsComponents ?? false);
}
