/**
 * Which fields of a report are measured again, and why others are not.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Metrics, Run } from "../report/schema.ts";
import { VARIANTS } from "../sae/sparsity/variants.ts";
import type { FieldRules } from "./compare.ts";
import { PROBE_DIFFERENCE } from "./tolerance.ts";

/** Why a field is recorded: what each stands for is said in a line. */
const TIMES = "times",
  WORDS = "names, texts and settings",
  MACHINE = "the machine",
  DEAD = "AuxK's part of the loss: the weights do not say when each latent was last active";

/** Of what training decides: `retrain.ts` compares it, or `untrained.ts` says line by line that it was not checked. */
export const TRAINING = "the course of training";

/** Fields of `run.json` that were written down, by the first parts of their paths. */
const RUN_FIELDS: Record<string, string> = {
  id: WORDS,
  title: WORDS,
  note: WORDS,
  createdAt: TIMES,
  command: WORDS,
  notices: WORDS,
  config: WORDS,
  usedSettings: WORDS,
  "dataset.name": WORDS,
  "dataset.bytes": WORDS,
  "dataset.source": WORDS,
  "dataset.files": WORDS,
  "dataset.fallback": WORDS,
  "dataset.notes": WORDS,
  "sparsity.weight": TRAINING,
  "sparsity.silentLatents": TRAINING,
  "sparsity.resampled": TRAINING,
  lifelines: TRAINING,
  initFrom: WORDS,
  imported: WORDS,
  engine: MACHINE,
  environment: MACHINE,
  "timing.startupMs": TIMES,
  "timing.trainMs": TIMES,
  "timing.waitMs": TIMES,
  "timing.totalMs": TIMES,
  "timing.steps": TRAINING,
  definitions: WORDS,
  files: WORDS,
};
/** Figures that something small was trained for, which steps from one accuracy to the next. */
const PROBED = /^metrics\.(?:probing|perturbation|description)\b/;

/** The rules of `run.json`. */
export function runRules(run: Pick<Run, "config" | "metrics">): FieldRules {
  return {
    recorded: (pattern) => {
      const match = /^metrics\.(train|test)\.auxiliary$/.exec(pattern);
      if (match) return hasDeadPart(run, run.metrics[match[1] as "train" | "test"]) ? DEAD : null;
      return RUN_FIELDS[pattern] ?? null;
    },
    tolerance: (pattern) => PROBED.test(pattern) ? PROBE_DIFFERENCE : null,
  };
}

/**
 * The rules of `metrics.json`, whose last row alone is of the weights that were kept; of what was taken over nothing is
 * compared.
 */
export function metricsRules(
  run: Pick<Run, "config" | "metrics">,
  { start }: { start: "measured" | "recorded" },
): FieldRules {
  return {
    recorded: (pattern) => {
      if (/^(?:epochs\[\]\.train|silentLatents)$/.test(pattern)) return TRAINING;
      if (/^steps\[\]\.(?!step$|lr$)/.test(pattern)) return TRAINING;
      if (pattern === "start" && start === "recorded") return TRAINING;
      if (pattern === "epochs[].test.auxiliary" && hasDeadPart(run, run.metrics.test)) return DEAD;
      return null;
    },
    tolerance: () => null,
  };
}

/** Every other file is measured whole. */
export const PLAIN_RULES: FieldRules = { recorded: () => null, tolerance: () => null };

/** `metrics.json` without the test rows of the epochs before the last, which were measured on weights that are gone. */
export function lastEpochOnly({ epochs, ...others }: Metrics): object {
  return { ...others, epochs: epochs.map(({ test, ...row }, i) => i < epochs.length - 1 ? row : { ...row, test }) };
}

/** What three float64 sums in another order may differ by, relative. */
const REORDERED = 2 ** -48;

/** Losses, and the part of them that a variant adds. */
interface Loss {
  loss: number;
  auxiliary: number;
}

/**
 * A measured loss with what the variant adds to it as it is stored: AuxK's part, which no latent had when it was measured
 * again, beside that of prefixes or budgets. So the rest of the loss is compared.
 */
export function withStoredPart<Row extends Loss>(
  run: Pick<Run, "config">,
  { stored, measured }: { stored: Loss; measured: Row },
): Row {
  if (!hasDeadPart(run, stored) || measured.auxiliary === stored.auxiliary) return measured;
  const loss = measured.loss - measured.auxiliary + stored.auxiliary;
  const isRounding = Math.abs(loss - stored.loss) <= REORDERED * Math.abs(loss);
  return { ...measured, loss: isRounding ? stored.loss : loss };
}

/** Whether a loss has a part that depends on when each latent was last active. */
function hasDeadPart({ config }: Pick<Run, "config">, { auxiliary }: { auxiliary: number }): boolean {
  return VARIANTS[config.sparsity].revives && auxiliary !== 0;
}
