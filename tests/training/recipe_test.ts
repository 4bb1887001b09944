/**
 * What the tuned recipe promises, on digits small enough to train on in a second or two.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, resolveConfig } from "../../lib/config.ts";
import { initialState, stepDefinition } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { Rng } from "../../lib/rng.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { learningRate, withPeakRate } from "../../lib/training/schedule.ts";
import { weightOfStep } from "../../lib/training/sparsity_weight.ts";
import { smallDigits } from "../data/generated/small_digits.ts";
import { needs } from "../needs.ts";

const { train, test, dInput } = smallDigits(400);
const inverted = (pixels: Uint8Array) => pixels.map((byte) => 255 - byte) as Uint8Array<ArrayBuffer>;
const SMALL: Partial<Config> = { hidden: [32], latent: 12, batch: 32 };

async function started(turned: Partial<Config>, pixels: Uint8Array<ArrayBuffer>) {
  const config = withPeakRate(resolveConfig({ ...SMALL, ...turned }), { totalSteps: 1 });
  const definition = stepDefinition(config, dInput);
  const engine = await ReferenceEngine.start(definition, "wasm");
  const state = initialState(initialModel(config, { arch: definition.arch, pixels }));
  await engine.load({ state, pixels, batch: 128 }); // the largest that the tests ask for
  return { config, engine };
}

Deno.test(
  "penalized hidden layers start near ρ: the penalty begins small, and not with the notebook's start",
  needs("permissions"),
  async () => {
    const penaltyAtStart = async (turned: Partial<Config>) => {
      const { engine } = await started({ penalize: "all", hidden: [64], latent: 32, ...turned }, train);
      const { penalty } = await engine.losses(train, { batch: 128 });
      await engine.dispose();
      return Math.max(...penalty);
    };
    const tuned = await penaltyAtStart({}), plain = await penaltyAtStart({ latentBias: "init", decoderScale: "init" });
    // 160 units near ½ have 160 · D_KL(0.05 ‖ 0.5) = 160 · 0.495 = 79 nats.
    assert.ok(plain > 60, `${plain}`);
    assert.ok(tuned < 10, `${tuned}`);
  },
);

Deno.test("centred inputs make light backgrounds as easy as dark ones", needs("permissions"), async () => {
  const mseOf = async (turned: Partial<Config>, [images, held]: Uint8Array<ArrayBuffer>[]) => {
    const { config, engine } = await started(turned, images);
    const totalSteps = 150, rng = Rng.fromSeed(0, "order");
    const steps = Array.from({ length: totalSteps }, (_, step) => step);
    await engine.train({
      indices: Uint32Array.from({ length: totalSteps * config.batch }, () => rng.below(400)),
      batch: config.batch,
      learningRates: Float64Array.from(steps, (step) => learningRate(step, { config, totalSteps })),
      weights: Float64Array.from(steps, (step) => weightOfStep(config.beta, step, { config, totalSteps })),
    });
    const { recon } = await engine.forward(held);
    await engine.dispose();
    return recon.reduce((sum, value, i) => sum + (value - held[i] / 255) ** 2, 0) / recon.length;
  };
  const dark = [train, test], light = dark.map(inverted);
  const centred = [await mseOf({}, dark), await mseOf({}, light)];
  const plain = [await mseOf({ center: "none" }, dark), await mseOf({ center: "none" }, light)];
  assert.ok(Math.abs(centred[1] / centred[0] - 1) < 0.05, `${centred}`);
  assert.ok(plain[1] / plain[0] > 1.1, `${plain}`);
});
