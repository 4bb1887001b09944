import assert from "node:assert/strict";
import type { Engine, TrainingState } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { resampleDead, resampleState } from "../../lib/training/resample.ts";
import { pixelValues } from "../../lib/pixels.ts";
import { makeVariantCase, type VariantCase } from "../engine/variant_cases.ts";

const LINEAR = { output: "linear", preBias: "decoder", decoderNorm: "unit" } as const;

/** A state whose moments are nowhere 0. */
function withMoments(state: TrainingState): TrainingState {
  const copy = structuredClone(state);
  for (const part of [copy.m, copy.v]) for (const values of Object.values(part)) values.fill(0.5);
  return copy;
}

Deno.test("resampleState() points a dead latent at its image and forgets its moments, and touches no other", () => {
  for (const sparsity of ["l1", "jumprelu"] as const) {
    const { definition: { arch }, state: start } = makeVariantCase(2, {
      ...LINEAR,
      sparsity,
      latent: 3,
      thetaInit: 0.25,
    });
    const state = withMoments(start);
    state.params["encoder.0.weight"].set([3, 4, 9, 9, 0, 1]); // lengths 5, and 1 of those alive
    state.params["decoder.0.weight"].set([1, 9, 0, 0, 9, 1]); // columns are latents
    state.params["decoder.0.bias"].set([1, 1]);
    const before = structuredClone(state);
    resampleState(state, { arch, latents: [1], imageOf: () => [4, 5] }); // (3, 4) off the bias, of length 5
    const at = (part: "params" | "m" | "v", name: string) => Array.from(state[part][name], (v) => Number(v.toFixed(6)));
    assert.deepEqual(at("params", "decoder.0.weight"), [1, 0.6, 0, 0, 0.8, 1]);
    assert.deepEqual(at("params", "encoder.0.weight"), [3, 4, 0.36, 0.48, 0, 1]); // 0.2 · (5 + 1)/2 = 0.6 long
    assert.equal(state.params["encoder.0.bias"][1], 0);
    for (const part of ["m", "v"] as const) {
      assert.deepEqual(at(part, "decoder.0.weight"), [0.5, 0, 0.5, 0.5, 0, 0.5]);
      assert.deepEqual(at(part, "encoder.0.weight"), [0.5, 0.5, 0, 0, 0.5, 0.5]);
      assert.deepEqual(at(part, "encoder.0.bias"), [0.5, 0, 0.5]);
      assert.deepEqual(at(part, "decoder.0.bias"), [0.5, 0.5]);
      if (sparsity === "jumprelu") assert.deepEqual(at(part, "latents.theta"), [0.5, 0, 0.5]);
    }
    if (sparsity === "jumprelu") {
      const { "latents.theta": theta } = before.params;
      assert.deepEqual([...state.params["latents.theta"]], [theta[0], 0.25, theta[2]]);
    }
    for (const j of [0, 2]) assert.equal(state.params["encoder.0.bias"][j], before.params["encoder.0.bias"][j]);
    assert.deepEqual(state.params["decoder.0.bias"], before.params["decoder.0.bias"]);
    const { lastFired } = before.buffers;
    assert.deepEqual([...state.buffers.lastFired], [lastFired[0], state.step, lastFired[2]]);
    assert.equal(state.step, before.step);
  }
});

Deno.test("resampleState() gives the encoder length 0.2 when no latent is alive", () => {
  const { definition: { arch }, state } = makeVariantCase(2, { ...LINEAR, sparsity: "l1", latent: 2, preBias: "none" });
  resampleState(state, { arch, latents: [0, 1], imageOf: (i) => [[3, 4], [0, 2]][i] });
  const encoder = Array.from(state.params["encoder.0.weight"], (v) => Number(v.toFixed(6)));
  assert.deepEqual(encoder, [0.12, 0.16, 0, 0.2]);
});

async function withEngine<T>(
  { definition, pixels }: VariantCase,
  state: TrainingState,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await ReferenceEngine.start(definition, "cpu");
  try {
    await engine.load({ state, pixels, batch: 256 });
    return await use(engine);
  } finally {
    await engine.dispose();
  }
}

Deno.test("resampleDead() resamples the latents that are inactive for more than deadSteps, the same for the same seed", async () => {
  const example = makeVariantCase(7, { ...LINEAR, sparsity: "topk", latent: 12, k: 2 });
  const { definition: { arch }, pixels } = example;
  const start = withMoments(example.state);
  start.buffers.lastFired.forEach((_, j, lastFired) => lastFired[j] = start.step - j); // latent j is inactive for j steps
  const renewed = (seed: number, deadSteps: number) =>
    withEngine(example, start, async (engine) => ({
      latents: await resampleDead({ engine, arch, pixels, seed, deadSteps }),
      state: await engine.state(),
    }));
  const first = await renewed(3, 8);
  assert.deepEqual(first.latents, [9, 10, 11]);
  assert.deepEqual(await renewed(3, 8), first);
  assert.notDeepEqual((await renewed(4, 8)).state.params, first.state.params);
  for (let j = 0; j < arch.nLatents; j++) {
    const column = (state: TrainingState) => state.params["decoder.0.weight"].filter((_, i) => i % arch.nLatents === j);
    assert.equal(Math.hypot(...column(first.state).map((v, i) => v - column(start)[i])) > 0.01, j > 8, `latent ${j}`);
  }
  const none = await renewed(3, 11);
  assert.deepEqual(none, { latents: [], state: start });
});

Deno.test("resampleDead() draws images in proportion to the square of their loss", async () => {
  const latent = 1000;
  const example = makeVariantCase(3, { ...LINEAR, sparsity: "l1", latent, preBias: "none" }, { dead: "all", count: 3 });
  const { definition: { arch }, state } = example;
  for (const name of ["encoder.0.weight", "decoder.0.bias"]) state.params[name].fill(0);
  state.params["encoder.0.bias"].fill(-1); // inactive: x̂ = 0, and the losses are ‖x‖²: 1, 2 and 0
  const pixels = Float32Array.of(1, 0, 0, 0, Math.SQRT2, 0, 0, 0, 0);
  await withEngine({ ...example, pixels }, state, async (engine) => {
    assert.equal((await resampleDead({ engine, arch, pixels, seed: 0, deadSteps: 5 })).length, latent);
    const decoder = (await engine.state()).params["decoder.0.weight"];
    const drawn = [0, 1, 2].map((i) => decoder.subarray(i * latent, (i + 1) * latent).filter((v) => v === 1).length);
    assert.equal(drawn[0] + drawn[1], latent, "an image without loss is never drawn");
    // Expected 200 with a standard deviation of 12.6; in proportion to the loss itself it would be 333.
    assert.ok(Math.abs(drawn[0] - 200) < 50, `${drawn}`);
  });
});

Deno.test("resampleDead() takes images of any size, and passes few at a time through the model when they are large", async () => {
  const dInput = 400 * 400, count = 30;
  const example = makeVariantCase(dInput, { ...LINEAR, sparsity: "l1", latent: 2 }, {
    dead: "some",
    data: "bytes",
    count,
  });
  const { definition: { arch }, pixels, state: start } = example;
  const state = structuredClone(start);
  const passed: number[] = [];
  let loaded: TrainingState | undefined;
  // Only one image, not of the first piece, is reconstructed badly.
  const bad = 28, badImage = pixelValues(pixels.subarray(bad * dInput, (bad + 1) * dInput) as typeof pixels);
  const engine = {
    state: () => Promise.resolve(state),
    forward: (images: typeof pixels) => {
      passed.push(images.length / dInput);
      const recon = pixelValues(images);
      for (let from = 0; from < recon.length; from += dInput) {
        const isBad = badImage.subarray(0, 50).every((value, i) => value === recon[from + i]);
        if (isBad) recon.subarray(from, from + dInput).fill(0);
      }
      return Promise.resolve({ recon });
    },
    setState: (state: TrainingState) => Promise.resolve(void (loaded = state)),
  } as unknown as Engine;
  assert.equal((await resampleDead({ engine, arch, pixels, seed: 1, deadSteps: 5 })).length, 1);
  assert.equal(passed.reduce((a, b) => a + b), count);
  assert.ok(Math.max(...passed) * dInput <= 2 ** 22, `${passed}`);
  const bias = state.params["decoder.0.bias"], centred = badImage.map((value, i) => value - bias[i]);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  const written = Float64Array.from(centred, (_, d) => loaded!.params["decoder.0.weight"][d * 2]);
  assert.ok(written.every((value, d) => Math.abs(value - centred[d] / length) < 1e-6));
});
