/**
 * The kernels of a dictionary in the order in which they run. Compiles and runs nothing.
 *
 *     gather         the step's images, and what the encoder reads of them
 *     encode         preActs, the only dense product
 *     select         which latents are active, and which AuxK takes or are near their threshold
 *     sort list      active latents by size
 *     gate acts      activations behind gates
 *     decode         the reconstructions; the gradients there; parts of the losses
 *     slopes         the gradient at the latents' activations
 *     sum latents    what each latent needs for its update
 *     sum biases, update …    Adam, of what is not frozen
 *     bound directions        decoder rows that must stay near their start
 *     losses         the step's losses, BatchTopK's threshold
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { ModelKernels } from "../kernel_source.ts";
import { actCode, GIVEN_ACT } from "./activation_code.ts";
import type { KernelContext } from "./dictionary_kernel_source.ts";
import {
  actsKernel,
  decodeKernel,
  encodeKernel,
  gateActsKernels,
  gatherKernel,
  logitsKernel,
  lossesKernel,
  normsKernel,
  packKernel,
  penaltiesKernel,
  sortListKernels,
  startsKernel,
} from "./forward_kernels.ts";
import {
  boundDirectionsKernel,
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
  const { hasNorms, penalizes, hasThreshold } = context.layout;
  const toPreActs = [gatherKernel(context, { isFloat }), encodeKernel(context)];
  const select = selection(context);
  const sortList = sortListKernels(context), gateActs = gateActsKernels(context), decode = decodeKernel(context);
  const toListsAndLogits = [
    ...toPreActs,
    select.inference,
    ...gateActs,
    logitsKernel(context, actCode(context.layout)),
  ];
  const norms = hasNorms ? [normsKernel(context)] : [];
  const { layers: [{ isFrozen: isEncoderFrozen }], leastCosine } = context.definition.arch;
  return {
    training: [
      ...toPreActs,
      ...select.training,
      ...sortList,
      ...gateActs,
      decode,
      slopesKernel(context),
      ...norms,
      sumLatentsKernel(context),
      sumBiasesKernel(context),
      ...(isEncoderFrozen ? [] : [updateEncoderKernel(context)]),
      updateDecoderKernel(context),
      ...(leastCosine === null ? [] : [boundDirectionsKernel(context, leastCosine)]),
      updateBiasesKernel(context),
      lossesKernel(context, { movesThreshold: hasThreshold }),
    ],
    losses: [
      ...toPreActs,
      ...select.looking,
      ...sortList,
      ...gateActs,
      decode,
      ...(penalizes ? [...norms, penaltiesKernel(context)] : []),
      lossesKernel(context, { movesThreshold: false }),
    ],
    forward: [...toListsAndLogits, actsKernel(context)],
    decode: [select.given, logitsKernel(context, GIVEN_ACT)],
    lists: [...toListsAndLogits, startsKernel(context), packKernel(context, { hasValues: false })],
    listedValues: [packKernel(context, { hasValues: true })],
  };
}
