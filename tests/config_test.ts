import assert from "node:assert/strict";
import { KNOBS, PRESETS, resolveConfig } from "../lib/config.ts";

Deno.test("resolveConfig() gives the seed document's recipe for preset notebook", () => {
  const { hidden, latent, hiddenActivation, init, outputBias, latentBias, decoderScale, loss, penalize, ...rest } =
    resolveConfig({
      preset: "notebook",
    });
  assert.deepEqual({ hidden, latent, hiddenActivation, loss, penalize }, {
    hidden: [128],
    latent: 32,
    hiddenActivation: "relu",
    loss: "mse",
    penalize: "latent",
  });
  assert.deepEqual({ init, outputBias, latentBias, decoderScale }, {
    init: "pytorch",
    outputBias: "init",
    latentBias: "init",
    decoderScale: "init",
  });
  const { lr, warmupSteps, decay, rho, beta, batch, epochs, adamBeta1, adamBeta2, adamEpsilon } = rest;
  assert.deepEqual([lr, warmupSteps, decay, rho, beta, batch, epochs], [1e-3, 0, "constant", 0.05, 5e-3, 128, 10]);
  assert.deepEqual([adamBeta1, adamBeta2, adamEpsilon], [0.9, 0.999, 1e-8]);
});

Deno.test("resolveConfig() keeps architecture, ρ, β, batch and epochs the same in every preset", () => {
  for (const delta of Object.values(PRESETS)) {
    for (const name of ["hidden", "latent", "rho", "beta", "batch", "epochs", "loss"] as const) {
      assert.ok(!(name in delta));
    }
  }
});

Deno.test("resolveConfig() lets a turned knob win over the preset", () => {
  assert.equal(resolveConfig({ preset: "notebook", lr: 0.5 }).lr, 0.5);
});

Deno.test("resolveConfig() says what is wrong with a knob", () => {
  for (const rho of [0, 1, -0.1, 1.5, NaN, Infinity]) {
    assert.throws(() => resolveConfig({ rho }), /Cannot use rho: .*between 0 and 1/);
  }
  assert.throws(() => resolveConfig({ batch: 0 }), /Cannot use batch: it is 0, expected an integer of at least 1/);
  assert.throws(() => resolveConfig({ hidden: [128, 0] }), /Cannot use hidden/);
  assert.throws(() => resolveConfig({ preset: "best" }), /Cannot use preset: it is "best", expected tuned or notebook/);
  assert.throws(() => resolveConfig({ rhoo: 1 } as never), /rhoo is unknown/);
});

Deno.test("resolveConfig() makes hidden layers sigmoid with penalize all, and refuses ReLU there", () => {
  assert.equal(resolveConfig({ penalize: "all" }).hiddenActivation, "sigmoid");
  assert.equal(resolveConfig().hiddenActivation, "relu");
  assert.throws(() => resolveConfig({ penalize: "all", hiddenActivation: "relu" }), /ReLU unit has no mean/);
});

Deno.test("KNOBS describes every knob", () => {
  for (const { name, knob } of KNOBS) {
    assert.ok(knob, name);
    for (const text of [knob.help, knob.expected, knob.source, knob.takes]) assert.ok(text.length > 0, name);
  }
});
