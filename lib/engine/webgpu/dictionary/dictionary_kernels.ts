/**
 * The kernels of a dictionary in the order in which they run. Compiles and runs nothing.
 *
 *     gather         the step's images, and what the encoder reads of them
 *     encode         preActs, the only dense product
 *     select         which latents are active, and which AuxK takes
 *     decode         the reconstruction; the gradient there; parts of the losses
 *     slopes         the gradient at the latents
 *     sum latents    what each latent needs for its update
 *     sum biases, update …    Adam
 *     losses         the step's losses, BatchTopK's threshold
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { ModelKernels } from "../kernel_source.ts";
import type { KernelContext } from "./dictionary_kernel_source.ts";
import {
  actsKernel,
  decodeKernel,
  encodeKernel,
  gatherKernel,
  logitsKernel,
  lossesKernel,
  normsKernel,
  penaltiesKernel,
} from "./forward_kernels.ts";
import {
  slopesKernel,
  sumBiasesKernel,
  sumLatentsKernel,
  updateBiasesKernel,
  updateDecoderKernel,
  updateEncoderKernel,
} from "./gradient_kernels.ts";
import { selection } from "./selection_kernels.ts";

/** The kernels of a dictionary, for images that are floats or bytes. */
export function dictionaryKernels(context: KernelContext, { isFloat }: { isFloat: boolean }): ModelKernels {
  const { hasNorms, hasLengthPenalty, hasThreshold } = context.layout;
  const toPreActs = [gatherKernel(context, { isFloat }), encodeKernel(context)];
  const select = selection(context);
  const decode = decodeKernel(context), logits = logitsKernel(context);
  const norms = hasNorms ? [normsKernel(context)] : [];
  return {
    training: [
      ...toPreActs,
      ...select.training,
      decode,
      slopesKernel(context),
      ...norms,
      sumLatentsKernel(context),
      sumBiasesKernel(context),
      updateBiasesKernel(context),
      updateEncoderKernel(context),
      updateDecoderKernel(context),
      lossesKernel(context, { movesThreshold: hasThreshold }),
    ],
    losses: [
      ...toPreActs,
      ...select.looking,
      decode,
      ...(hasLengthPenalty ? [...norms, penaltiesKernel(context)] : []),
      lossesKernel(context, { movesThreshold: false }),
    ],
    forward: [...toPreActs, select.inference, actsKernel(context), logits],
    decode: [select.given, logits],
  };
}
