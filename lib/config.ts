/**
 * Every knob of an experiment, once: its type, range, default, and where the number comes from. Presets are deltas.
 *
 * Does not know files, devices or flags; the command line and the report are generated from what stands here.
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { z } from "zod";

/** What a person must know to turn a knob. The flag is the key in kebab-case: `warmupSteps` → `--warmup-steps`. */
export interface Knob {
  /** The part of the experiment it belongs to; the heading in `--help`. */
  group: "Data" | "Model" | "Loss" | "Optimiser" | "Device";
  /** Placeholder of its value in `--help`. */
  takes: string;
  /** One sentence. */
  help: string;
  /** Which values are accepted, as an error message says it: "expected …". */
  expected: string;
  /** Where the default comes from. */
  source: string;
}

const knobs = z.registry<Knob>();
const positiveInteger = "an integer of at least 1";
const unitInterval = "a number between 0 and 1, both excluded";

/** The full configuration of one run. Stored whole in `run.json` and in every checkpoint. */
export const Config = z.strictObject({
  preset: z.enum(["tuned", "notebook"]).default("tuned").register(knobs, {
    group: "Model",
    takes: "tuned|notebook",
    help: "A recipe: `tuned` trains better at the same cost, `notebook` is the seed document's to the letter.",
    expected: "tuned or notebook",
    source: "ours; see `PRESETS`",
  }),
  dataset: z.enum(["auto", "mnist", "digits"]).default("auto").register(knobs, {
    group: "Data",
    takes: "auto|mnist|digits",
    help: "`auto` takes MNIST when it is on disk or can be downloaded, else the built-in synthetic digits.",
    expected: "auto, mnist or digits",
    source: "the seed document trains on MNIST",
  }),
  limit: z.int().min(1).nullable().default(null).register(knobs, {
    group: "Data",
    takes: "N",
    help: "Train on the first N images only.",
    expected: positiveInteger,
    source: "off: all images",
  }),
  dataSeed: z.int().min(0).default(0).register(knobs, {
    group: "Data",
    takes: "N",
    help: "Seed of the synthetic digits; apart from --seed, so that runs can differ on the same data.",
    expected: "an integer of at least 0",
    source: "arbitrary",
  }),
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
    expected: positiveInteger,
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
  outputBias: z.enum(["data", "init"]).default("data").register(knobs, {
    group: "Model",
    takes: "data|init",
    help: "Initial output bias: `data` is the logit of each pixel's training mean, `init` leaves it to --init.",
    expected: "data or init",
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
  rho: z.number().gt(0).lt(1).default(0.05).register(knobs, {
    group: "Loss",
    takes: "ρ",
    help: "Target sparsity ρ: the wanted mean activation of a unit.",
    expected: unitInterval,
    source: "the seed document",
  }),
  beta: z.number().min(0).default(5e-3).register(knobs, {
    group: "Loss",
    takes: "β",
    help: "Weight β of the sparsity penalty.",
    expected: "a number of at least 0",
    source: "the seed's code",
  }),
  epochs: z.int().min(1).default(10).register(knobs, {
    group: "Optimiser",
    takes: "N",
    help: "Passes over the training images.",
    expected: positiveInteger,
    source: "the seed document",
  }),
  batch: z.int().min(1).default(128).register(knobs, {
    group: "Optimiser",
    takes: "N",
    help: "Images per step; the last, shorter batch of an epoch is kept.",
    expected: positiveInteger,
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
    expected: positiveInteger,
    source: "one a core, fewer where another process keeps a core busy",
  }),
});

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

/** A knob that was turned wrongly; the command line turns it into a line for the person. */
export class KnobError extends RangeError {
  override name = "KnobError";
  constructor(readonly knob: KnobName, readonly now: string, readonly expected: string) {
    super(`Cannot use ${knob}: it is ${now}, expected ${expected}`);
  }
}

/**
 * The full configuration: defaults, then the preset, then what the caller turned.
 *
 * @param turned The knobs that were turned, by name; `preset` among them. Unknown names are refused.
 * @throws {KnobError} A value is out of range, or two knobs exclude each other.
 *
 * @example
 * ```ts
 * import { resolveConfig } from "./config.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(resolveConfig({ preset: "notebook" }).lr, 1e-3);
 * assert.equal(resolveConfig({ penalize: "all" }).hiddenActivation, "sigmoid");
 * ```
 */
export function resolveConfig(turned: Partial<Record<KnobName, unknown>> = {}): Config {
  const preset = Config.shape.preset.safeParse(turned.preset);
  const delta = preset.success ? PRESETS[preset.data] : {};
  // A ReLU unit has no mean in [0, 1] for ρ to be compared with.
  const needed: Partial<Config> = turned.penalize === "all" ? { hiddenActivation: "sigmoid" } : {};
  const parsed = Config.safeParse({ ...delta, ...needed, ...turned });
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
  const config = parsed.data;
  if (config.penalize === "all" && config.hiddenActivation === "relu") {
    throw new KnobError("hiddenActivation", "relu", "sigmoid with penalize all (a ReLU unit has no mean in [0, 1])");
  }
  return config;
}
