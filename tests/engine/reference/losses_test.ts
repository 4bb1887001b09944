/**
 * `losses()` of every variant: what `train()` would report of its first step on the same images, without taking it.
 *
 * @module
 */
import assert from "node:assert/strict";
import * as tf from "../../../lib/engine/reference/tfjs.ts";
import type { StepDefinition, StepLosses, TrainingState } from "../../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../../lib/engine/reference/reference_engine.ts";
import type { Pixels } from "../../../lib/pixels.ts";
import { VARIANT_NAMES } from "../../../lib/sae/sparsity/variants.ts";
import { CENTERED_CASES } from "../cases.ts";
import { VARIANT_CASES } from "../variant_cases.ts";
import { needs } from "../../needs.ts";

interface Example {
  name: string;
  definition: StepDefinition;
  state: TrainingState;
  pixels: Pixels;
}

for (const backend of ["cpu", "wasm"] as const) {
  for (const sparsity of VARIANT_NAMES) {
    Deno.test(
      `losses() with ${sparsity} on reference on ${backend} are those of train()'s first step`,
      needs("permissions"),
      async () => {
        const examples = VARIANT_CASES.filter(({ config }) => config.sparsity === sparsity);
        const auxiliary: boolean[] = [];
        for (const example of examples) {
          const losses = await assertLossesOfSteps(example, backend);
          auxiliary.push(losses.auxiliary.some((loss) => loss > 0));
        }
        const usesAux = ["topk", "batchtopk", "matryoshka", "gated"].includes(sparsity);
        assert.equal(auxiliary.some((isThere) => isThere), usesAux, "AuxK has dead latents, others have no auxiliary");
      },
    );
  }
}

Deno.test("losses() of models with centred inputs are those of train()'s first step", async () => {
  for (const example of CENTERED_CASES) await assertLossesOfSteps(example, "cpu");
});

/** Compares every batch, the last one short, with a step on the same images from the same state. */
async function assertLossesOfSteps(example: Example, backend: "cpu" | "wasm"): Promise<StepLosses> {
  const { definition, state, pixels, name } = example;
  const { dInput } = definition.arch, batch = 17, count = 2 * batch + 5;
  const engine = await ReferenceEngine.start(definition, backend);
  const load = () => engine.load({ state, pixels, batch });
  await load();
  const tensors = tf.memory().numTensors;
  const losses = await engine.losses(pixels.subarray(0, count * dInput) as Pixels, { batch });
  assert.equal(tf.memory().numTensors, tensors, `${name}: tensors are left`);
  assert.deepEqual(await engine.state(), state, `${name}: the state changed`);
  assert.equal(losses.reconstruction.length, 3);
  for (let i = 0; i < 3; i++) {
    const from = i * batch, to = Math.min(from + batch, count);
    await load();
    const step = await engine.train({
      indices: Uint32Array.from({ length: to - from }, (_, row) => from + row),
      batch,
      learningRates: Float64Array.of(0.1),
      weights: Float64Array.of(0.7),
    });
    for (const part of ["reconstruction", "penalty", "auxiliary"] as const) {
      assert.equal(losses[part][i], step[part][0], `${name}: ${part} of batch ${i}`);
    }
  }
  assert.deepEqual(
    await engine.losses(pixels.subarray(0, 0) as Pixels, { batch }).then((none) => none.penalty.length),
    0,
  );
  await engine.dispose();
  return losses;
}
