/**
 * Gated: one part of the encoder decides whether a latent is active, another how strongly; only the first is penalised.
 *
 *     u = (x − b_dec)·W_enc     gate π = u + b_gate     magnitude = ReLU(e^r·u + b_mag)     f = 1[π > 0]·magnitude
 *     penalty = ⟨Σⱼ ReLU(πⱼ) ‖dec_j‖⟩ / d      auxiliary = MSE(x, ReLU(π)·sg(W_dec) + sg(b_dec))
 *
 * The step lets no gradient through: the auxiliary loss trains the gates, and its decoder is detached, so that the
 * decoder is not trained on the gates' smaller values. The encoder's bias is b_gate. Source: Rajamanoharan et al.,
 * "Improving dictionary learning with gated sparse autoencoders", 2024. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { DICTIONARY } from "./dictionary.ts";
import { l1 } from "./l1.ts";
import type { LatentInput, Ops, Tensor, Variant } from "./variant.ts";

/** See the module comment. */
export const gated: Variant<typeof l1.knobs> = {
  title: "Gated",
  equation: String
    .raw`\|x - \hat x\|^2 + \lambda \sum_j \mathrm{ReLU}(\pi_j) + \|x - \hat x_{\pi}\|^2, \qquad f_j = \mathbf 1[\pi_j > 0]\,\mathrm{ReLU}(e^{r_j} u_j + b_j)`,
  lesson: "One half of the encoder, the gate, decides which latents are active; the other half, the magnitude, how " +
    "strongly. Only the gates are penalised, so the penalty shrinks gates and not activations.",
  source: { title: "Rajamanoharan et al., Gated sparse autoencoders (2024)", url: "https://arxiv.org/abs/2404.16014" },
  knobs: l1.knobs,
  defaults: { ...DICTIONARY, lambda: 1 },
  selects: "all",
  activates: "gate",
  penalizes: "gates",
  revives: false,
  weight: "lambda",
  activation: "gated",
  activeAbove: 0,
  parameters: () => ({ rMag: { initial: 0, rate: 1 }, bMag: { initial: 0, rate: 1 } }),
  buffers: {},
  latents: gatedLatents,
  terms: (ops, pass) => {
    const gates = ops.relu(pass.preActs);
    return {
      penalty: ops.div(ops.mean(ops.sum(ops.mul(gates, pass.decoderNorms), 1)), pass.dInput),
      auxiliary: pass.reconstructionLoss(gates, { detached: true }),
    };
  },
};

function gatedLatents(ops: Ops, { preActs: gates, bias, params: { rMag, bMag } }: LatentInput<unknown>): Tensor {
  const u = ops.sub(gates, bias);
  const magnitude = ops.relu(ops.add(ops.mul(ops.exp(rMag), u), bMag));
  return ops.mul(ops.isGreater(gates, 0), magnitude);
}
