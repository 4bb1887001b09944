/**
 * The kernels of a dictionary: which WGSL files, with which constants, in which order. Compiles and runs nothing.
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
import { THRESHOLD_DECAY } from "../../../sae/sparsity/batchtopk.ts";
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import { isSoftwareAdapter } from "../../adapter.ts";
import type { StepDefinition } from "../../engine.ts";
import { adamConstants, lossConstants } from "../constants.ts";
import adam from "../kernels/adam.wgsl" with { type: "text" };
import sigmoidLoss from "../kernels/sigmoid_loss.wgsl" with { type: "text" };
import product from "../kernels/product.wgsl" with { type: "text" };
import sigmoid from "../kernels/sigmoid.wgsl" with { type: "text" };
import { PRODUCTS, productWorkgroups } from "../product_tiles.ts";
import { STEPS_PER_SUBMIT } from "../statistics.ts";
import type { Tuning } from "../tuning.ts";
import type { DictionaryKernels, MakeKernel } from "./dictionary_kernel_source.ts";
import acts from "./kernels/acts.wgsl" with { type: "text" };
import decode from "./kernels/decode.wgsl" with { type: "text" };
import encode from "./kernels/encode.wgsl" with { type: "text" };
import gather from "./kernels/gather.wgsl" with { type: "text" };
import linearLoss from "../kernels/linear_loss.wgsl" with { type: "text" };
import listSum from "./kernels/list_sum.wgsl" with { type: "text" };
import logits from "./kernels/logits_of_list.wgsl" with { type: "text" };
import losses from "./kernels/dictionary_losses.wgsl" with { type: "text" };
import norms from "./kernels/norms.wgsl" with { type: "text" };
import penalties from "./kernels/penalties.wgsl" with { type: "text" };
import penalty from "./kernels/latent_penalty.wgsl" with { type: "text" };
import preAct from "./kernels/pre_act.wgsl" with { type: "text" };
import rowSum from "./kernels/row_sum.wgsl" with { type: "text" };
import slopes from "./kernels/slopes.wgsl" with { type: "text" };
import sumBiases from "./kernels/sum_biases.wgsl" with { type: "text" };
import sumLatents from "./kernels/sum_latents.wgsl" with { type: "text" };
import updateBiases from "./kernels/update_biases.wgsl" with { type: "text" };
import updateDecoder from "./kernels/update_decoder.wgsl" with { type: "text" };
import updateEncoder from "./kernels/update_encoder.wgsl" with { type: "text" };
import { BIAS_PART, dictionaryLayout } from "./dictionary_gpu_layout.ts";
import { selection } from "./selection_kernels.ts";

/** How the kernels are built for an adapter. */
export interface DictionaryTuning {
  product: Pick<Tuning, "product" | "workgroup">;
  /** Invocations of the workgroups that share a row or a latent, a power of two of at least 8. */
  lanes: number;
  /** Of those that choose among a row of latents. */
  selectLanes: number;
}

/** What should be fast on an adapter: software computes 8 invocations at once, and its barriers cost more than its loads. */
export function dictionaryTuning(definition: StepDefinition, info: GPUAdapterInfo): DictionaryTuning {
  const { inQuads, latentQuads } = dictionaryLayout(definition);
  if (!isSoftwareAdapter(info)) return { product: { product: "shared", workgroup: 64 }, lanes: 64, selectLanes: 256 };
  // A small model is trained before the large tile is compiled.
  const isSmall = inQuads * latentQuads < 1024;
  return { product: { product: isSmall ? "tile4" : "tile16", workgroup: 8 }, lanes: 32, selectLanes: 32 };
}

/** The kernels of a dictionary. */
export function dictionaryKernels(definition: StepDefinition, tuning: DictionaryTuning): DictionaryKernels {
  const { arch, objective } = definition;
  const { dInput, nLatents, inQuads, latentQuads, auxWidth, listStride, hasThreshold } = dictionaryLayout(definition);
  const { lanes, selectLanes } = tuning;
  const strips = Math.ceil(inQuads / lanes), PARTS_OFFSET = STEPS_PER_SUBMIT;
  const sizes = { IN_QUADS: inQuads, LATENT_QUADS: latentQuads, D_INPUT: dInput, N_LATENTS: nLatents };
  const HAS_UNIT_DECODER = Number(arch.hasUnitDecoder);
  const hasPenalty = VARIANTS[objective.sparsity].penalizes !== null, hasNorms = hasPenalty && !arch.hasUnitDecoder;

  const kernel: MakeKernel = (label, group, code, { workgroups, ...constants }) => ({
    label,
    group,
    code: code.join("\n"),
    constants: { ...sizes, LIST_STRIDE: listStride, ...constants },
    workgroups,
  });
  const perQuad = (batch: number) => Math.ceil(batch * inQuads / lanes);
  const perStrip = (batch: number) => batch * strips;
  const perLatent = () => nLatents;
  const perLane = () => Math.ceil(nLatents / lanes);
  const WORKGROUP = lanes;

  const gathers = [0, 1].map((IS_FLOAT) =>
    kernel(`gather ${IS_FLOAT ? "floats" : "bytes"}`, "encoder", [gather], {
      WORKGROUP,
      IS_FLOAT,
      HAS_PRE_BIAS: Number(arch.hasPreBias),
      workgroups: perQuad,
    })
  );
  const encoding = kernel("encode", "encoder", [encode, PRODUCTS[tuning.product.product].code, product], {
    WORKGROUP: tuning.product.workgroup,
    workgroups: (rows) => productWorkgroups(tuning.product, { rows, quads: latentQuads }),
  });
  const select = selection(definition, { kernel, lanes: selectLanes });
  const reading = kernel("logits", "decoder", [logits, listSum, preAct], { WORKGROUP, workgroups: perStrip });
  const isLinear = arch.layers.at(-1)!.activation === "linear";
  const loss = isLinear ? [linearLoss] : [sigmoidLoss, sigmoid];
  const penaltyConstants = { HAS_PENALTY: Number(hasPenalty), HAS_NORMS: Number(hasNorms) };
  const latentParts = arch.hasPreBias ? Math.ceil(nLatents / BIAS_PART) : 0;
  const parts = { PART: BIAS_PART, LATENT_PARTS: latentParts };
  const adamKnobs = adamConstants(definition.adam);

  const decoding = kernel("decode", "decoder", [decode, ...loss, listSum, preAct], {
    WORKGROUP,
    PARTS_OFFSET,
    AUX_WIDTH: auxWidth,
    AUX_ALPHA: auxWidth && objective.knobs.auxAlpha,
    ...(isLinear ? {} : lossConstants(objective)),
    workgroups: perStrip,
  });
  const norming = hasNorms ? [kernel("norms", "decoder", [norms, rowSum], { WORKGROUP, workgroups: perLatent })] : [];
  const [lossesAndThreshold, lossesAlone] = [hasThreshold, false].map((movesThreshold) =>
    kernel("losses", "encoder", [losses], {
      WORKGROUP,
      PARTS_OFFSET,
      STRIPS: strips,
      HAS_PENALTY: Number(hasPenalty),
      HAS_THRESHOLD: Number(movesThreshold),
      DECAY: THRESHOLD_DECAY,
      ONE_MINUS_DECAY: 1 - THRESHOLD_DECAY,
      workgroups: () => 1,
    })
  );

  const training = [
    encoding,
    ...select.training,
    decoding,
    kernel("slopes", "decoder", [slopes], {
      WORKGROUP,
      HAS_AUX: Number(auxWidth > 0),
      workgroups: (batch) => batch,
    }),
    ...norming,
    kernel("sum latents", "encoder", [sumLatents, penalty, preAct], {
      WORKGROUP,
      HAS_UNIT_DECODER,
      ...penaltyConstants,
      workgroups: perLane,
    }),
    kernel("sum biases", "encoder", [sumBiases], {
      WORKGROUP,
      ...parts,
      workgroups: (batch) => (latentParts + Math.ceil(batch / BIAS_PART)) * strips,
    }),
    kernel("update biases", "biases", [updateBiases, adam], {
      WORKGROUP,
      ...parts,
      ...adamKnobs,
      workgroups: () => Math.ceil((latentQuads + inQuads) / lanes),
    }),
    kernel("update encoder", "encoder", [updateEncoder, penalty, adam], {
      WORKGROUP,
      ...penaltyConstants,
      ...adamKnobs,
      workgroups: perLatent,
    }),
    kernel("update decoder", "decoder", [updateDecoder, rowSum, adam, preAct], {
      WORKGROUP,
      HAS_UNIT_DECODER,
      ...adamKnobs,
      workgroups: perLatent,
    }),
    lossesAndThreshold,
  ];
  const penalizing = [
    ...norming,
    kernel("penalties", "encoder", [penalties, penalty, preAct], {
      WORKGROUP,
      ...penaltyConstants,
      workgroups: perLane,
    }),
  ];
  const dense = kernel("acts", "encoder", [acts, preAct], { WORKGROUP, workgroups: (batch) => batch });
  return {
    gather: { bytes: gathers[0], floats: gathers[1] },
    training,
    losses: [encoding, ...select.looking, decoding, ...(hasPenalty ? penalizing : []), lossesAlone],
    forward: [encoding, select.inference, dense, reading],
    decoding: [select.given, reading],
  };
}
