/**
 * The settings of the tutorial beside those of a run: the ones in which the two can differ. Computes nothing.
 *
 * @module
 */
import { PRESETS } from "../../../lib/config_defaults.ts";
import type { Run } from "../../../lib/report/schema.ts";
import { TUTORIAL } from "../../../lib/report/tutorial.ts";
import { figure, fixed } from "../format.ts";

/** A row of the table. */
export interface SettingRow {
  label: string;
  tutorial: string;
  own: string;
}

/** Rows for a KL run. */
export function settingsBeside({ config, metrics: { test } }: Pick<Run, "config" | "metrics">): SettingRow[] {
  const { lr: tutorialRate } = PRESETS.notebook;
  const rise = config.warmupSteps > 0 ? `${config.warmupSteps} steps up, then ` : "";
  return [
    { label: "ρ, β", tutorial: "0.05,\u00a00.005", own: `${config.rho},\u00a0${config.beta}` },
    { label: "Batch, epochs", tutorial: "128,\u00a010", own: `${config.batch},\u00a0${config.epochs}` },
    { label: "Learning rate", tutorial: `${tutorialRate}`, own: figure(config.lr) },
    {
      label: "Schedule",
      tutorial: "constant",
      own: rise + { constant: "constant", linear: "linear to 0", cosine: "cosine to 0" }[config.decay],
    },
    { label: "First weights", tutorial: "PyTorch’s", own: config.init === "pytorch" ? "PyTorch’s" : "Glorot’s" },
    { label: "First biases", tutorial: "PyTorch’s", own: firstBiases(config) },
    { label: "Test error (MSE)", tutorial: fixed(TUTORIAL.testMse, 4), own: fixed(test.mse, 4) },
  ];
}

function firstBiases({ latentBias, outputBias, init }: Run["config"]): string {
  const from = [...(outputBias === "init" ? [] : ["data"]), ...(latentBias === "init" ? [] : ["ρ"])];
  if (from.length > 0) return `from ${from.join(" and ")}`;
  return init === "pytorch" ? "PyTorch’s" : "0";
}
