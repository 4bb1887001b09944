/**
 * The kernels that choose which latents are active: those largest in a row, in the batch, or all above something.
 *
 * What ReLU makes 0 is never chosen. Compiles and runs nothing. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { StepDefinition } from "../../engine.ts";
import batchCount from "./kernels/batch_count.wgsl" with { type: "text" };
import batchTies from "./kernels/batch_ties.wgsl" with { type: "text" };
import batchWalk from "./kernels/batch_walk.wgsl" with { type: "text" };
import above from "./kernels/candidate_above.wgsl" with { type: "text" };
import dead from "./kernels/candidate_dead.wgsl" with { type: "text" };
import nonzero from "./kernels/candidate_nonzero.wgsl" with { type: "text" };
import positive from "./kernels/candidate_positive.wgsl" with { type: "text" };
import list from "./kernels/list.wgsl" with { type: "text" };
import radix from "./kernels/radix.wgsl" with { type: "text" };
import selectAll from "./kernels/select_all.wgsl" with { type: "text" };
import selectBatch from "./kernels/select_batch.wgsl" with { type: "text" };
import selectTopK from "./kernels/select_topk.wgsl" with { type: "text" };
import type { DictionaryKernel, MakeKernel } from "./dictionary_kernel_source.ts";
import { dictionaryLayout } from "./dictionary_gpu_layout.ts";

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

/** The selection of a variant. `lanes`: invocations for a row. */
export function selection(
  definition: StepDefinition,
  { kernel, lanes }: { kernel: MakeKernel; lanes: number },
): Selection {
  const { sparsity, deadSteps, knobs: { k } } = definition.objective;
  const { auxWidth } = dictionaryLayout(definition);
  const perRow = { WORKGROUP: lanes, workgroups: (batch: number) => batch };
  const active = { ...perRow, LIST: 0, HAS_MARKS: 1 };
  const looked = { ...perRow, LIST: 0, HAS_MARKS: 0 };
  const given = kernel("select given", "encoder", [selectAll, list, nonzero], looked);
  const [auxActive, auxLooked] = [active, looked].map((constants) =>
    auxWidth === 0 ? [] : [
      kernel("select dead", "encoder", [selectTopK, radix, list, dead], {
        ...constants,
        LIST: 1,
        K: auxWidth,
        DEAD_STEPS: deadSteps,
      }),
    ]
  );
  if (sparsity === "l1") {
    const [training, inference] = [active, looked].map((constants) =>
      kernel("select positive", "encoder", [selectAll, list, positive], constants)
    );
    return { training: [training], looking: [inference], inference, given };
  }
  if (sparsity === "topk") {
    const [training, inference] = [active, looked].map((constants) =>
      kernel("select largest", "encoder", [selectTopK, radix, list, positive], { ...constants, K: k })
    );
    return { training: [training, ...auxActive], looking: [inference, ...auxLooked], inference, given };
  }
  const rounds = [24, 16, 8, 0].flatMap((SHIFT) => [
    kernel("count batch", "encoder", [batchCount, radix, list, positive], { ...looked, SHIFT }),
    kernel("walk batch", "encoder", [batchWalk], { SHIFT, K: k, workgroups: () => 1 }),
  ]);
  const ties = kernel("count ties", "encoder", [batchTies, list, positive], looked);
  const [largestActive, largestLooked] = [active, looked].map((constants) =>
    kernel("select largest of batch", "encoder", [selectBatch, list, positive], constants)
  );
  return {
    training: [...rounds, ties, largestActive, ...auxActive],
    looking: [...rounds, ties, largestLooked, ...auxLooked],
    inference: kernel("select above threshold", "encoder", [selectAll, list, above], looked),
    given,
  };
}
