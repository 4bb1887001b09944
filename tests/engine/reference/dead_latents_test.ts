/**
 * AuxK on the reference engine: computed while a latent may be dead, and not while none is.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DeadLatents } from "../../../lib/engine/reference/dead_latents.ts";
import { ReferenceEngine } from "../../../lib/engine/reference/reference_engine.ts";
import * as tf from "../../../lib/engine/reference/tfjs.ts";
import { LAST_FIRED } from "../../../lib/sae/model.ts";
import { makeVariantCase } from "../variant_cases.ts";

Deno.test("DeadLatents asks no sooner than the oldest latent can be dead, and every 16 steps while one is", async () => {
  // After 5 inactive steps a latent is not dead, after 6 it is: last active in step 2, it is dead in step 9.
  const dead = new DeadLatents({ deadSteps: 5, lastFired: Float32Array.of(4, 2, 9) });
  let reads = 0, oldest = 0;
  const mayBeIn = (t: number) => {
    return dead.mayBeIn(t, () => {
      reads++;
      return Promise.resolve(Float32Array.of(60, oldest));
    });
  };
  assert.deepEqual([await mayBeIn(8), reads], [false, 0]);
  oldest = 7; // it was active again in step 7
  assert.deepEqual([await mayBeIn(9), reads], [false, 1]);
  assert.deepEqual([await mayBeIn(13), reads], [false, 1]);
  assert.deepEqual([await mayBeIn(24), reads], [true, 2]);
  oldest = 30;
  assert.deepEqual([await mayBeIn(39), reads], [true, 2]);
  assert.deepEqual(
    [await mayBeIn(40), reads],
    [true, 3],
    "last active in step 30 it is dead from step 37 on",
  );
  oldest = 50;
  assert.deepEqual([await mayBeIn(56), reads], [false, 4]);
});

Deno.test("a step computes AuxK only if a latent may be dead, and the bits are the same", async () => {
  const example = (auxAlpha: number) =>
    makeVariantCase(10, { sparsity: "topk", latent: 17, batch: 15, k: 17, deadSteps: 8, auxAlpha }, { dead: "none" });
  const kernels = async (auxAlpha: number, lastFired: number) => {
    const { definition, state, pixels, config } = example(auxAlpha);
    state.buffers[LAST_FIRED].fill(lastFired);
    const engine = await ReferenceEngine.start(definition, "cpu");
    await engine.load({ state, pixels, batch: config.batch });
    let losses;
    const { kernels } = await tf.profile(async () => {
      losses = await engine.train({
        indices: Uint32Array.from({ length: 3 * 15 }, (_, i) => i),
        batch: 15,
        learningRates: new Float64Array(3).fill(0.01),
        weights: new Float64Array(3),
      });
      return [];
    });
    const result = { losses, state: await engine.state() };
    await engine.dispose();
    return { count: kernels.length, result };
  };
  const off = await kernels(0, 10), alive = await kernels(1, 10), dead = await kernels(1, 0);
  assert.equal(alive.count, off.count, "as many operations as without AuxK");
  assert.deepEqual(alive.result, off.result);
  assert.ok(dead.count > off.count);
});
