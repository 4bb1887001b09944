/**
 * Default values of all knobs: presets, and what a variant or a data set changes.
 *
 * Checks nothing; `config.ts` does. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { type Config, CONFIG_KNOBS, KNOB_NAMES, type KnobName } from "./config_knobs.ts";
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
};

interface DatasetDefaults {
  all: Partial<Config>;
  variants: Partial<Record<Config["sparsity"], Partial<Config>>>;
}

/** The choices that other defaults depend on. */
type Choices = Pick<Config, "preset" | "sparsity" | "dataset" | "penalize">;

/** Where defaults come from; a later source overrides an earlier one. */
const SOURCES: ((choices: Choices) => Partial<Config> | undefined)[] = [
  () => Object.fromEntries(KNOB_NAMES.map((name) => [name, CONFIG_KNOBS[name].default])) as unknown as Config,
  ({ sparsity }) => VARIANTS[sparsity].defaults,
  ({ dataset }) => DATASET_DEFAULTS[dataset]?.all,
  ({ dataset, sparsity }) => DATASET_DEFAULTS[dataset]?.variants[sparsity],
  ({ preset }) => PRESETS[preset],
  // A ReLU unit has no mean in [0, 1] for ρ to be compared with.
  ({ penalize }) => penalize === "all" ? { hiddenActivation: "sigmoid" } : undefined,
];

/**
 * A value for every knob that was not set, as the variant, the data set and the preset have it.
 *
 * @param turned Knobs by name; values that a knob does not accept count as not set.
 */
export function defaultsFor(turned: Partial<Record<KnobName, unknown>>): Config {
  const choices = {
    preset: choice("preset", turned),
    sparsity: choice("sparsity", turned),
    dataset: choice("dataset", turned),
    penalize: choice("penalize", turned),
  };
  const defaults: Config = Object.assign({}, ...SOURCES.map((source) => source(choices)));
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

function choice<Name extends keyof Choices>(name: Name, turned: Partial<Record<KnobName, unknown>>): Config[Name] {
  const choices: readonly unknown[] = CONFIG_KNOBS[name].choices;
  return (choices.includes(turned[name]) ? turned[name] : CONFIG_KNOBS[name].default) as Config[Name];
}
