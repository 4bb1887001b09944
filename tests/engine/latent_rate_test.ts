/**
 * Learning rates of a variant's own parameters: the reference engine's step by hand, and what JumpReLU needs them for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, resolveConfig } from "../../lib/config.ts";
import { initialState, stepDefinition } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { Rng } from "../../lib/rng.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { initialBuffers } from "../../lib/sae/model.ts";
import { learningRate, withPeakRate } from "../../lib/training/schedule.ts";
import { weightOfStep } from "../../lib/training/sparsity_weight.ts";
import { smallDigits } from "../data/generated/small_digits.ts";
import { needs } from "../needs.ts";

const SMALL_DIGITS = smallDigits(300);

Deno.test("JumpReLU's θ moves by thetaRate times the learning rate, and nothing else does", async () => {
  // One latent that reads and writes one input with weight 1: z = x, θ = 0.5, ε = 1.
  const config = resolveConfig({
    sparsity: "jumprelu",
    latent: 1,
    bandwidth: 1,
    thetaInit: 0.5,
    thetaRate: 4,
    preBias: "none",
    decoderNorm: "free",
  });
  const definition = stepDefinition(config, 1);
  const params = {
    "encoder.0.weight": Float32Array.of(1),
    "encoder.0.bias": Float32Array.of(0),
    "decoder.0.weight": Float32Array.of(1),
    "decoder.0.bias": Float32Array.of(0),
    "latents.theta": Float32Array.of(0.5),
  };
  const engine = await ReferenceEngine.start(definition, "cpu");
  await engine.load({
    state: initialState({ params, buffers: initialBuffers(definition.arch) }),
    pixels: Float32Array.of(0.75),
    batch: 1,
  });
  await engine.train({
    indices: Uint32Array.of(0),
    batch: 1,
    learningRates: Float64Array.of(0.01),
    weights: Float64Array.of(2),
  });
  const { params: after, m } = await engine.state();
  await engine.dispose();
  // f = x = 0.75 is copied without an error, so only the penalty has a gradient: ∂(2·1[z > θ])/∂θ = −2/ε = −2.
  const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}`);
  near(m["latents.theta"][0], 0.1 * -2);
  near(after["latents.theta"][0], 0.5 + 4 * 0.01); // Adam's first step is the rate times the gradient's sign
  for (const name of Object.keys(params).filter((name) => name !== "latents.theta")) {
    assert.equal(after[name][0], params[name as keyof typeof params][0], name);
  }
});

Deno.test("JumpReLU's L0 falls strictly as λ rises, to a tenth or less", needs("permissions"), async () => {
  const levels: number[] = [];
  for (const lambda of [0.001, 0.01, 0.1, 1, 10]) levels.push(await activeAfter({ lambda }));
  levels.slice(1).forEach((l0, i) => assert.ok(l0 < levels[i], `${levels}`));
  assert.ok(levels.at(-1)! <= 0.1 * levels[0], `${levels}`);
});

/** Mean active latents of 24 JumpReLU latents on digits cut to 14×14, after 80 steps. */
async function activeAfter(turned: Partial<Config>): Promise<number> {
  const { train: pixels, dInput } = SMALL_DIGITS;
  const totalSteps = 80;
  const config = withPeakRate(resolveConfig({ sparsity: "jumprelu", latent: 24, batch: 64, ...turned }), {
    totalSteps,
  });
  const definition = stepDefinition(config, dInput), { arch } = definition;
  const count = pixels.length / dInput;
  const rng = Rng.fromSeed(0, "order");
  const steps = Array.from({ length: totalSteps }, (_, step) => step);
  const engine = await ReferenceEngine.start(definition, "wasm");
  await engine.load({ state: initialState(initialModel(config, { arch, pixels })), pixels, batch: config.batch });
  await engine.train({
    indices: Uint32Array.from({ length: totalSteps * config.batch }, () => rng.below(count)),
    batch: config.batch,
    learningRates: Float64Array.from(steps, (step) => learningRate(step, { config, totalSteps })),
    weights: Float64Array.from(steps, (step) => weightOfStep(config.lambda, step, { config, totalSteps })),
  });
  const { hidden: [acts] } = await engine.forward(pixels);
  await engine.dispose();
  return acts.reduce((sum, value) => sum + Number(value > 0), 0) / count;
}
