/**
 * The kernels that choose which latents are active: those largest in a row, in the batch, or all above something.
 *
 * What ReLU makes 0 is never chosen. Derived from what the variant states. Compiles and runs nothing. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import type { KernelSource } from "../kernel_source.ts";
import { dictionaryKernel, type DictionaryVariable, type KernelContext } from "./dictionary_kernel_source.ts";
import batchCount from "./kernels/batch_count.wgsl" with { type: "text" };
import batchTies from "./kernels/batch_ties.wgsl" with { type: "text" };
import batchTiesBefore from "./kernels/batch_ties_before.wgsl" with { type: "text" };
import batchWalk from "./kernels/batch_walk.wgsl" with { type: "text" };
import above from "./kernels/candidate_above.wgsl" with { type: "text" };
import dead from "./kernels/candidate_dead.wgsl" with { type: "text" };
import nonzero from "./kernels/candidate_nonzero.wgsl" with { type: "text" };
import positive from "./kernels/candidate_positive.wgsl" with { type: "text" };
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
  /** The same choice without the marks, which only the gradients of a step read and clear. */
  looking: KernelSource[];
  /** Afterwards, when no batch decides. */
  inference: KernelSource;
  /** Where the latents are given. */
  given: KernelSource;
}

/** Which latents a kernel may choose: code that says so, and the variables that it names. */
interface Candidates {
  code: string;
  names: DictionaryVariable[];
}

const POSITIVE: Candidates = { code: positive, names: [] };
const NONZERO: Candidates = { code: nonzero, names: [] };
const ABOVE_THRESHOLD: Candidates = { code: above, names: ["kept"] };
const DEAD: Candidates = { code: dead, names: ["kept"] };

/** The selection of a variant; at most 256 invocations may choose among a row. */
export function selection(context: KernelContext): Selection {
  const { definition: { objective }, layout: { auxWidth, hasThreshold } } = context;
  const { selects } = VARIANTS[objective.sparsity];
  const before = [
    ...(selects === "batch" ? limitOfBatch(context) : []),
    ...(auxWidth > 0 ? [countDeadKernel(context)] : []),
  ];
  const [training, looking] = [true, false].map((hasMarks) => [
    ...before,
    selectActive(context, { selects, hasMarks }),
    ...(auxWidth > 0 ? [selectDeadKernel(context, { hasMarks })] : []),
  ]);
  return {
    training,
    looking,
    inference: hasThreshold
      ? selectEvery(context, { label: "select above threshold", of: ABOVE_THRESHOLD, hasMarks: false })
      : selectActive(context, { selects, hasMarks: false }),
    given: selectEvery(context, { label: "select given", of: NONZERO, hasMarks: false }),
  };
}

function selectActive(
  context: KernelContext,
  { selects, hasMarks }: { selects: "all" | "row" | "batch"; hasMarks: boolean },
): KernelSource {
  if (selects === "row") return selectLargest(context, { hasMarks });
  if (selects === "batch") return selectLargestOfBatch(context, { hasMarks });
  return selectEvery(context, { label: "select positive", of: POSITIVE, hasMarks });
}

/** How a kernel that writes a list is stated. */
interface ListKernel {
  label: string;
  code: string[];
  names?: DictionaryVariable[];
  of: Candidates;
  /** Whether latents get their marks, for gradients. */
  hasMarks: boolean;
  /** Which list: 0 active, 1 AuxK's. */
  list?: 0 | 1;
  constants?: Record<string, number>;
}

function listKernel(
  context: KernelContext,
  { label, code, names = [], of, hasMarks, list: index = 0, constants }: ListKernel,
): KernelSource {
  return dictionaryKernel(context, {
    label,
    code: [...code, list, scan, of.code],
    names: ["pre_acts", "lists", "counts", "marks", ...names, ...of.names],
    workgroup: context.tuning.selectLanes,
    constants: { LIST: index, HAS_MARKS: hasMarks, ...constants },
    workgroups: (batch) => batch,
  });
}

/** Every candidate. */
function selectEvery(context: KernelContext, options: Pick<ListKernel, "label" | "of" | "hasMarks">): KernelSource {
  return listKernel(context, { ...options, code: [selectAll] });
}

/** The k largest of each row. */
function selectLargest(context: KernelContext, { hasMarks }: { hasMarks: boolean }): KernelSource {
  return listKernel(context, {
    label: "select largest",
    code: [selectTopK, largest, radix, radixWalk],
    of: POSITIVE,
    hasMarks,
    constants: { K: context.definition.objective.knobs.k },
  });
}

/** How many latents are dead. */
function countDeadKernel(context: KernelContext): KernelSource {
  return dictionaryKernel(context, {
    label: "count dead",
    code: [countDead, dead],
    names: ["kept", "batch_bins"],
    workgroup: context.tuning.selectLanes,
    constants: { DEAD_STEPS: context.definition.objective.deadSteps },
    workgroups: () => 1,
  });
}

/** AuxK's choice: the largest of each row among dead latents. */
function selectDeadKernel(context: KernelContext, { hasMarks }: { hasMarks: boolean }): KernelSource {
  return listKernel(context, {
    label: "select dead",
    code: [selectDead, largest, radix, radixWalk],
    names: ["batch_bins"],
    of: DEAD,
    hasMarks,
    list: 1,
    constants: { K: context.layout.auxWidth, DEAD_STEPS: context.definition.objective.deadSteps },
  });
}

/** The batch's largest, after {@linkcode limitOfBatch}. */
function selectLargestOfBatch(context: KernelContext, { hasMarks }: { hasMarks: boolean }): KernelSource {
  return listKernel(context, {
    label: "select largest of batch",
    code: [selectBatch],
    names: ["batch_bins"],
    of: POSITIVE,
    hasMarks,
  });
}

/** Finds the limit above which the batch's largest lie, 8 bits at a time, and how many are equal to it before each row. */
function limitOfBatch(context: KernelContext): KernelSource[] {
  const { definition: { objective: { knobs } }, tuning: { selectLanes: workgroup } } = context;
  const inRow = { workgroup, workgroups: (batch: number) => batch }, inBatch = { workgroup, workgroups: () => 1 };
  const ofList = { LIST: 0, HAS_MARKS: false };
  const rounds = [24, 16, 8, 0].flatMap((shift) => [
    dictionaryKernel(context, {
      ...inRow,
      label: "count batch",
      code: [batchCount, radix, radixWalk, list, scan, positive],
      names: ["pre_acts", "batch_bins"],
      constants: { SHIFT: shift, ...ofList },
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
    dictionaryKernel(context, {
      ...inRow,
      label: "count ties",
      code: [batchTies, list, scan, positive],
      names: ["pre_acts", "counts", "batch_bins"],
      constants: ofList,
    }),
    dictionaryKernel(context, {
      ...inBatch,
      label: "count ties before",
      code: [batchTiesBefore, scan],
      names: ["counts"],
    }),
  ];
}
