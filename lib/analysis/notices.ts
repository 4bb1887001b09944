/**
 * What a reader of a run has to know, in whole sentences: for the summary, the report and its page.
 *
 * Says what the figures say; does not measure. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { numberText } from "../number_text.ts";
import type { Run, SplitMetrics } from "../report/schema.ts";
import type { Baseline } from "../sae/baselines.ts";
import { explainedVariance } from "./across/figures.ts";

/** What notices are made from. */
export interface NoticedRun {
  /** Of the test set. */
  test: Pick<SplitMetrics, "fvu">;
  target: Run["sparsity"]["target"];
  /** Whether the model was trained here. */
  isTrained: boolean;
  /** What it is a baseline by; null for any other model. */
  baseline: Baseline | null;
}

/**
 * The notices of a run.
 *
 * @returns None for a run that is better than the mean input and met its target.
 *
 * @example
 * ```ts
 * import { runNotices } from "./notices.ts";
 * import assert from "node:assert/strict";
 *
 * const trained = { target: null, isTrained: true, baseline: null };
 * assert.deepEqual(runNotices({ ...trained, test: { fvu: 0.2 } }), []);
 * const [notice] = runNotices({ ...trained, test: { fvu: 1.05 } });
 * assert.match(notice, /^The explained variance on the test set is −0\.05\. /);
 * ```
 */
export function runNotices({ test, target, isTrained, baseline }: NoticedRun): string[] {
  return [
    baseline && isBaseline(baseline),
    explainsNothing(test, { isTrained, baseline }),
    target && missedTarget(target),
  ].filter((notice) => notice !== null);
}

/** Says that a model is there to be compared with, and how it came about. */
export function isBaseline({ title, summary }: Baseline): string {
  return `This run is a baseline (${title}), for trained models to be compared with. ${summary}`;
}

/** Says that a model is no better than the mean input; null if it is better, or if the data do not vary. */
export function explainsNothing(
  test: Pick<SplitMetrics, "fvu">,
  { isTrained, baseline = null }: Pick<NoticedRun, "isTrained"> & Partial<Pick<NoticedRun, "baseline">>,
): string | null {
  const explained = explainedVariance(test);
  if (explained === null || explained > 0) return null;
  const decimals = Math.abs(explained) < 0.01 ? 4 : 2;
  return `The explained variance on the test set is ${numberText(explained, { decimals }).replace(/^-/, "−")}. ` +
    "Predicting the mean input every time would give 0, so the latents are not meaningful. " +
    (baseline
      ? "A model with weights that are not trained can do as badly as that."
      : isTrained
      ? "Try a lower learning rate or more steps."
      : "Check that the data are of the layer that the model was trained on, and scaled as the model expects.");
}

/** Says that a target L0 was missed; null if it was met. */
export function missedTarget({ targetL0, l0, isMissed }: NonNullable<Run["sparsity"]["target"]>): string | null {
  if (!isMissed) return null;
  return `The target of ${targetL0} active latents per input was missed: ${l0.toFixed(1)} are active. There ` +
    "were too few steps for the penalty's weight to change that, or no weight gives this number. Try more steps.";
}
