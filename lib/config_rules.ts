/**
 * Which knobs exclude each other, and which have no effect beside others.
 *
 * Does not know defaults: `config.ts` has settled them. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config, KnobName } from "./config_knobs.ts";
import { plantedHardKnobs } from "./data/generated/planted_hard_knobs.ts";
import { leavesUnitInterval } from "./data/scaling.ts";
import { inWords, KnobError } from "./knob.ts";
import { baselineOf, takesSteps } from "./sae/baselines.ts";
import { VARIANTS, variantsWith } from "./sae/sparsity/variants.ts";

/** @throws {KnobError} Two knobs exclude each other. */
export function assertCompatible(config: Config): void {
  const { sparsity, hidden, output, latent } = config, variant = VARIANTS[sparsity];
  const isOneLayer = hidden.length === 0;
  if (config.penalize === "all" && config.hiddenActivation === "relu") {
    throw new KnobError("hiddenActivation", "relu", "sigmoid with penalize all (a ReLU unit has no mean in [0, 1])");
  }
  if (config.penalize === "all" && variant.penalizes !== "means") {
    throw new KnobError(
      "penalize",
      "all",
      `latent with sparsity ${sparsity} (only ${withPenaltyOn("means")} has a penalty for hidden layers)`,
    );
  }
  if (config.penalize === "all" && isOneLayer) {
    throw new KnobError("penalize", "all", "latent without hidden layers");
  }
  if (config.loss === "bce" && output !== "sigmoid") {
    throw new KnobError("loss", "bce", "mse with a linear output (cross-entropy needs values in [0, 1])");
  }
  if (output === "sigmoid" && leavesUnitInterval(config)) {
    const why = config.subtract === "none" ? `scale ${config.scale}` : `subtract ${config.subtract}`;
    throw new KnobError("output", "sigmoid", `linear with ${why} (such values are not in [0, 1])`);
  }
  if (config.preBias === "decoder" && (output !== "linear" || !isOneLayer)) {
    throw new KnobError(
      "preBias",
      "decoder",
      "none without a linear output and one layer (it subtracts the decoder's bias from the input)",
    );
  }
  if (config.center === "mean" && isOneLayer) {
    throw new KnobError("center", "mean", "none without hidden layers (preBias decoder is for one layer)");
  }
  if (config.encoderInit === "transpose" && !isOneLayer) {
    throw new KnobError("encoderInit", "transpose", "independent with hidden layers (the shapes differ)");
  }
  if (config.auxAlpha > 0 && (output !== "linear" || !isOneLayer)) {
    throw new KnobError(
      "auxAlpha",
      String(config.auxAlpha),
      "0 without a linear one-layer decoder (AuxK explains its error)",
    );
  }
  if (config.k > latent && variant.selects !== "all") {
    throw new KnobError("k", String(config.k), `at most the ${latent} latents`);
  }
  if (config.snapshots === 1) {
    throw new KnobError("snapshots", "1", "0 or at least 2 (one at the start and one at the end)");
  }
  if (config.targetL0 !== null) assertTarget(config, config.targetL0);
  assertBaseline(config);
  if (config.resampleSteps !== null && (!canBeZero(sparsity) || !isOneLayer)) {
    throw new KnobError(
      "resampleSteps",
      String(config.resampleSteps),
      `off with ${
        isOneLayer
          ? `sparsity ${sparsity} (its latents are never 0)`
          : "hidden layers (one layer has a direction for each latent)"
      }`,
    );
  }
}

/** What a baseline leaves alone, nothing else may change. */
function assertBaseline(config: Config): void {
  const { baseline: name, hidden, decoderNorm, output, sparsity, resampleSteps } = config,
    baseline = baselineOf(config);
  if (!baseline) return;
  if (baseline.leastCosine !== null && (hidden.length > 0 || decoderNorm !== "unit")) {
    const why = "the bound is on the directions of latents, which one layer of length 1 has";
    throw new KnobError("baseline", name, `none without one layer and decoderNorm unit (${why})`);
  }
  if (baseline.fitsComponents && (hidden.length > 0 || output !== "linear" || VARIANTS[sparsity].selects !== "row")) {
    const methods = inWords(
      Object.entries(VARIANTS).filter(([, { selects }]) => selects === "row").map(([name]) => name),
      "or",
    );
    throw new KnobError("baseline", name, `none without one layer, a linear output and sparsity ${methods}`);
  }
  if (resampleSteps !== null) {
    const why = "it starts latents again at the data, which a baseline is to be compared with";
    throw new KnobError("resampleSteps", String(resampleSteps), `off with baseline ${name} (${why})`);
  }
}

function assertTarget(config: Config, targetL0: number): void {
  const { sparsity, latent } = config, { weight, penalizes } = VARIANTS[sparsity];
  if (weight === null) {
    throw new KnobError("targetL0", String(targetL0), `off with sparsity ${sparsity} (k sets the number exactly)`);
  }
  if (penalizes === "means") {
    throw new KnobError(
      "targetL0",
      String(targetL0),
      `off with sparsity ${sparsity} (the number of active latents does not follow ${weight}; it follows rho)`,
    );
  }
  if (config[weight] === 0) {
    throw new KnobError(weight, "0", "above 0 with targetL0 (the weight is multiplied until the target is met)");
  }
  if (targetL0 >= latent) throw new KnobError("targetL0", String(targetL0), `less than the ${latent} latents`);
}

/** A condition for some knobs to have an effect. */
interface Condition {
  knobs: readonly KnobName[];
  isMet(config: Config): boolean;
  /** What does not meet it, and why, after "expected it left out". */
  why(config: Config): string;
}

const CONDITIONS: Condition[] = [
  {
    knobs: ["dictionaryWidth", "dictionaryFeatures", "dictionaryActive", "dictionaryCorrelation", "dictionaryNoise"],
    isMet: ({ dataset }) => dataset === "dictionary",
    why: ({ dataset }) => `with dataset ${dataset} (it belongs to dictionary)`,
  },
  {
    knobs: Object.keys(plantedHardKnobs) as KnobName[],
    isMet: ({ dataset }) => dataset === "planted-hard",
    why: ({ dataset }) => `with dataset ${dataset} (it belongs to planted-hard)`,
  },
  {
    knobs: ["dataSeed"],
    // auto may find no MNIST, and then generates digits
    isMet: ({ dataset }) => ["auto", "digits", "dictionary", "planted-hard"].includes(dataset),
    why: ({ dataset }) => `with dataset ${dataset} (it belongs to generated data: digits, dictionary and planted-hard)`,
  },
  {
    knobs: ["scale", "subtract", "bufferMb"],
    isMet: ({ dataset }) => dataset === "images" || dataset === "vectors",
    why: () => "without --data",
  },
  {
    knobs: [
      ...["epochs", "lr", "warmupSteps", "decay", "adamBeta1", "adamBeta2", "adamEpsilon"] as const,
      ...[
        "init",
        "encoderInit",
        "outputBias",
        "latentBias",
        "decoderScale",
        "auxAlpha",
        "auxK",
        "deadSteps",
        "snapshots",
      ] as const,
    ],
    isMet: takesSteps,
    why: ({ baseline }) => `with baseline ${baseline} (it is fitted, and takes no steps)`,
  },
  {
    knobs: ["hiddenActivation"],
    isMet: ({ hidden }) => hidden.length > 0,
    why: () => "without hidden layers",
  },
  {
    knobs: ["sparsityWarmupSteps"],
    isMet: ({ sparsity }) => VARIANTS[sparsity].weight !== null,
    why: ({ sparsity }) => `with sparsity ${sparsity} (it has no penalty)`,
  },
  {
    knobs: ["deadSteps"],
    isMet: ({ sparsity }) => canBeZero(sparsity),
    why: ({ sparsity }) => `with sparsity ${sparsity} (its latents are never 0)`,
  },
  {
    knobs: ["auxK"],
    isMet: ({ auxAlpha }) => auxAlpha > 0,
    why: () => "with auxAlpha 0 (AuxK is off)",
  },
  {
    knobs: ["decoderScale"],
    isMet: ({ decoderScale, decoderNorm, penalize }) =>
      decoderScale === "init" || decoderNorm === "free" || penalize === "all",
    why: () => "with decoderNorm unit (it sets the length of the same weights)",
  },
  {
    knobs: ["threads"],
    isMet: ({ engine, backend }) => engine !== "reference" && (backend === "auto" || backend === "wasm"),
    why: ({ engine, backend }) =>
      `with ${engine === "reference" ? "engine reference" : `backend ${backend}`} (it belongs to the CPU engine)`,
  },
];

/** Whether a knob's value makes a difference in a configuration. */
export function hasEffect(knob: KnobName, config: Config): boolean {
  return whyWithoutEffect(knob, config) === null;
}

/** What keeps a knob without effect in a configuration, in words that follow "left out"; null if it has one. */
export function whyWithoutEffect(knob: KnobName, config: Config): string | null {
  const { sparsity } = config, owners = variantsWith(knob);
  if (!owners.includes(sparsity) && !(knob === "rho" && startsFromRho(config))) {
    return `with sparsity ${sparsity} (it belongs to ${inWords(owners, "and")})`;
  }
  const unmet = CONDITIONS.find(({ knobs, isMet }) => knobs.includes(knob) && !isMet(config));
  return unmet?.why(config) ?? null;
}

/** Whether the initial numbers are made from ρ. */
function startsFromRho({ latentBias, decoderScale }: Config): boolean {
  return latentBias === "rho" || decoderScale === "rho";
}

/** Whether a latent of the variant can be 0; a sigmoid is always above. */
function canBeZero(sparsity: Config["sparsity"]): boolean {
  return VARIANTS[sparsity].activates !== "sigmoid";
}

/** The names of the variants with a penalty of some kind. */
function withPenaltyOn(kind: "means"): string {
  const names = Object.entries(VARIANTS).filter(([, { penalizes }]) => penalizes === kind).map(([name]) => name);
  return inWords(names, "and");
}
