/**
 * Small models of every awkward kind, with data to train them on; shared by the tests of all engines.
 *
 * @module
 */
import { type Config, resolveConfig } from "../../lib/config.ts";
import type { StepPlan } from "../../lib/engine/engine.ts";
import { withPeakRate } from "../../lib/training/schedule.ts";
import { initialWeight } from "../../lib/training/sparsity_weight.ts";
import { type EngineCase, engineCase } from "./engine_case.ts";

/** A model of layers, its start and its data, bytes of which about a fifth are not 0, as in MNIST. */
export type Case = EngineCase<Uint8Array<ArrayBuffer>>;

/** A case from the knobs that differ from the tuned preset; inputs are not centred unless it says so. */
export function makeCase(dInput: number, turned: Partial<Config>, { count = 160 } = {}): Case {
  const config = withPeakRate(resolveConfig({ lr: 1e-3, center: "none", ...turned }), { totalSteps: 1 });
  const { hidden, latent, batch, loss, penalize, hiddenActivation, center } = config;
  const name = `${dInput}-[${hidden}]-${latent} batch ${batch} ${loss} penalize ${penalize} ${hiddenActivation}` +
    (center === "mean" ? ", centred" : "");
  return engineCase(dInput, { name, config, data: "sparseBytes", count });
}

/** A plan whose penalty has the weight that the configuration starts with. */
export function planned(config: Config, plan: Omit<StepPlan, "weights">): StepPlan {
  return { ...plan, weights: new Float64Array(plan.learningRates.length).fill(initialWeight(config)) };
}

/**
 * Widths 1, odd, prime and off every tile; depths 0 to 3; batch 1, 32, 48; both losses; both penalties. Where β is large
 * the latents start away from ρ: at ρ the penalty's slope is a difference of equal terms, which no float32 resolves.
 */
export const CASES: Case[] = [
  makeCase(1, { hidden: [], latent: 1, batch: 1 }),
  makeCase(16, { hidden: [8], latent: 4, batch: 48 }),
  makeCase(49, { hidden: [], latent: 67, batch: 32 }),
  makeCase(37, { hidden: [13], latent: 5, batch: 48, beta: 0.1, latentBias: "init" }),
  makeCase(37, { hidden: [13], latent: 5, batch: 48, loss: "bce", beta: 0.1, latentBias: "init" }),
  makeCase(31, {
    hidden: [17, 11],
    latent: 7,
    batch: 32,
    penalize: "all",
    beta: 0.02,
    latentBias: "init",
    decoderScale: "init",
  }),
  makeCase(31, {
    hidden: [17, 11],
    latent: 7,
    batch: 32,
    loss: "bce",
    penalize: "all",
    beta: 0.02,
    latentBias: "init",
    decoderScale: "init",
  }),
  makeCase(23, {
    hidden: [19, 1, 9],
    latent: 3,
    batch: 1,
    init: "pytorch",
    outputBias: "init",
    latentBias: "init",
    decoderScale: "init",
  }),
  makeCase(130, { hidden: [], latent: 66, batch: 48 }), // large enough for WebGPU's large tile
];

/** Models whose first layer reads images less their mean: one hidden layer and two, both losses, both penalties. */
export const CENTERED_CASES: Case[] = [
  makeCase(37, { hidden: [13], latent: 5, batch: 50, beta: 0.1, latentBias: "init", center: "mean" }),
  makeCase(31, {
    hidden: [17, 11],
    latent: 7,
    batch: 33,
    loss: "bce",
    penalize: "all",
    beta: 0.02,
    latentBias: "init",
    decoderScale: "init",
    center: "mean",
  }),
];
