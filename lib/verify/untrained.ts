/**
 * What a training decides and the weights do not say: one line for each kind of figure that was not checked, because the run
 * was not trained again.
 *
 * Compares nothing: `retrain.ts` does. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { MODEL_FILE } from "../report/report_files.ts";
import type { Metrics, Run } from "../report/schema.ts";
import { numbersIn } from "./compare.ts";
import { type Lines, namesOf } from "./lines.ts";

/**
 * What training again compared. `everything`: the weights and every figure, bit for bit. `losses`: losses alone, within a
 * tolerance, because another engine ends at other weights.
 */
export type TrainingChecked = "everything" | "losses" | "nothing";

/** A report, and its files that only a training writes. */
export interface Untrained {
  run: Run;
  metrics: Metrics;
  unmeasured: readonly string[];
}

/** Says what was not checked; nothing of a model that was not trained here. */
export function sayUntrained(
  report: Untrained,
  { checked, retrains }: { checked: TrainingChecked; retrains: boolean },
  lines: Lines,
): void {
  if (checked === "everything" || report.run.imported) return;
  const how = checked === "losses"
    ? "another engine does not repeat them to the bit"
    : retrains
    ? "the run was not trained again"
    : "--retrain trains the run again and compares them";
  for (const { what, values, isLoss } of figuresOf(report)) {
    const numbers = numbersIn(values);
    if (numbers === 0 || isLoss && checked === "losses") continue;
    const many = `${numbers} number${numbers === 1 ? "" : "s"}`;
    lines.recorded("training", what, { numbers, detail: `${many} written down during training, not checked: ${how}` });
  }
  if (report.unmeasured.length > 0) {
    lines.recorded("training", namesOf(report.unmeasured), { detail: `written during training, not checked: ${how}` });
  }
  if (checked === "losses") return; // said by what trained
  const detail = `whether these settings and data lead to these weights was not checked: ${how}`;
  lines.recorded("training", MODEL_FILE, { detail });
}

function figuresOf({ run, metrics }: Untrained): { what: string; values: unknown; isLoss: boolean }[] {
  const { steps, epochs, start, silentLatents } = metrics, { sparsity, timing } = run;
  const losses = {
    "losses of the training steps": steps.map(({ step: _, lr: __, ...parts }) => parts),
    "training losses of the epochs": epochs.map(({ train }) => train),
    "test figures of the epochs before the last": epochs.slice(0, -1).map(({ test }) => test),
    "test figures before the first step": run.initFrom ? start : null,
  };
  const counts = {
    "inactive and resampled latents": [silentLatents, sparsity.silentLatents, sparsity.resampled],
    "steps, and the penalty's weight at the end": [timing.steps, sparsity.weight],
  };
  return [losses, counts].flatMap((figures, i) =>
    Object.entries(figures).map(([what, values]) => ({ what, values, isLoss: i === 0 }))
  );
}
