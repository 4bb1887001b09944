/**
 * HierarchicalTopK: TopK whose j largest latents of an input must also reconstruct it alone, for every budget j up to k, so
 * that one model serves every number of active latents.
 *
 *     loss = 1/|J| Σ_{j ∈ J} ‖x − x̂_j‖²,  x̂_j from the j largest latents of the input
 *
 * J has every nth number up to k, and k. Source: Balagansky et al., "Train one sparse autoencoder across multiple sparsity
 * budgets to preserve interpretability and accuracy", 2025, which has all of 1 … k or some of these. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import type { Knobs } from "../../knob.ts";
import { auxK, topk } from "./topk.ts";
import type { Ops, Tensor, TrainingPass, Variant } from "./variant.ts";

const knobs = {
  ...topk.knobs,
  kStep: {
    kind: "integer",
    default: 1,
    min: 1,
    group: "Sparsity",
    takes: "N",
    help: "the k largest latents must reconstruct the input for every Nth k up to --k, and for --k.",
    source: "Balagansky et al. 2025: every k up to the largest",
  },
} as const satisfies Knobs;

/** See the module comment. */
export const hierarchicaltopk: Variant<typeof knobs> = {
  ...topk,
  title: "HierarchicalTopK",
  equation: String
    .raw`\frac{1}{|J|} \sum_{j \in J} \|x - \hat x_j\|^2 + \alpha\,\mathrm{AuxK}, \qquad \hat x_j \text{ from } \mathrm{ReLU}(\mathrm{TopK}_j(u))`,
  lesson:
    "The largest latent of an input has to reconstruct the input alone, then the two largest, and so on up to the k largest. " +
    "Each latent is trained to help at every number of active latents, so that one model can be used with any number up to k.",
  source: {
    title: "Balagansky et al., Train one sparse autoencoder across multiple sparsity budgets (2025)",
    url: "https://arxiv.org/abs/2505.24473",
  },
  knobs,
  budgets: ({ k, kStep }, nLatents) => budgetsBelow(Math.min(k, nLatents), kStep),
  terms: (ops, pass) => {
    const { k, kStep } = pass.knobs;
    const smaller = meanAbove(ops, pass, budgetsBelow(Math.min(k, pass.acts.shape[1]), kStep));
    const revived = auxK(ops, pass);
    return { auxiliary: smaller && revived ? ops.add(smaller, revived) : smaller ?? revived };
  },
};

/** The multiples of a step below a number. */
export function budgetsBelow(k: number, step: number): number[] {
  return Array.from({ length: Math.ceil(k / step) - 1 }, (_, i) => (i + 1) * step);
}

/**
 * How much the mean of the losses over all budgets is above the loss with all latents: below 0 if fewer latents reconstruct
 * better.
 */
function meanAbove(
  ops: Ops,
  { acts, reconstructionLoss }: TrainingPass<unknown>,
  budgets: number[],
): Tensor | undefined {
  const losses = budgets.map((j) => reconstructionLoss(ops.mul(acts, ops.largestInRows(acts, j))));
  if (losses.length === 0) return undefined;
  const sum = losses.reduce((a, b) => ops.add(a, b));
  return ops.div(ops.sub(sum, ops.mul(losses.length, reconstructionLoss(acts))), losses.length + 1);
}
