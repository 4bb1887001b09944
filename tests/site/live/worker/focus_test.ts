/**
 * What the model makes of one image: the growing sum and the atlas against the model's own weights.
 *
 * @module
 */
import assert from "node:assert/strict";
import { LatentDecoder } from "../../../../lib/analysis/latent_images.ts";
import { measureSplit } from "../../../../lib/analysis/measure.ts";
import { Decoder } from "../../../../lib/sae/decoder.ts";
import type { LiveSettings } from "../../../../site/src/live/settings.ts";
import { atlasOf, focusOf } from "../../../../site/src/live/worker/focus.ts";
import { Measurements } from "../../../../site/src/live/worker/measurements.ts";
import { openTraining } from "../../../../site/src/live/worker/opening.ts";
import { picturesOf } from "../../../../site/src/live/worker/pictures.ts";
import { DATA, opening, startEngine } from "../live_session.ts";

/** A trained model with its measurements and a decoder in float64 of its weights. */
async function trained(knobs: LiveSettings["knobs"], until: number) {
  const { training } = await openTraining(opening(knobs, { until }).opening, {
    ...{ data: DATA, startEngine, check: () => {}, pause: () => Promise.resolve() },
  });
  const { engine, definition, data: { dataset } } = training, { test } = dataset;
  const measurements = new Measurements(training, test.pixels);
  await measurements.measureAll();
  const { params } = await engine.state(), { layers, latentIndex } = definition.arch;
  const decoder = new Decoder({ layers: layers.slice(latentIndex + 1), params });
  const model = { engine, definition, pictures: picturesOf(dataset), sums: measurements.sums() };
  return { model, decoder, test, params, [Symbol.asyncDispose]: () => engine.dispose() };
}

const imageOf = (pixels: Uint8Array, row: number) =>
  pixels.slice(row * 784, (row + 1) * 784) as Uint8Array<ArrayBuffer>;

/** Bytes as they are drawn, one step of rounding apart at most. */
function assertBytes(bytes: Uint8Array, values: ArrayLike<number>, what: string): void {
  for (let i = 0; i < bytes.length; i++) {
    const expected = Math.min(255, Math.max(0, 255 * values[i]));
    assert.ok(Math.abs(bytes[i] - expected) <= 0.51, `${what}, pixel ${i}: ${bytes[i]}, expected ${expected}`);
  }
}

function mse(pixels: Uint8Array, values: ArrayLike<number>): number {
  return pixels.reduce((sum, level, i) => sum + (level / 255 - values[i]) ** 2, 0) / pixels.length;
}

for (const sparsity of ["kl", "topk", "l1"] as const) {
  Deno.test(`${sparsity}: the sum grows by the most active latents, and ends in the reconstruction`, async () => {
    await using opened = await trained({ sparsity }, 60);
    const { model, decoder, test } = opened, pixels = imageOf(test.pixels as Uint8Array, 7);
    const operated = new Map([[3, 0.9], [5, 0]]);
    const focus = await focusOf(model, { image: { id: 4, pixels }, operated });
    const { acts, sum } = focus;
    assert.deepEqual([focus.id, acts.length], [4, model.definition.arch.nLatents]);
    const isSigmoid = sparsity === "kl", activeAbove = isSigmoid ? 0.1 : 0;
    const order = [...acts.keys()].filter((j) => acts[j] > activeAbove).sort((a, b) => acts[b] - acts[a]).slice(0, 6);
    assert.deepEqual(sum.latents, [null, ...order, null]);
    const rows = Array.from({ length: order.length + 1 }, (_, step) => {
      const row = isSigmoid ? Float32Array.from(model.sums.means()) : new Float32Array(acts.length);
      for (const latent of order.slice(0, step)) row[latent] = acts[latent];
      return row;
    });
    for (const [step, row] of [...rows, acts].entries()) {
      const expected = decoder.decode(row);
      assertBytes(sum.images.subarray(step * 784, (step + 1) * 784), expected, `step ${step}`);
      assert.ok(Math.abs(sum.mse[step] - mse(pixels, expected)) < 1e-6);
    }
    assert.deepEqual(sum.images.subarray(-784), focus.reconstruction);
    assert.ok(Math.abs(focus.mse - sum.mse.at(-1)!) < 1e-7);
    const edited = acts.slice();
    for (const [latent, act] of operated) edited[latent] = act;
    assertBytes(focus.operated!.image, decoder.decode(edited), "operated");
    assert.ok(Math.abs(focus.operated!.mse - mse(pixels, decoder.decode(edited))) < 1e-6);
    assert.equal((await focusOf(model, { image: { id: 4, pixels }, operated: new Map() })).operated, null);
  });
}

Deno.test("the atlas of a linear decoder has its columns, each on a scale of its own, dead latents too", async () => {
  await using opened = await trained({ sparsity: "topk", latent: 80, k: 1, auxAlpha: 0 }, 60);
  const { model, params } = opened, { images } = await atlasOf(model);
  const weight = params["decoder.0.weight"], n = 80;
  assert.ok(model.sums.activity().deadLatents > 0);
  for (let j = 0; j < n; j++) {
    const column = Array.from({ length: 784 }, (_, i) => weight[i * n + j]);
    const peak = Math.max(...column.map(Math.abs));
    column.forEach((value, i) =>
      assert.ok(Math.abs(images[j * 784 + i] - (128 + 127 * value / peak)) <= 0.6, `${j} ${i}`)
    );
  }
});

Deno.test("the atlas of KL has what the report draws: effects at the largest activation around the means", async () => {
  await using opened = await trained({ sparsity: "kl" }, 60);
  const { model: { engine, definition: { arch, objective } }, model, test } = opened;
  const pass = await measureSplit(engine, { images: test, arch, objective });
  const decoder = await LatentDecoder.of({ engine, arch, directions: null, pass });
  const { images } = await atlasOf(model);
  for await (const { latents, effect } of decoder.pieces(Array.from({ length: arch.nLatents }, (_, j) => j))) {
    for (const [i, latent] of latents.entries()) {
      const own = effect.subarray(i * 784, (i + 1) * 784), peak = Math.max(...own.map(Math.abs));
      own.forEach((value, p) => {
        assert.ok(
          Math.abs(images[latent * 784 + p] - (128 + 127 * value / peak)) <= 0.6,
          `latent ${latent}, pixel ${p}`,
        );
      });
    }
  }
});
