/**
 * Models of layers on the CPU engine whose data are floats and whose output is linear: float64 at awkward widths, the same
 * bits however it runs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import { Rng } from "../../lib/rng.ts";
import { assertClose, flat } from "./assert_close.ts";
import { type Case, makeCase, planned } from "./cases.ts";
import { forward64, Trainer64, widen } from "./float64_model.ts";
import { kernels } from "./kernels.ts";
import { needs } from "../needs.ts";

/** Positive and negative, none of them 0, as a language model's activations are. */
function vectors({ count, definition: { arch } }: Case): Float32Array<ArrayBuffer> {
  const rng = Rng.fromSeed(arch.dInput, "vectors");
  return Float32Array.from({ length: count * arch.dInput }, () => rng.normal());
}

function cases(): Case[] {
  return [1, 7, 16, 33].flatMap((width) =>
    [
      { hidden: [] },
      { hidden: [width + 2] },
      { hidden: [width + 2], center: "mean" as const },
    ].map((shape) =>
      makeCase(2 * width - 1, {
        ...shape,
        output: "linear",
        latent: width,
        batch: 2 + width % 11,
        beta: 0.02,
        latentBias: "init",
        adamEpsilon: 1e-4, // so that a gradient that is all rounding moves nothing
      })
    )
  );
}

async function trained({ definition, state, config }: Case, pixels: Float32Array<ArrayBuffer>, threads: number) {
  const engine = await CpuEngine.start(definition, { kernels: await kernels(), threads });
  await engine.load({ state, pixels, batch: config.batch });
  const indices = Uint32Array.from({ length: 3 * config.batch - 1 }, (_, i) => (7 * i) % 160);
  const learningRates = new Float64Array(Math.ceil(indices.length / config.batch)).fill(1e-3);
  const losses = await engine.train(planned(config, { indices, batch: config.batch, learningRates }));
  const looked = pixels.subarray(0, 5 * definition.arch.dInput);
  const result = {
    indices,
    losses,
    before: await engine.losses(looked, { batch: 2 }),
    forward: await engine.forward(looked),
    state: await engine.state(),
  };
  await engine.dispose();
  return result;
}

Deno.test(
  "train() on floats with a linear output equals float64, with the same bits on two threads",
  needs("permissions"),
  async () => {
    for (const example of cases()) {
      const { dInput } = example.definition.arch, pixels = vectors(example);
      const rows = Array.from(
        { length: example.count },
        (_, i) => Array.from(pixels.subarray(i * dInput, (i + 1) * dInput)),
      );
      const one = await trained(example, pixels, 1), two = await trained(example, pixels, 2);
      assert.deepEqual(one, two, example.name);
      const mean = example.state.buffers[INPUT_MEAN];
      const truth = new Trainer64(example.definition, widen(example.state.params), mean);
      one.losses.reconstruction.forEach((loss, i) => {
        const batch = one.indices.subarray(i * example.config.batch, (i + 1) * example.config.batch);
        const expected = truth.train(Array.from(batch, (row) => rows[row]), 1e-3);
        assertClose([loss, one.losses.penalty[i]], [expected.reconstruction, expected.penalty], 1e-5, example.name);
      });
      assertClose(flat(one.state.params), flat(truth.params), 1e-6, `${example.name}: parameters`);
      const pass = forward64(rows.slice(0, 5), truth.params, example.definition.arch, mean);
      assertClose(one.forward.recon, pass.activations.at(-1)!.flat(), 1e-5, `${example.name}: reconstruction`);
      assertClose(one.forward.logits, pass.preActs.at(-1)!.flat(), 1e-5, `${example.name}: logits`);
    }
  },
);
