/**
 * Default values of all knobs: presets, and what a variant or a data set changes.
 *
 * Checks nothing; `config.ts` does. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Config, CONFIG_KNOBS, KNOB_NAMES, type KnobName } from "./config_knobs.ts";
import { leavesUnitInterval } from "./data/scaling.ts";
import { VARIANTS } from "./sae/sparsity/variants.ts";

/** What each preset changes from the defaults of the knobs. `tuned` is those defaults. */
export const PRESETS: Record<Config["preset"], Partial<Config>> = {
  tuned: {},
  notebook: {
    init: "pytorch",
    center: "none",
    outputBias: "init",
    latentBias: "init",
    decoderScale: "init",
    lr: 1e-3,
    warmupSteps: 0,
    decay: "constant",
  },
};

/** What a data set of its own shape changes: for every variant, then for one. */
const DATASET_DEFAULTS: Partial<Record<Config["dataset"], DatasetDefaults>> = {
  dictionary: {
    // 3,000 steps of 1,024; as many latents as there are features.
    all: { hidden: [], latent: 256, output: "linear", batch: 1024, epochs: 30, lr: 1e-2, k: 3 },
    variants: {
      kl: { rho: 3 / 256 },
      l1: { lambda: 0.3 },
      gated: { lambda: 0.4 },
      // Thresholds rise above the preActs of latents that learn late; with dead latents resampled every 100 steps, all
      // find their feature. Thresholds start low and need no faster rate of their own: MCC 0.985, with a start of 0.3
      // it is 0.93, with ten times the rate 0.81.
      jumprelu: { lambda: 0.045, resampleSteps: 100, thetaInit: 0.1, thetaRate: 1 },
    },
  },
  "planted-hard": {
    // A quarter as many latents as there are features, and k as many of the features that are found first are active.
    all: { hidden: [], latent: 512, output: "linear", batch: 1024, epochs: 30, k: 8, lr: null },
    variants: {},
  },
  vectors: {
    // A researcher's activations are not digits: one layer, several latents for each value, and a number of active ones
    // that is known before.
    sparsity: "topk",
    all: { hidden: [], output: "linear", lr: null },
    variants: {},
    sized: ({ dInput, count }) => {
      const latent = Math.min(LATENTS_OF_VECTORS.perValue * dInput, LATENTS_OF_VECTORS.most);
      return { latent, k: Math.min(32, Math.ceil(latent / 8)), ...stepsFor(count, { batch: 1024 }) };
    },
  },
  images: { all: {}, variants: {}, sized: ({ count }) => stepsFor(count, { batch: CONFIG_KNOBS.batch.default }) },
};

/** Few rows are passed over more often, in smaller batches, so that a run has enough steps to learn something. */
const STEPS = { least: 1000, mostEpochs: 200, leastBatch: 32, batchShare: 1 / 8 };

function stepsFor(count: number, { batch: most }: { batch: number }): { batch: number; epochs: number } {
  const batch = Math.max(STEPS.leastBatch, Math.min(most, Math.floor(STEPS.batchShare * count)));
  const epochs = Math.min(STEPS.mostEpochs, Math.ceil(STEPS.least * batch / count));
  return { batch, epochs: Math.max(CONFIG_KNOBS.epochs.default, epochs) };
}

/** How many latents a model of vectors has. */
const LATENTS_OF_VECTORS = { perValue: 4, most: 4096 };

interface DatasetDefaults {
  /** The variant that is taken if none is named; the knob's default if left out. */
  sparsity?: Config["sparsity"];
  all: Partial<Config>;
  variants: Partial<Record<Config["sparsity"], Partial<Config>>>;
  /** What follows from the size of the data. */
  sized?: (size: DataSize) => Partial<Config>;
}

/** The size of data whose defaults follow it. */
export interface DataSize {
  /** Values in a row. */
  dInput: number;
  /** Rows that are trained on, about. */
  count: number;
}

const LARGE: DataSize = { dInput: Infinity, count: Infinity };

/** The choices that other defaults depend on. */
type Choices = Pick<Config, "preset" | "sparsity" | "dataset" | "penalize" | "scale" | "subtract"> & { size: DataSize };

/** Where defaults come from; a later source overrides an earlier one. */
const SOURCES: ((choices: Choices) => Partial<Config> | undefined)[] = [
  () => Object.fromEntries(KNOB_NAMES.map((name) => [name, CONFIG_KNOBS[name].default])) as unknown as Config,
  ({ sparsity }) => VARIANTS[sparsity].defaults,
  ({ dataset }) => DATASET_DEFAULTS[dataset]?.all,
  ({ dataset, sparsity }) => DATASET_DEFAULTS[dataset]?.variants[sparsity],
  ({ dataset, size }) => DATASET_DEFAULTS[dataset]?.sized?.(size),
  // Such values are not in [0, 1], which is all that a sigmoid reaches.
  (choices) => leavesUnitInterval(choices) ? { output: "linear" } : undefined,
  ({ preset }) => PRESETS[preset],
  // A ReLU unit has no mean in [0, 1] for ρ to be compared with.
  ({ penalize }) => penalize === "all" ? { hiddenActivation: "sigmoid" } : undefined,
];

/**
 * A value for every knob that was not set, as the variant, the data set and the preset have it.
 *
 * @param turned Knobs by name; values that a knob does not accept count as not set.
 * @param options.size The size of the user's own data; left out, the defaults are those of many long rows.
 */
export function defaultsFor(
  turned: Partial<Record<KnobName, unknown>>,
  { size = LARGE }: { size?: DataSize } = {},
): Config {
  const dataset = choice("dataset", turned), own = DATASET_DEFAULTS[dataset]?.sparsity;
  const choices = {
    dataset,
    size,
    preset: choice("preset", turned),
    sparsity: choice("sparsity", own === undefined ? turned : { sparsity: own, ...turned }),
    penalize: choice("penalize", turned),
    scale: choice("scale", turned),
    subtract: choice("subtract", turned),
  };
  const defaults: Config = Object.assign({}, ...SOURCES.map((source) => source(choices)), {
    sparsity: choices.sparsity,
  });
  return withoutImpossible(defaults, { ...defaults, ...turned });
}

/**
 * The defaults without what the model's shape cannot have; a knob that was set against the shape is refused later, not
 * changed.
 */
function withoutImpossible(defaults: Config, wanted: Record<KnobName, unknown>): Config {
  const isOneLayer = Array.isArray(wanted.hidden) && wanted.hidden.length === 0;
  return {
    ...defaults,
    ...(isOneLayer ? { center: "none" } : { preBias: "none", encoderInit: "independent", auxAlpha: 0 }),
    ...(wanted.output === "linear" ? {} : { preBias: "none", auxAlpha: 0 }),
  };
}

function choice<Name extends Exclude<keyof Choices, "size">>(
  name: Name,
  turned: Partial<Record<KnobName, unknown>>,
): Config[Name] {
  const choices: readonly unknown[] = CONFIG_KNOBS[name].choices;
  return (choices.includes(turned[name]) ? turned[name] : CONFIG_KNOBS[name].default) as Config[Name];
}
