/**
 * The kernels that choose which latents are active: those largest in a row, in the batch, or all above something; and the
 * second list, of dead latents or of those near their threshold.
 *
 * Latents that would be 0 are never chosen. Derived from what the variant states. Compiles and runs nothing. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import type { Variant } from "../../../sae/sparsity/variant.ts";
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import type { KernelSource } from "../kernel_source.ts";
import { activeCandidates, type Code, listedCandidates, nearCandidates } from "./activation_code.ts";
import { dictionaryKernel, type DictionaryVariable, type KernelContext } from "./dictionary_kernel_source.ts";
import batchCount from "./kernels/batch_count.wgsl" with { type: "text" };
import batchTies from "./kernels/batch_ties.wgsl" with { type: "text" };
import batchWalk from "./kernels/batch_walk.wgsl" with { type: "text" };
import above from "./kernels/candidate_above.wgsl" with { type: "text" };
import dead from "./kernels/candidate_dead.wgsl" with { type: "text" };
import nonzero from "./kernels/candidate_nonzero.wgsl" with { type: "text" };
import countsBefore from "./kernels/counts_before.wgsl" with { type: "text" };
import countDead from "./kernels/count_dead.wgsl" with { type: "text" };
import largest from "./kernels/largest.wgsl" with { type: "text" };
import list from "./kernels/list.wgsl" with { type: "text" };
import radix from "./kernels/radix.wgsl" with { type: "text" };
import radixWalk from "./kernels/radix_walk.wgsl" with { type: "text" };
import selectAll from "./kernels/select_all.wgsl" with { type: "text" };
import selectBatch from "./kernels/select_batch.wgsl" with { type: "text" };
import selectDead from "./kernels/select_dead.wgsl" with { type: "text" };
import selectTopK from "./kernels/select_topk.wgsl" with { type: "text" };
import scan from "./kernels/workgroup_scan.wgsl" with { type: "text" };

/** The kernels that write lists of latents. */
export interface Selection {
  /** Of a step, AuxK's list included. */
  training: KernelSource[];
  /** The same choice for losses alone: with marks only if there is a penalty, which is summed by them. */
  looking: KernelSource[];
  /** Afterwards, when no batch decides. */
  inference: KernelSource;
  /** Where the latents are given. */
  given: KernelSource;
}

const NONZERO: Code = { code: [nonzero], names: [] };
const ABOVE_THRESHOLD: Code = { code: [above], names: ["kept"] };

/** The selection of a variant; at most 256 invocations may choose among a row. */
export function selection(context: KernelContext): Selection {
  const { layout } = context, { auxWidth, hasThreshold, activates, penalizes } = layout;
  const before = [
    ...(selectsOf(context) === "batch" ? limitOfBatch(context) : []),
    ...(auxWidth > 0 ? [countDeadKernel(context)] : []),
  ];
  const listed = { of: listedCandidates(layout) };
  const selectDead = (hasMarks: boolean) => auxWidth > 0 ? [selectDeadKernel(context, { hasMarks })] : [];
  const near = { label: "select near threshold", of: nearCandidates(layout), hasMarks: true, list: 1 } as const;
  return {
    training: [
      ...before,
      selectListed(context, { ...listed, hasMarks: true }),
      ...selectDead(true),
      ...(activates === "jump" ? [selectEvery(context, near)] : []),
    ],
    looking: [...before, selectListed(context, { ...listed, hasMarks: penalizes !== null }), ...selectDead(false)],
    inference: hasThreshold
      ? selectEvery(context, { label: "select above threshold", of: ABOVE_THRESHOLD, hasMarks: false })
      : selectListed(context, { of: activeCandidates(layout), hasMarks: false }),
    given: selectEvery(context, { label: "select given", of: NONZERO, hasMarks: false }),
  };
}

/** Among which latents the variant chooses. */
function selectsOf({ definition: { objective } }: KernelContext): Variant["selects"] {
  return VARIANTS[objective.sparsity].selects;
}

/** Of candidates, those that the variant chooses. */
function selectListed(context: KernelContext, options: Pick<ListKernel, "of" | "hasMarks">): KernelSource {
  const selects = selectsOf(context);
  if (selects === "row") return selectLargest(context, options);
  if (selects === "batch") return selectLargestOfBatch(context, options);
  return selectEvery(context, { ...options, label: "select every" });
}

/** How a kernel that writes a list, or looks for what it shall hold, is stated. */
interface ListKernel {
  label: string;
  code: string[];
  names?: DictionaryVariable[];
  of: Code;
  /** Whether latents get their marks, for gradients. */
  hasMarks: boolean;
  /** Which list: 0 active, 1 the second. */
  list?: 0 | 1;
  constants?: Record<string, number>;
}

function listKernel(
  context: KernelContext,
  { label, code, names = [], of, hasMarks, list: index = 0, constants }: ListKernel,
): KernelSource {
  return dictionaryKernel(context, {
    label,
    code: [...code, list, scan, ...of.code],
    names: ["pre_acts", "lists", "counts", "marks", ...names, ...of.names],
    workgroup: context.tuning.selectLanes,
    constants: { LIST: index, HAS_MARKS: hasMarks, ...of.constants, ...constants },
    workgroups: (batch) => batch,
  });
}

/** Every candidate. */
function selectEvery(context: KernelContext, options: Omit<ListKernel, "code">): KernelSource {
  return listKernel(context, { ...options, code: [selectAll] });
}

/** The k largest of each row. */
function selectLargest(context: KernelContext, options: Pick<ListKernel, "of" | "hasMarks">): KernelSource {
  return listKernel(context, {
    ...options,
    label: "select largest",
    code: [selectTopK, largest, radix, radixWalk],
    constants: { K: context.definition.objective.knobs.k },
  });
}

/** The batch's largest, after {@linkcode limitOfBatch}. */
function selectLargestOfBatch(context: KernelContext, options: Pick<ListKernel, "of" | "hasMarks">): KernelSource {
  return listKernel(context, {
    ...options,
    label: "select largest of batch",
    code: [selectBatch],
    names: ["batch_bins"],
  });
}

/** How many latents are dead. */
function countDeadKernel(context: KernelContext): KernelSource {
  const { code, names, constants } = deadCandidates(context);
  return dictionaryKernel(context, {
    label: "count dead",
    code: [countDead, ...code],
    names: ["batch_bins", ...names],
    workgroup: context.tuning.selectLanes,
    constants,
    workgroups: () => 1,
  });
}

/** AuxK's choice: the largest of each row among dead latents. */
function selectDeadKernel(context: KernelContext, { hasMarks }: { hasMarks: boolean }): KernelSource {
  return listKernel(context, {
    label: "select dead",
    code: [selectDead, largest, radix, radixWalk],
    names: ["batch_bins"],
    of: deadCandidates(context),
    hasMarks,
    list: 1,
    constants: { K: context.layout.auxWidth },
  });
}

function deadCandidates({ definition: { objective } }: KernelContext): Code {
  return { code: [dead], names: ["kept"], constants: { DEAD_STEPS: objective.deadSteps } };
}

/** Finds the limit above which the batch's largest lie, 8 bits at a time, and how many are equal to it before each row. */
function limitOfBatch(context: KernelContext): KernelSource[] {
  const { definition: { objective: { knobs } }, tuning: { selectLanes: workgroup }, layout } = context;
  const inBatch = { workgroup, workgroups: () => 1 };
  const inRow = { of: listedCandidates(layout), hasMarks: false };
  const rounds = [24, 16, 8, 0].flatMap((shift) => [
    listKernel(context, {
      ...inRow,
      label: "count batch",
      code: [batchCount, radix, radixWalk],
      names: ["batch_bins"],
      constants: { SHIFT: shift },
    }),
    dictionaryKernel(context, {
      ...inBatch,
      label: "walk batch",
      code: [batchWalk, radixWalk, scan],
      names: ["batch_bins"],
      constants: { SHIFT: shift, K: knobs.k },
    }),
  ]);
  return [
    ...rounds,
    listKernel(context, { ...inRow, label: "count ties", code: [batchTies], names: ["batch_bins"] }),
    dictionaryKernel(context, {
      ...inBatch,
      label: "count ties before",
      code: [countsBefore, scan],
      names: ["counts"],
      constants: { COLUMN: 2 },
    }),
  ];
}
