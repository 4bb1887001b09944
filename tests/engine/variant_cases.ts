/**
 * Small models of every sparsity variant, in the middle of a run: biases off 0, some latents long inactive.
 *
 * @module
 */
import type { Config } from "../../lib/config.ts";
import { pixelValues } from "../../lib/pixels.ts";
import { LAST_FIRED } from "../../lib/sae/model.ts";
import { VARIANT_NAMES, type VariantName } from "../../lib/sae/sparsity/variants.ts";
import { configOf } from "../config_of.ts";
import { type EngineCase, engineCase } from "./engine_case.ts";
import { type Rows, rowsOf } from "./float64_variants.ts";

/** A model, its state and its data. */
export type VariantCase = EngineCase;

/** Steps that a case has behind it. */
const STEP = 10;

/** What is not a knob: the data, and which latents have been inactive for long. */
interface Circumstances {
  data?: "floats" | "bytes";
  dead?: "none" | "some" | "all";
  /** Whether the first latent, though active, writes in no direction: its decoder weights are 0. */
  isFirstMute?: boolean;
  count?: number;
}

/** A case from the knobs that differ from the variant's defaults. */
export function makeVariantCase(
  dInput: number,
  turned: Partial<Config>,
  { data = "floats", dead = "some", isFirstMute = false, count = 90 }: Circumstances = {},
): VariantCase {
  const config = configOf({ hidden: [], lr: 1e-3, lambda: 0.3, beta: 0.1, ...turned });
  const { sparsity, hidden, latent, batch, output, loss, preBias, decoderNorm, auxAlpha, auxK, k, baseline } = config;
  return engineCase(dInput, {
    name: `${sparsity} ${dInput}-[${hidden}]-${latent} batch ${batch} ${data} ${output} ${loss} preBias ${preBias} ` +
      `${decoderNorm} k ${k} aux ${auxAlpha} of ${auxK} dead ${dead}${isFirstMute ? ", the first mute" : ""}${
        baseline === "none" ? "" : `, baseline ${baseline}`
      }`,
    config,
    data,
    count,
    stream: `${sparsity}/${data}`,
    vary: ({ state, rng }) => {
      for (const [name, values] of Object.entries(state.params)) { // off the kinks that zeros are
        if (!name.endsWith(".weight")) values.forEach((value, i) => values[i] = value + rng.normal(0, 0.05));
      }
      if (isFirstMute) {
        state.params["decoder.0.weight"].forEach((_, i, weight) => i % latent === 0 && (weight[i] = 0));
        state.params["encoder.0.bias"][0] = 2;
      }
      state.step = STEP;
      state.buffers[LAST_FIRED]?.forEach((_, j, lastFired) =>
        lastFired[j] = dead === "all" || dead === "some" && j % 3 === 0 ? 2 : STEP
      );
    },
  });
}

/** Each image as engines see it, `[count][dInput]`. */
export function imageRows({ pixels, definition: { arch: { dInput } } }: VariantCase): Rows {
  return rowsOf(pixelValues(pixels), dInput);
}

const DICTIONARY = { output: "linear", preBias: "decoder", decoderNorm: "unit", encoderInit: "transpose" } as const;
const FREE = { output: "linear", preBias: "none", decoderNorm: "free" } as const;
const PICKS_K: VariantName[] = ["topk", "batchtopk", "matryoshka", "hierarchicaltopk"];

/** Cases of one variant: the dictionary, free and with a sigmoid, deep, and as small as can be. */
function casesOf(sparsity: VariantName): VariantCase[] {
  const all: VariantCase[] = [
    makeVariantCase(13, { ...DICTIONARY, sparsity, latent: 29, batch: 24, k: 4 }),
    makeVariantCase(12, {
      sparsity,
      latent: 7,
      batch: 17,
      k: 2,
      output: "linear",
      preBias: "none",
      decoderNorm: "free",
    }),
    makeVariantCase(16, {
      sparsity,
      latent: 11,
      batch: 32,
      k: 3,
      output: "sigmoid",
      loss: "bce",
      decoderNorm: "free",
      outputBias: "data",
    }, { data: "bytes" }),
    makeVariantCase(9, { sparsity, latent: 5, batch: 16, k: 2, output: "sigmoid", loss: "mse", outputBias: "data" }, {
      data: "bytes",
    }),
    makeVariantCase(11, { sparsity, hidden: [7], latent: 10, batch: 12, k: 3, output: "sigmoid", outputBias: "data" }, {
      data: "bytes",
    }),
    makeVariantCase(11, { sparsity, hidden: [7], latent: 10, batch: 12, k: 3, output: "linear", decoderNorm: "free" }),
    makeVariantCase(1, { sparsity, latent: 1, batch: 1, k: 1, output: "linear" }, { dead: "none" }),
    makeVariantCase(5, { sparsity, latent: 3, batch: 1, k: 1, output: "linear", decoderNorm: "free" }),
  ];
  if (sparsity === "jumprelu") { // thresholds on both sides of 0, and a rate of their own beside one that is not
    all.push(
      ...[1, 7].map((thetaRate) => makeVariantCase(14, { sparsity, latent: 9, batch: 21, thetaRate, thetaInit: 0.02 })),
    );
  }
  if (sparsity === "gated" || sparsity === "l1") { // the norm of a direction of zeros has no gradient
    all.push(makeVariantCase(10, { sparsity, latent: 6, batch: 13, decoderNorm: "free" }, { isFirstMute: true }));
  }
  if (sparsity === "hierarchicaltopk") { // every budget but the last few, and one budget alone
    all.push(
      ...[3, 8].map((kStep) => makeVariantCase(14, { ...DICTIONARY, sparsity, latent: 31, batch: 21, k: 8, kStep })),
    );
  }
  if (!PICKS_K.includes(sparsity)) return all;
  return [
    ...all,
    makeVariantCase(8, { ...DICTIONARY, sparsity, latent: 6, batch: 9, k: 6 }),
    ...(["none", "some", "all"] as const).map((dead) =>
      makeVariantCase(10, { ...DICTIONARY, sparsity, latent: 17, batch: 15, k: 3, deadSteps: 1, auxK: 4 }, { dead })
    ),
    makeVariantCase(6, { // free norms, and nothing but dead latents
      sparsity,
      latent: 14,
      batch: 15,
      k: 10,
      deadSteps: 1,
      output: "linear",
      decoderNorm: "free",
      preBias: "none",
    }, { dead: "all" }),
    // Fewer dead latents than AuxK would take, and room for more than there are at all.
    makeVariantCase(40, { ...DICTIONARY, sparsity, latent: 9, batch: 15, k: 2, deadSteps: 1, auxK: 6 }),
    makeVariantCase(7, { ...DICTIONARY, sparsity, latent: 9, batch: 15, k: 2, deadSteps: 1, auxK: 40, auxAlpha: 1 }),
  ];
}

/**
 * Baselines: parts that are frozen, alone and together, of dictionaries with each kind of latents and of layers, and directions
 * that are bound to their start. These take large steps, so that some directions reach the bound.
 */
const BASELINE_CASES: VariantCase[] = [
  makeVariantCase(13, { ...DICTIONARY, sparsity: "topk", latent: 29, batch: 24, k: 4, baseline: "frozen-decoder" }),
  makeVariantCase(13, { ...DICTIONARY, sparsity: "topk", latent: 29, batch: 24, k: 4, baseline: "frozen-encoder" }),
  makeVariantCase(10, {
    ...DICTIONARY,
    ...{ sparsity: "batchtopk", latent: 17, batch: 15, k: 3, deadSteps: 1, auxK: 4, baseline: "random" },
  }),
  makeVariantCase(12, { ...FREE, sparsity: "l1", latent: 7, batch: 17, baseline: "frozen-decoder" }),
  makeVariantCase(12, { ...FREE, sparsity: "gated", latent: 7, batch: 17, baseline: "frozen-encoder" }),
  makeVariantCase(14, { ...DICTIONARY, sparsity: "jumprelu", latent: 9, batch: 21, baseline: "frozen-decoder" }),
  makeVariantCase(11, { sparsity: "kl", hidden: [7], latent: 10, batch: 12, baseline: "frozen-encoder" }),
  makeVariantCase(11, { sparsity: "kl", hidden: [7], latent: 10, batch: 12, baseline: "frozen-decoder" }),
  ...(["topk", "jumprelu"] as const).map((sparsity) =>
    makeVariantCase(10, {
      ...DICTIONARY,
      ...{ sparsity, latent: 17, batch: 15, k: 3, deadSteps: 1, auxK: 4, lr: 0.1, baseline: "soft-frozen" },
    })
  ),
];

/** All of them. */
export const VARIANT_CASES: VariantCase[] = [...VARIANT_NAMES.flatMap(casesOf), ...BASELINE_CASES];
