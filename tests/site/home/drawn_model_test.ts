/**
 * A model that follows a drawing, against an engine with the same parameters.
 *
 * @module
 */
import assert from "node:assert/strict";
import { generateDigits } from "../../../lib/data/generated/digits.ts";
import { UNSCALED } from "../../../lib/data/scaling.ts";
import { CpuEngine } from "../../../lib/engine/cpu/cpu_engine.ts";
import { initialState, stepDefinition } from "../../../lib/engine/engine.ts";
import { modelFile } from "../../../lib/run/model_file.ts";
import { initialModel } from "../../../lib/sae/init.ts";
import { DrawnModel } from "../../../site/src/home/drawn_model.ts";
import { liveConfig, type LiveSettings } from "../../../site/src/live/settings.ts";
import { decodeRunWeights, encodeRunWeights } from "../../../site/src/live/worker/run_weights.ts";

const { train, test } = generateDigits({ seed: 0, trainCount: 60, testCount: 4 });
const image = (i: number) => test.pixels.slice(784 * i, 784 * (i + 1)) as Uint8Array<ArrayBuffer>;

const CASES: Record<string, LiveSettings["knobs"]> = {
  "hidden layers, sigmoids and centred inputs": { hidden: [20], latent: 12, center: "mean" },
  "a dictionary": { sparsity: "topk", k: 5, latent: 30 },
};

for (const [what, knobs] of Object.entries(CASES)) {
  Deno.test(`a model of ${what} makes of a drawing what the engine makes of it, to the 16 bits of its weights`, async () => {
    const config = liveConfig({ knobs }, { count: train.count }), { arch, ...rest } = stepDefinition(config, 784);
    const state = initialState(initialModel(config, { arch, pixels: train.pixels }));
    const file = encodeRunWeights(modelFile(state, { arch, config, scaling: UNSCALED }), {
      id: "a",
      title: "A",
      config,
    });
    const model = new DrawnModel(decodeRunWeights(file, { name: "a" }));
    const engine = await CpuEngine.start({ arch, ...rest }, { threads: 1 });
    try {
      await engine.load({ state, pixels: train.pixels, batch: 20 });
      for (let i = 0; i < test.count; i++) {
        const { hidden, recon } = await engine.forward(image(i)), acts = hidden[arch.latentIndex];
        const { row, reconstruction } = model.lookAt(image(i));
        const expected = Array.from(acts.keys()).filter((latent) => acts[latent] !== 0)
          .sort((a, b) => acts[b] - acts[a]);
        assert.equal(row.activeLatents, expected.length);
        assert.deepEqual(row.active.latents.toSorted(), expected.toSorted());
        row.active.latents.forEach((latent, at) => {
          assert.ok(Math.abs(row.active.activations[at] - acts[latent]) < 4e-3, `${row.active.activations[at]}`);
          assert.ok(at === 0 || row.active.activations[at - 1] >= row.active.activations[at], "the largest first");
        });
        reconstruction.forEach((level, p) =>
          assert.ok(Math.abs(level - Math.min(1, Math.max(0, recon[p])) * 255) < 1.5)
        );
        const mse = recon.reduce((sum, value, p) => sum + (image(i)[p] / 255 - value) ** 2, 0) / 784;
        assert.ok(Math.abs(row.mse - mse) < 2e-3 * mse, `${row.mse}, not ${mse}`);
      }
    } finally {
      await engine.dispose();
    }
  });
}

Deno.test("what a latent of a dictionary adds is as bright as it can be, and what it removes is black", () => {
  const config = liveConfig({ knobs: CASES["a dictionary"] }, { count: train.count });
  const { arch } = stepDefinition(config, 784),
    state = initialState(initialModel(config, { arch, pixels: train.pixels }));
  const decoder = state.params["decoder.0.weight"]; // [784, latents]
  for (let p = 0; p < 784; p++) decoder[30 * p + 7] = p === 3 ? 2 : p === 4 ? -4 : 0;
  const file = encodeRunWeights(modelFile(state, { arch, config, scaling: UNSCALED }), { id: "a", title: "A", config });
  const added = new DrawnModel(decodeRunWeights(file, { name: "a" })).added(7)!;
  assert.deepEqual([...added.subarray(0, 6)], [0, 0, 0, 127, 0, 0]);
});

Deno.test("a latent behind hidden layers adds no fixed image", () => {
  const config = liveConfig({ knobs: { hidden: [4], latent: 3 } }, { count: train.count });
  const { arch } = stepDefinition(config, 784),
    state = initialState(initialModel(config, { arch, pixels: train.pixels }));
  const file = encodeRunWeights(modelFile(state, { arch, config, scaling: UNSCALED }), { id: "a", title: "A", config });
  assert.equal(new DrawnModel(decodeRunWeights(file, { name: "a" })).added(0), null);
});
