/**
 * Matryoshka: BatchTopK whose first latents must also reconstruct alone, so that general features come first.
 *
 *     loss = Σ_g ‖x − x̂_g‖²,  x̂_g from the first w_g latents alone
 *
 * Prefixes weigh the same, the full width included. Source: Bussmann et al., "Learning multi-level features with
 * matryoshka sparse autoencoders", 2025. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Knobs } from "../../knob.ts";
import { aboveThreshold, batchLatents, nextThreshold, THRESHOLD_UNSET } from "./batchtopk.ts";
import { DICTIONARY } from "./dictionary.ts";
import { auxK, AUXK_DEFAULTS, topk } from "./topk.ts";
import type { Tensor, Variant } from "./variant.ts";

const knobs = {
  ...topk.knobs,
  prefixes: {
    kind: "numbers",
    default: [1 / 16, 1 / 4],
    above: 0,
    below: 1,
    most: 32,
    group: "Sparsity",
    takes: "P,P,…",
    help: "shares of the latents that must reconstruct alone; the full width is always one.",
    source: "ours: 16 and 64 of 256 latents",
  },
} as const satisfies Knobs;

/** See the module comment. */
export const matryoshka: Variant<typeof knobs> = {
  title: "Matryoshka",
  equation: String.raw`\sum_g \|x - \hat x_{1 \dots w_g}\|^2 + \alpha\,\mathrm{AuxK}, \qquad f \text{ as in BatchTopK}`,
  lesson:
    "The first few latents have to reconstruct the input alone, then a larger prefix, then all: coarse features are " +
    "learned by the first latents and fine ones by later latents, instead of one latent for both.",
  source: {
    title: "Bussmann et al., Learning multi-level features with Matryoshka SAEs (2025)",
    url: "https://arxiv.org/abs/2503.17547",
  },
  published: { f1: 0.8793, mcc: 0.7927, uniqueness: 0.9987, explainedVariance: 0.7792 },
  knobs,
  defaults: { ...DICTIONARY, ...AUXK_DEFAULTS },
  selects: "batch",
  activates: "positive",
  prefixWidths: ({ prefixes }, nLatents) => prefixWidths(prefixes, nLatents),
  penalizes: null,
  revives: true,
  weight: null,
  activation: "batchtopk",
  activeAbove: 0,
  parameters: () => ({}),
  buffers: { threshold: THRESHOLD_UNSET },
  latents: batchLatents,
  inferredLatents: aboveThreshold,
  terms: (ops, pass) => {
    const widths = prefixWidths(pass.knobs.prefixes, pass.acts.shape[1]);
    const parts = widths.map((width) => pass.reconstructionLoss(ops.prefix(pass.acts, width)));
    const aux = auxK(ops, pass);
    const sum = [...parts, ...(aux ? [aux] : [])].reduce<Tensor | undefined>(
      (a, b) => a ? ops.add(a, b) : b,
      undefined,
    );
    return { auxiliary: sum };
  },
  nextBuffers: nextThreshold,
};

/** How many latents each share takes: rounded, distinct, ascending, at least 1 and fewer than all. */
export function prefixWidths(prefixes: readonly number[], nLatents: number): number[] {
  const widths = prefixes.map((share) => Math.max(1, Math.round(share * nLatents))).filter((width) => width < nLatents);
  return [...new Set(widths)].sort((a, b) => a - b);
}
