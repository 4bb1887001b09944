/**
 * Every knob of an experiment, once: its type, range, default, and where the number comes from. Presets are deltas.
 *
 * Does not know files, devices or flags; the command line and the report are generated from what stands here.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";
import { assertCompatible, KnobError } from "./config_rules.ts";
import { dictionaryKnobs } from "./data/dictionary_knobs.ts";
import { type Knob, knobs, POSITIVE, POSITIVE_INTEGER } from "./knob.ts";
import { VARIANT_KNOBS, VARIANT_NAMES, VARIANTS } from "./sae/sparsity/variants.ts";

/** The full configuration of one run. Stored whole in `run.json` and in every checkpoint. */
export const Config = z.strictObject({
  preset: z.enum(["tuned", "notebook"]).default("tuned").register(knobs, {
    group: "Model",
    takes: "tuned|notebook",
    help: "A recipe: `tuned` trains better at the same cost, `notebook` is the seed document's to the letter.",
    expected: "tuned or notebook",
    source: "ours; see `PRESETS`",
  }),
  dataset: z.enum(["auto", "mnist", "digits", "dictionary"]).default("auto").register(knobs, {
    group: "Data",
    takes: "auto|mnist|digits|dictionary",
    help:
      "`auto` takes MNIST when it is on disk or can be downloaded, else the built-in digits; `dictionary` is made of known features.",
    expected: "auto, mnist, digits or dictionary",
    source: "the seed document trains on MNIST",
  }),
  limit: z.int().min(1).nullable().default(null).register(knobs, {
    group: "Data",
    takes: "N",
    help: "Train on the first N images only.",
    expected: POSITIVE_INTEGER,
    source: "off: all images",
  }),
  dataSeed: z.int().min(0).default(0).register(knobs, {
    group: "Data",
    takes: "N",
    help: "Seed of generated data; apart from --seed, so that runs can differ on the same data.",
    expected: "an integer of at least 0",
    source: "arbitrary",
  }),
  ...dictionaryKnobs,
  hidden: z.array(z.int().min(1)).default([128]).register(knobs, {
    group: "Model",
    takes: "N,N,…",
    help: 'Widths of the encoder\'s hidden layers, mirrored in the decoder; "" for none (one-layer dictionary).',
    expected: 'integers of at least 1 separated by commas, or ""',
    source: "the seed document: 784 → 128 → 32 → 128 → 784",
  }),
  latent: z.int().min(1).default(32).register(knobs, {
    group: "Model",
    takes: "N",
    help: "Number of latents.",
    expected: POSITIVE_INTEGER,
    source: "the seed document",
  }),
  hiddenActivation: z.enum(["relu", "sigmoid"]).default("relu").register(knobs, {
    group: "Model",
    takes: "relu|sigmoid",
    help: "Activation of the hidden layers; `--penalize all` needs `sigmoid` and sets it.",
    expected: "relu or sigmoid",
    source: "the seed document: relu",
  }),
  init: z.enum(["glorot", "pytorch"]).default("glorot").register(knobs, {
    group: "Model",
    takes: "glorot|pytorch",
    help: "Initial weights: `glorot` U(±√(6/(in+out))), biases 0; `pytorch` U(±1/√in) for weights and biases.",
    expected: "glorot or pytorch",
    source: "Glorot and Bengio 2010; torch.nn.Linear.reset_parameters",
  }),
  output: z.enum(["sigmoid", "linear"]).default("sigmoid").register(knobs, {
    group: "Model",
    takes: "sigmoid|linear",
    help: "Activation of the output: `sigmoid` for values in [0, 1], `linear` for any; `--loss bce` needs sigmoid.",
    expected: "sigmoid or linear",
    source: "the seed document: sigmoid",
  }),
  preBias: z.enum(["none", "decoder"]).default("none").register(knobs, {
    group: "Model",
    takes: "none|decoder",
    help: "What is taken from the input before encoding: nothing, or the decoder's bias (needs a linear output).",
    expected: "none or decoder",
    source: "the seed document: none",
  }),
  center: z.enum(["none", "mean"]).default("none").register(knobs, {
    group: "Model",
    takes: "none|mean",
    help: "What the first layer's input is centred on: nothing, or the mean training input (needs hidden layers).",
    expected: "none or mean",
    source: "the seed document: none",
  }),
  decoderNorm: z.enum(["free", "unit"]).default("free").register(knobs, {
    group: "Model",
    takes: "free|unit",
    help: "`unit` keeps the weights with which each latent writes at length 1, the gradient along them removed.",
    expected: "free or unit",
    source: "the seed document: free",
  }),
  encoderInit: z.enum(["independent", "transpose"]).default("independent").register(knobs, {
    group: "Model",
    takes: "independent|transpose",
    help: "Initial weights of the latent layer: drawn like the others, or the transpose of the decoder's.",
    expected: "independent or transpose",
    source: "the seed document: independent",
  }),
  outputBias: z.enum(["data", "median", "init"]).default("data").register(knobs, {
    group: "Model",
    takes: "data|median|init",
    help:
      "Initial output bias: the training mean or geometric median (its logit with a sigmoid output), or what --init says.",
    expected: "data, median or init",
    source: "ours: the decoder starts at the mean image instead of having to learn it",
  }),
  latentBias: z.enum(["rho", "init"]).default("rho").register(knobs, {
    group: "Model",
    takes: "rho|init",
    help:
      "Initial latent bias: `rho` is logit(ρ), so that latents start near their target; `init` leaves it to --init.",
    expected: "rho or init",
    source: "ours: the penalty starts near 0 instead of near its maximum",
  }),
  decoderScale: z.enum(["rho", "init"]).default("rho").register(knobs, {
    group: "Model",
    takes: "rho|init",
    help: "Initial weights that read the latents: `rho` divides them by ρ, `init` leaves them to --init.",
    expected: "rho or init",
    source: "ours: --init assumes inputs of size 1, and latents are of size ρ; test MSE 0.0099 → 0.0082",
  }),
  loss: z.enum(["mse", "bce"]).default("mse").register(knobs, {
    group: "Loss",
    takes: "mse|bce",
    help: "Reconstruction loss, the mean over batch and pixels; `bce` is computed from logits.",
    expected: "mse or bce",
    source: "the seed's code: mse; its theory: bce",
  }),
  penalize: z.enum(["latent", "all"]).default("latent").register(knobs, {
    group: "Loss",
    takes: "latent|all",
    help: "Which layers carry the sparsity penalty: the latents, or every hidden layer (the seed's double sum).",
    expected: "latent or all",
    source: "the seed document: latent",
  }),
  sparsity: z.enum(VARIANT_NAMES).default("kl").register(knobs, {
    group: "Sparsity",
    takes: VARIANT_NAMES.join("|"),
    help: "What makes the latents sparse; all but `kl` bring the one-layer dictionary's defaults.",
    expected: `one of ${VARIANT_NAMES.join(", ")}`,
    source: "the seed document: kl",
  }),
  ...VARIANT_KNOBS,
  targetL0: z.number().gt(0).nullable().default(null).register(knobs, {
    group: "Sparsity",
    takes: "N",
    help: "Move the penalty's weight until so many latents are active on average; kl, l1, jumprelu, gated.",
    expected: POSITIVE,
    source: "off: the weight is given",
  }),
  sparsityWarmupSteps: z.int().min(0).default(0).register(knobs, {
    group: "Sparsity",
    takes: "N",
    help: "Steps over which the penalty's weight rises linearly from 0; at most a quarter of all steps.",
    expected: "an integer of at least 0",
    source: "the seed document: none",
  }),
  deadSteps: z.int().min(1).default(30).register(knobs, {
    group: "Sparsity",
    takes: "N",
    help: "A latent that has not fired for so many steps is dead, for AuxK and resampling; 8 with AuxK's variants.",
    expected: POSITIVE_INTEGER,
    source: "ours: 3,840 images; AuxK should ask sooner, resampling not",
  }),
  resampleSteps: z.int().min(1).nullable().default(null).register(knobs, {
    group: "Sparsity",
    takes: "N",
    help:
      "Every N steps up to half of the run, point dead latents at images that are badly reconstructed; not with kl.",
    expected: POSITIVE_INTEGER,
    source: "off",
  }),
  epochs: z.int().min(1).default(10).register(knobs, {
    group: "Optimiser",
    takes: "N",
    help: "Passes over the training images.",
    expected: POSITIVE_INTEGER,
    source: "the seed document",
  }),
  batch: z.int().min(1).default(128).register(knobs, {
    group: "Optimiser",
    takes: "N",
    help: "Images per step; the last, shorter batch of an epoch is kept.",
    expected: POSITIVE_INTEGER,
    source: "the seed document",
  }),
  lr: z.number().gt(0).default(1e-2).register(knobs, {
    group: "Optimiser",
    takes: "RATE",
    help: "Peak learning rate of Adam.",
    expected: "a number above 0",
    source: "ours: largest that trains stably with warm-up",
  }),
  warmupSteps: z.int().min(0).default(200).register(knobs, {
    group: "Optimiser",
    takes: "N",
    help: "Steps over which the learning rate rises linearly to its peak; at most a quarter of all steps.",
    expected: "an integer of at least 0",
    source: "ours",
  }),
  decay: z.enum(["linear", "cosine", "constant"]).default("linear").register(knobs, {
    group: "Optimiser",
    takes: "linear|cosine|constant",
    help: "Learning rate after warm-up: falling to 0 along a line or half a cosine, or constant.",
    expected: "linear, cosine or constant",
    source: "ours: linear beat cosine by 2 % of test MSE",
  }),
  adamBeta1: z.number().min(0).lt(1).default(0.9).register(knobs, {
    group: "Optimiser",
    takes: "β₁",
    help: "Adam's decay of the gradient's mean.",
    expected: "a number of at least 0 and below 1",
    source: "torch.optim.Adam",
  }),
  adamBeta2: z.number().min(0).lt(1).default(0.999).register(knobs, {
    group: "Optimiser",
    takes: "β₂",
    help: "Adam's decay of the gradient's mean square.",
    expected: "a number of at least 0 and below 1",
    source: "torch.optim.Adam",
  }),
  adamEpsilon: z.number().gt(0).default(1e-8).register(knobs, {
    group: "Optimiser",
    takes: "ε",
    help: "Added to the root of Adam's mean square.",
    expected: "a number above 0",
    source: "torch.optim.Adam",
  }),
  seed: z.int().min(0).default(0).register(knobs, {
    group: "Optimiser",
    takes: "N",
    help: "Seed of the initial weights and of the shuffle.",
    expected: "an integer of at least 0",
    source: "arbitrary",
  }),
  backend: z.enum(["auto", "webgpu", "wasm", "cpu"]).default("auto").register(knobs, {
    group: "Device",
    takes: "auto|webgpu|wasm|cpu",
    help: "`auto` takes WebGPU on a hardware adapter, else WebAssembly; `cpu` is tfjs's plain JavaScript.",
    expected: "auto, webgpu, wasm or cpu",
    source: "measured: a software WebGPU adapter is slower than WebAssembly",
  }),
  engine: z.enum(["auto", "fused", "reference"]).default("auto").register(knobs, {
    group: "Device",
    takes: "auto|fused|reference",
    help: "`fused` is our own engine for the backend, `reference` is tfjs; `auto` is `fused` wherever there is one.",
    expected: "auto, fused or reference",
    source: "measured: deno task bench",
  }),
  threads: z.int().min(1).nullable().default(null).register(knobs, {
    group: "Device",
    takes: "N",
    help: "Threads of the CPU engine, settled once at the start; any number gives the same bits.",
    expected: POSITIVE_INTEGER,
    source: "one a core, fewer where another process keeps a core busy",
  }),
});

export { KnobError };

/** See {@linkcode Config}. */
export type Config = z.infer<typeof Config>;
/** The name of a knob. */
export type KnobName = keyof Config;

/** Every knob in the order of the schema, with its schema and its description. */
export const KNOBS: { name: KnobName; schema: z.ZodType; knob: Knob }[] = Object.entries(Config.shape)
  .map(([name, schema]) => ({ name: name as KnobName, schema, knob: knobs.get(schema)! }));

/** What each preset changes from the defaults above. `tuned` is the defaults. */
export const PRESETS: Record<Config["preset"], Partial<Config>> = {
  tuned: {},
  notebook: {
    init: "pytorch",
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
      // Thresholds outrun latents that come late; renewed often enough, all find their feature.
      // At this learning rate and over so many steps they need no faster rate of their own: MCC 0.985 with 1, 0.81 with 10.
      jumprelu: { lambda: 0.045, resampleSteps: 100, thetaRate: 1 },
    },
  },
};

interface DatasetDefaults {
  all: Partial<Config>;
  variants: Partial<Record<Config["sparsity"], Partial<Config>>>;
}

/**
 * The full configuration: defaults, then what the variant, the data set and the preset change, then what the caller turned.
 *
 * @param turned The knobs that were turned, by name. Unknown names are refused.
 * @throws {KnobError} A value is out of range, or two knobs exclude each other.
 *
 * @example
 * ```ts
 * import { resolveConfig } from "./config.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(resolveConfig({ preset: "notebook" }).lr, 1e-3);
 * assert.equal(resolveConfig({ penalize: "all" }).hiddenActivation, "sigmoid");
 * assert.equal(resolveConfig({ sparsity: "topk" }).output, "linear");
 * ```
 */
export function resolveConfig(turned: Partial<Record<KnobName, unknown>> = {}): Config {
  const parsed = Config.safeParse({ ...defaultsFor(turned), ...turned });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    if (issue.code === "unrecognized_keys") {
      throw new TypeError(
        `Cannot read configuration: ${issue.keys[0]} is unknown, expected one of ${
          KNOBS.map((k) => k.name).join(", ")
        }`,
      );
    }
    const name = issue.path[0] as KnobName;
    throw new KnobError(name, JSON.stringify(turned[name]), KNOBS.find((k) => k.name === name)!.knob.expected);
  }
  assertCompatible(parsed.data);
  return parsed.data;
}

/** What differs from the schema's defaults before the caller's own knobs. */
function defaultsFor(turned: Partial<Record<KnobName, unknown>>): Partial<Record<KnobName, unknown>> {
  const choice = <Name extends "preset" | "sparsity" | "dataset">(name: Name): Config[Name] => {
    const parsed = Config.shape[name].safeParse(turned[name]);
    return (parsed.success ? parsed.data : Config.shape[name].parse(undefined)) as Config[Name];
  };
  const sparsity = choice("sparsity");
  const ofDataset = DATASET_DEFAULTS[choice("dataset")];
  const merged = {
    ...VARIANTS[sparsity].defaults,
    ...ofDataset?.all,
    ...ofDataset?.variants[sparsity],
    ...PRESETS[choice("preset")],
    // A ReLU unit has no mean in [0, 1] for ρ to be compared with.
    ...(turned.penalize === "all" ? { hiddenActivation: "sigmoid" } : {}),
  };
  const shape: Partial<Record<KnobName, unknown>> = { ...merged, ...turned };
  const isDictionary = Array.isArray(shape.hidden) && shape.hidden.length === 0;
  // What needs a one-layer, linear decoder goes with it, unless it was asked for.
  if (!isDictionary) Object.assign(merged, { preBias: "none", encoderInit: "independent", auxAlpha: 0 });
  if ((shape.output ?? "sigmoid") !== "linear") Object.assign(merged, { preBias: "none", auxAlpha: 0 });
  return merged;
}
