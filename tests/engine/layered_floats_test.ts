/**
 * Models of layers whose data are floats and whose output is linear, on our own engines: float64 at awkward widths, and on
 * the CPU engine the same bits however it runs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import { Rng } from "../../lib/rng.ts";
import { assertClose, flat } from "./assert_close.ts";
import { type Case, makeCase, planned } from "./cases.ts";
import { forward64, Trainer64, widen } from "./float64_model.ts";
import { ENGINES, opened, type Start } from "./engines.ts";

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

/** What an engine makes of a case's vectors in three steps. */
async function trained(example: Case, start: Start) {
  const { definition, state, config } = example, pixels = vectors(example);
  await using engine = await opened(start, definition);
  await engine.load({ state, pixels, batch: config.batch });
  const indices = Uint32Array.from({ length: 3 * config.batch - 1 }, (_, i) => (7 * i) % 160);
  const learningRates = new Float64Array(Math.ceil(indices.length / config.batch)).fill(1e-3);
  const losses = await engine.train(planned(config, { indices, batch: config.batch, learningRates }));
  const looked = pixels.subarray(0, 5 * definition.arch.dInput);
  return {
    indices,
    losses,
    after: await engine.losses(looked, { batch: 2 }),
    forward: await engine.forward(looked),
    state: await engine.state(),
  };
}

function compareWithFloat64(example: Case, own: Awaited<ReturnType<typeof trained>>): void {
  const { definition: { arch }, state, config: { batch } } = example, pixels = vectors(example);
  const rows = Array.from(
    { length: example.count },
    (_, i) => Array.from(pixels.subarray(i * arch.dInput, (i + 1) * arch.dInput)),
  );
  const mean = state.buffers[INPUT_MEAN];
  const truth = new Trainer64(example.definition, widen(state.params), mean);
  own.losses.reconstruction.forEach((loss, i) => {
    const indices = own.indices.subarray(i * batch, (i + 1) * batch);
    const expected = truth.train(Array.from(indices, (row) => rows[row]), 1e-3);
    assertClose([loss, own.losses.penalty[i]], [expected.reconstruction, expected.penalty], 1e-5, example.name);
  });
  assertClose(flat(own.state.params), flat(truth.params), 1e-6, `${example.name}: parameters`);
  const pass = forward64(rows.slice(0, 5), truth.params, arch, mean);
  assertClose(own.forward.recon, pass.activations.at(-1)!.flat(), 1e-5, `${example.name}: reconstruction`);
  assertClose(own.forward.logits, pass.preActs.at(-1)!.flat(), 1e-5, `${example.name}: logits`);
}

const [one, two] = [1, 2].map((threads) => ENGINES.find(({ name }) => name.startsWith(`cpu with ${threads}`))!);

Deno.test({
  name: "train() on floats with a linear output equals float64 on the CPU engine, with the same bits on two threads",
  ignore: one.ignore,
  fn: async () => {
    for (const example of cases()) {
      const own = await trained(example, one.start);
      assert.deepEqual(own, await trained(example, two.start), example.name);
      compareWithFloat64(example, own);
    }
  },
});

for (const { name, start, ignore } of ENGINES.filter(({ name }) => name.startsWith("webgpu"))) {
  Deno.test({
    name: `train() on floats with a linear output equals float64 on ${name}`,
    ignore,
    fn: async () => {
      // Each compiles a dozen kernels: one model without hidden layers, and one with some and centred.
      for (const example of [3, 11].map((i) => cases()[i])) {
        compareWithFloat64(example, await trained(example, start));
      }
    },
  });
}
