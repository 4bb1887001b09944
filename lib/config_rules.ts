/**
 * Which knobs exclude each other, and the error that says so.
 *
 * Does not know defaults: `config.ts` has settled them. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { Config, KnobName } from "./config.ts";
import { VARIANTS } from "./sae/sparsity/variants.ts";

/** A knob that was turned wrongly; the command line turns it into a line for the person. */
export class KnobError extends RangeError {
  override name = "KnobError";
  constructor(readonly knob: KnobName, readonly now: string, readonly expected: string) {
    super(`Cannot use ${knob}: it is ${now}, expected ${expected}`);
  }
}

/** @throws {KnobError} Two knobs exclude each other. */
export function assertCompatible(config: Config): void {
  const { sparsity, hidden, output, latent } = config;
  const isOneLayer = hidden.length === 0;
  if (config.penalize === "all" && config.hiddenActivation === "relu") {
    throw new KnobError("hiddenActivation", "relu", "sigmoid with penalize all (a ReLU unit has no mean in [0, 1])");
  }
  if (config.penalize === "all" && sparsity !== "kl") {
    throw new KnobError(
      "penalize",
      "all",
      `latent with sparsity ${sparsity} (only kl has a penalty for hidden layers)`,
    );
  }
  if (config.loss === "bce" && output !== "sigmoid") {
    throw new KnobError("loss", "bce", "mse with a linear output (cross-entropy needs values in [0, 1])");
  }
  if (config.preBias === "decoder" && (output !== "linear" || !isOneLayer)) {
    throw new KnobError(
      "preBias",
      "decoder",
      "none without a linear output and one layer (the decoder's bias is no input)",
    );
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
  if (config.k > latent && ["topk", "batchtopk", "matryoshka"].includes(sparsity)) {
    throw new KnobError("k", String(config.k), `at most the ${latent} latents`);
  }
  if (config.targetL0 !== null) {
    if (VARIANTS[sparsity].weight === null) {
      throw new KnobError("targetL0", String(config.targetL0), `none with sparsity ${sparsity} (k says it exactly)`);
    }
    if (config[VARIANTS[sparsity].weight] === 0) {
      throw new KnobError(
        VARIANTS[sparsity].weight,
        "0",
        "above 0 with targetL0 (the weight is multiplied until it fits)",
      );
    }
    if (config.targetL0 >= latent) {
      throw new KnobError("targetL0", String(config.targetL0), `less than the ${latent} latents`);
    }
  }
  if (config.resampleSteps !== null && (sparsity === "kl" || !isOneLayer)) {
    throw new KnobError(
      "resampleSteps",
      String(config.resampleSteps),
      "none with kl or hidden layers (no latent is ever 0, or no image points at one)",
    );
  }
}
