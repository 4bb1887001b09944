/**
 * The kernels that choose which latents are active: those largest in a row, in the batch, or all above something.
 *
 * What ReLU makes 0 is never chosen. Derived from what the variant states. Compiles and runs nothing. PORTABLE: no Deno, no
 * Node, no tfjs.
 *
 * @module
 */
import { VARIANTS } from "../../../sae/sparsity/variants.ts";
import type { StepDefinition } from "../../engine.ts";
import { dictionaryLayout } from "./dictionary_gpu_layout.ts";
import type { DictionaryKernel, MakeKernel } from "./dictionary_kernel_source.ts";
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
  training: DictionaryKernel[];
  /** The same choice without the marks, which only the gradients of a step read and clear. */
  looking: DictionaryKernel[];
  /** Afterwards, when no batch decides. */
  inference: DictionaryKernel;
  /** Where the latents are given. */
  given: DictionaryKernel;
}

/** The selection of a variant. `lanes`: invocations for a row, at most 256. */
export function selection(
  definition: StepDefinition,
  { kernel, lanes }: { kernel: MakeKernel; lanes: number },
): Selection {
  const { sparsity, deadSteps, knobs: { k } } = definition.objective;
  const { selects } = VARIANTS[sparsity];
  const { auxWidth, hasThreshold } = dictionaryLayout(definition);
  const perRow = { WORKGROUP: lanes, LIST: 0, workgroups: (batch: number) => batch };
  const once = { WORKGROUP: lanes, workgroups: () => 1 };
  const inLargest = [largest, radix, radixWalk, list, scan];

  const all = (label: string, candidate: string, HAS_MARKS: number) =>
    kernel(label, "encoder", [selectAll, list, scan, candidate], { ...perRow, HAS_MARKS });
  const ofRow = (HAS_MARKS: number) =>
    kernel("select largest", "encoder", [selectTopK, ...inLargest, positive], { ...perRow, HAS_MARKS, K: k });
  const ofBatch = (HAS_MARKS: number) =>
    kernel("select largest of batch", "encoder", [selectBatch, list, scan, positive], { ...perRow, HAS_MARKS });
  const batchLimit = () => [
    ...[24, 16, 8, 0].flatMap((SHIFT) => [
      kernel("count batch", "encoder", [batchCount, radix, radixWalk, list, scan, positive], {
        ...perRow,
        HAS_MARKS: 0,
        SHIFT,
      }),
      kernel("walk batch", "encoder", [batchWalk, radixWalk, scan], { ...once, SHIFT, K: k }),
    ]),
    kernel("count ties", "encoder", [batchTies, list, scan, positive], { ...perRow, HAS_MARKS: 0 }),
    kernel("count ties before", "encoder", [batchTiesBefore, scan], once),
  ];
  const deadCount = auxWidth > 0
    ? [kernel("count dead", "encoder", [countDead, dead], { ...once, DEAD_STEPS: deadSteps })]
    : [];
  const ofDead = (HAS_MARKS: number) =>
    auxWidth === 0 ? [] : [
      kernel("select dead", "encoder", [selectDead, ...inLargest, dead], {
        ...perRow,
        LIST: 1,
        HAS_MARKS,
        K: auxWidth,
        DEAD_STEPS: deadSteps,
      }),
    ];

  const before = [...(selects === "batch" ? batchLimit() : []), ...deadCount];
  const [active, looked] = [1, 0].map((hasMarks) => {
    if (selects === "row") return ofRow(hasMarks);
    return selects === "batch" ? ofBatch(hasMarks) : all("select positive", positive, hasMarks);
  });
  return {
    training: [...before, active, ...ofDead(1)],
    looking: [...before, looked, ...ofDead(0)],
    inference: hasThreshold ? all("select above threshold", above, 0) : looked,
    given: all("select given", nonzero, 0),
  };
}
