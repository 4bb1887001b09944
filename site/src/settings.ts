/**
 * A run's settings in words: a label for each, its value as people say it, and which the run's method does not use.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Run } from "../../lib/report/run_schema.ts";
import { CONFIG_KNOBS, type KnobName } from "../../lib/config_knobs.ts";
import { datasetTitle } from "../../lib/data/describe.ts";
import { unsetWord } from "../../lib/knob.ts";
import { BASELINES } from "../../lib/sae/baselines.ts";
import { VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import type { Setting } from "./compare/summary.ts";
import { count } from "./format.ts";
import { settingAnchor } from "./glossary/settings.ts";

/** How a setting is named, and which table it stands in; those of the run's own fields are made in `settingsOf`. */
const LABELS: Record<
  Exclude<KnobName, "dataset" | "sparsity" | "backend" | "engine">,
  [label: string, Setting["part"]]
> = {
  baseline: ["Baseline", "method"],
  latent: ["Latents", "method"],
  hidden: ["Hidden layers", "method"],
  rho: ["Target ρ", "method"],
  beta: ["Penalty weight β", "method"],
  lambda: ["Penalty weight λ", "method"],
  k: ["k", "method"],
  targetL0: ["Target L0", "method"],
  penalize: ["Penalized layers", "method"],
  auxAlpha: ["Auxiliary loss weight α", "method"],
  auxK: ["Auxiliary latents", "method"],
  bandwidth: ["Gradient window around θ", "method"],
  thetaInit: ["Initial threshold θ", "method"],
  thetaRate: ["Learning rate of θ, relative", "method"],
  prefixes: ["Shares that reconstruct alone", "method"],
  kStep: ["Step between budgets", "method"],
  deadSteps: ["Steps until a latent is dead", "method"],
  resampleSteps: ["Steps between resamplings", "method"],
  sparsityWarmupSteps: ["Penalty warm-up, steps", "method"],
  loss: ["Reconstruction loss", "method"],
  epochs: ["Epochs", "method"],
  batch: ["Batch size", "method"],
  lr: ["Learning rate", "method"],
  seed: ["Random seed", "method"],
  preset: ["Preset", "model"],
  limit: ["Training inputs, at most", "model"],
  scale: ["Scaling of the data", "model"],
  subtract: ["Subtracted from the data", "model"],
  bufferMb: ["Buffer of rows, MB", "model"],
  leaveOut: ["Classes left out of training", "model"],
  dataSeed: ["Random seed of the data", "model"],
  dictionaryWidth: ["Width of a vector", "model"],
  dictionaryFeatures: ["True features", "model"],
  dictionaryActive: ["Active features per vector", "model"],
  dictionaryCorrelation: ["Correlation of features", "model"],
  dictionaryNoise: ["Noise", "model"],
  plantedWidth: ["Width of a hard vector", "model"],
  plantedFeatures: ["Features in hard vectors", "model"],
  plantedRows: ["Training vectors", "model"],
  plantedMost: ["Density of the most frequent feature", "model"],
  plantedLeast: ["Density of the rarest feature", "model"],
  plantedZipf: ["Zipf’s exponent", "model"],
  plantedTrees: ["Trees of features", "model"],
  plantedBranching: ["Children of a feature", "model"],
  plantedDepth: ["Generations of a tree", "model"],
  plantedRank: ["Causes of correlations", "model"],
  plantedCorrelation: ["Strength of a cause", "model"],
  plantedBias: ["Length of the bias", "model"],
  hiddenActivation: ["Hidden activation", "model"],
  output: ["Output activation", "model"],
  preBias: ["Pre-bias", "model"],
  center: ["Subtracted from the input", "model"],
  decoderNorm: ["Decoder norm", "model"],
  init: ["Initial weights", "model"],
  encoderInit: ["Initial encoder", "model"],
  outputBias: ["Initial output bias", "model"],
  latentBias: ["Initial latent bias", "model"],
  decoderScale: ["Initial decoder scale", "model"],
  warmupSteps: ["Learning rate warm-up, steps", "model"],
  decay: ["Learning rate decay", "model"],
  adamBeta1: ["Adam β₁", "model"],
  adamBeta2: ["Adam β₂", "model"],
  adamEpsilon: ["Adam ε", "model"],
  snapshots: ["Snapshots of the latents", "model"],
  threads: ["Threads", "model"],
};

/** Words of the command line that do not read well in a table. */
const CHOICES: Partial<Record<KnobName, Record<string, string>>> = {
  preset: { notebook: "the tutorial’s" },
  limit: { off: "all" },
  resampleSteps: { off: "never" },
  penalize: { latent: "latents", all: "all hidden layers" },
  loss: { mse: "MSE", bce: "cross-entropy" },
  scale: {
    none: "none",
    unit: "to [0, 1]",
    "mean-norm": "mean length √d",
    standard: "standard deviation 1",
    "row-norm": "each row to length √d",
    "layer-norm": "each row to mean 0, standard deviation 1",
  },
  subtract: { none: "nothing", mean: "mean", median: "geometric median" },
  init: { glorot: "Glorot", pytorch: "PyTorch" },
  preBias: { decoder: "decoder’s bias" },
  center: { mean: "mean input", none: "nothing" },
  decoderNorm: { unit: "unit", free: "free" },
  encoderInit: { transpose: "decoder’s transpose" },
  baseline: Object.fromEntries(
    Object.entries(BASELINES).map(([name, baseline]) => [name, baseline?.title ?? "none"]),
  ),
  outputBias: { data: "mean input", median: "median input", init: "as weights" },
  latentBias: { rho: "from ρ", init: "as weights" },
  decoderScale: { rho: "from ρ", init: "as weights" },
};

/** What a run's settings need. */
export type SettledRun = Pick<Run, "config" | "dataset" | "engine" | "usedSettings">;

/** Every setting of a run, in the same order for all runs: the method's and the training's, then the model's and the data's. */
export function settingsOf({ config, dataset, engine, usedSettings }: SettledRun): Setting[] {
  const used = new Set<string>(usedSettings);
  const ofKnobs = (part: Setting["part"]) =>
    (Object.keys(LABELS) as (keyof typeof LABELS)[]).filter((knob) => LABELS[knob][1] === part)
      .map((knob) => ({
        term: settingAnchor(knob),
        label: LABELS[knob][0],
        part,
        text: used.has(knob) ? settingText(knob, config[knob]) : null,
      }));
  return [
    {
      term: settingAnchor("sparsity"),
      label: "Sparsity method",
      part: "method",
      text: VARIANTS[config.sparsity].title,
    },
    ...ofKnobs("method"),
    { term: settingAnchor("dataset"), label: "Data", part: "model", text: datasetTitle(dataset.name) },
    ...ofKnobs("model"),
    { term: settingAnchor("engine"), label: "Engine", part: "model", text: `${engine.name}, ${engine.backend}` },
  ];
}

/** A setting's label in words; its name if it has no label of its own. */
export function settingLabel(knob: string): string {
  if (knob === "sparsity") return "Sparsity method";
  return Object.hasOwn(LABELS, knob) ? LABELS[knob as keyof typeof LABELS][0] : knob;
}

/** A label within a sentence: `target L0`; people's names and Adam keep their capital. */
export function labelInSentence(label: string): string {
  return /^(?!Adam|Zipf)[A-Z][a-z]/.test(label) ? label[0].toLowerCase() + label.slice(1) : label;
}

/**
 * A setting's value in words.
 *
 * @param value What a configuration or a sweep says; null is the setting's word for "no value".
 */
export function settingText(knob: string, value: unknown): string {
  if (Array.isArray(value)) return value.join(", ") || "none";
  if (value === null || value === undefined) {
    const word = (Object.hasOwn(CONFIG_KNOBS, knob) && unsetWord(CONFIG_KNOBS[knob as KnobName])) || "default";
    return CHOICES[knob as KnobName]?.[word] ?? word;
  }
  if (typeof value === "number") return Number.isInteger(value) ? count(value) : numberText(value);
  const text = String(value);
  if (knob === "sparsity" && Object.hasOwn(VARIANTS, text)) return VARIANTS[text as keyof typeof VARIANTS].title;
  return CHOICES[knob as KnobName]?.[text] ?? text;
}

/** At most four significant digits: a learning rate that was computed has sixteen. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(4)));
}
