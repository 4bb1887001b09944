/**
 * Every engine against the float64 truth: losses, parameters and moments after 1, 3 and 50 steps.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { StepPlan } from "../../lib/engine/engine.ts";
import { Rng } from "../../lib/rng.ts";
import { assertClose, flat } from "./assert_close.ts";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import { type Case, CASES, CENTERED_CASES, planned } from "./cases.ts";
import { ENGINES, opened, type Start } from "./engines.ts";
import { forward64, images64, loss64, Trainer64, widen } from "./float64_model.ts";

/**
 * Largest error relative to the largest value, after so many steps; twice that for v, a square. Rounding grows with the
 * steps, on any float32 engine.
 */
const TOLERANCE: Record<number, number> = { 1: 1e-6, 3: 1e-6, 50: 2e-3 };

for (const { name, start, ignore } of ENGINES) {
  Deno.test({ name: `train() on ${name} equals float64`, ignore }, async (t) => {
    for (const example of [...CASES, ...CENTERED_CASES]) await t.step(example.name, () => compareSteps(start, example));
  });

  Deno.test({ name: `forward() and decode() on ${name} equal float64`, ignore }, async () => {
    for (const { definition, state, pixels } of [...CASES, ...CENTERED_CASES]) {
      const { arch } = definition;
      await using engine = await opened(start, definition);
      await engine.load({ state, pixels, batch: 256 });
      const truth = forward64(images64(pixels, arch.dInput), widen(state.params), arch, state.buffers[INPUT_MEAN]);
      const { hidden, logits, recon } = await engine.forward(pixels);
      hidden.forEach((layer, l) => assertClose(layer, truth.activations[l + 1].flat(), 2e-6, `layer ${l}`));
      assertClose(logits, truth.preActs.at(-1)!.flat(), 2e-6, "logits");
      assertClose(recon, truth.activations.at(-1)!.flat(), 2e-6, "recon");
      assertClose(await engine.decode(hidden[arch.latentIndex]), logits, 2e-6, "decode");
    }
  });

  Deno.test({ name: `forward() and decode() on ${name} leave training as it was`, ignore }, async () => {
    const { definition, state, pixels, config } = CASES[3];
    const { dInput, nLatents } = definition.arch;
    const step = (batch: number) =>
      planned(config, {
        indices: Uint32Array.from({ length: batch }, (_, i) => i),
        batch,
        learningRates: Float64Array.of(config.lr),
      });
    await using plain = await opened(start, definition);
    await using looked = await opened(start, definition);
    for (const engine of [plain, looked]) {
      await engine.load({ state, pixels, batch: 256 });
      await engine.train(step(32));
    }
    await looked.forward(pixels.subarray(0, 31 * dInput));
    await looked.decode(new Float32Array(29 * nLatents).fill(0.5));
    for (const engine of [plain, looked]) await engine.train(step(13));
    assert.deepEqual(await looked.state(), await plain.state());
  });

  Deno.test({ name: `train() on ${name} goes on from state() as if it had not stopped`, ignore }, async () => {
    const { definition, state, pixels, config } = CASES[3];
    const plan = (from: number, to: number) =>
      planned(config, {
        indices: Uint32Array.from({ length: (to - from) * 32 }, (_, i) => (from * 32 + i) % 160),
        batch: 32,
        learningRates: new Float64Array(to - from).fill(config.lr),
      });
    await using whole = await opened(start, definition);
    await whole.load({ state, pixels, batch: 256 });
    await whole.train(plan(0, 9));
    await using first = await opened(start, definition);
    await first.load({ state, pixels, batch: 256 });
    await first.train(plan(0, 4));
    const stopped = await first.state();
    await using second = await opened(start, definition);
    await second.load({ state: stopped, pixels, batch: 256 });
    await second.train(plan(4, 9));
    assert.deepEqual(await second.state(), await whole.state());
  });

  Deno.test({ name: `train() on ${name} may be called again before it has settled`, ignore }, async () => {
    const { definition, state, pixels, config } = CASES[1];
    await using engine = await opened(start, definition);
    await engine.load({ state, pixels, batch: 256 });
    const plan = planned(config, {
      indices: Uint32Array.from({ length: 64 }, (_, i) => i),
      batch: 32,
      learningRates: Float64Array.of(0.01, 0.01),
    });
    const [first, second] = await Promise.all([engine.train(plan), engine.train(plan)]);
    assert.ok(second.reconstruction[0] < first.reconstruction[0]);
    assert.equal((await engine.state()).step, 4);
  });
}

for (const { name, start, ignore } of ENGINES) {
  Deno.test({ name: `train() on ${name} refuses a plan that does not fit, and goes on`, ignore }, async () => {
    const { definition, state, pixels, config, count } = CASES[1];
    const good = planned(config, {
      indices: Uint32Array.from({ length: 40 }, (_, i) => i),
      batch: 32,
      learningRates: Float64Array.of(0.01, 0.01),
    });
    const bad: [Partial<StepPlan>, RegExp][] = [
      [
        { indices: Uint32Array.from(good.indices, (i) => i === 39 ? count : i) },
        /an index is 160, expected less than 160/,
      ],
      [{ indices: Uint32Array.from(good.indices, (i) => i === 3 ? -1 : i) }, /an index is 4294967295, expected/],
      [{ learningRates: Float64Array.of(0.01) }, /there are 1 learning rates, expected 2/],
      [{ weights: new Float64Array(3) }, /there are 3 weights, expected 2/],
      [{ batch: 0 }, /the batch is 0, expected a positive integer/],
      [{ batch: 12.5 }, /the batch is 12.5, expected a positive integer/],
    ];
    await using engine = await opened(start, definition);
    await engine.load({ state, pixels, batch: 256 });
    for (const [change, message] of bad) {
      await assert.rejects(async () => await engine.train({ ...good, ...change }), message);
    }
    assert.deepEqual(await engine.state(), state);
    await engine.train(good);
    assert.equal((await engine.state()).step, 2);
  });
}

async function compareSteps(start: Start, example: Case): Promise<void> {
  const { definition, state, pixels, count, config } = example;
  const { arch } = definition;
  const mean = state.buffers[INPUT_MEAN];
  const truth = new Trainer64(definition, widen(state.params), mean);
  const images = images64(pixels, arch.dInput);
  await using engine = await opened(start, definition);
  await engine.load({ state, pixels, batch: 256 });
  const rng = Rng.fromSeed(1, "order");
  let taken = 0;
  for (const until of [1, 3, 50]) {
    const steps = until - taken;
    // Every epoch's last batch is short, where the count is no multiple of the batch.
    const order = Uint32Array.from({
      length: steps * config.batch - (until === 50 ? Math.min(config.batch - 1, 27) : 0),
    }, () => rng.below(count));
    const learningRates = Float64Array.from({ length: steps }, (_, i) => config.lr * (1 + i) / steps);
    const weights = Float64Array.from({ length: steps }, (_, i) => config.beta * (2 + i) / (1 + i)); // another in each step
    const losses = await engine.train({ indices: order, batch: config.batch, learningRates, weights });
    assert.deepEqual(losses.auxiliary, new Float32Array(steps));
    for (let i = 0; i < steps; i++) {
      const batch = Array.from(order.subarray(i * config.batch, (i + 1) * config.batch), (row) => images[row]);
      const expected = truth.train(batch, learningRates[i], weights[i]);
      if (until <= 3) {
        assertClose([losses.reconstruction[i]], [expected.reconstruction], 1e-5, `reconstruction, step ${taken + i}`);
        // Near its minimum D_KL is a difference of terms the size of ρ: float32 leaves about 1e-7 a unit.
        const units = arch.layers.reduce((sum, { isPenalized, dOut }) => isPenalized ? sum + dOut : sum, 0);
        assertClose([losses.penalty[i]], [expected.penalty], 1e-6, `penalty, step ${taken + i}`, 0.1 * units);
      }
    }
    taken = until;
    const { params, m, v, buffers, step } = await engine.state();
    assert.equal(step, until);
    assert.deepEqual(buffers, state.buffers);
    if (until === 50) {
      // Adam divides by √v: where a gradient is all rounding, 50 steps amplify it, so the function is compared instead.
      const own = loss64(images, forward64(images, widen(params), arch, mean), definition).total;
      const expected = loss64(images, forward64(images, truth.params, arch, mean), definition).total;
      assertClose([own], [expected], TOLERANCE[50], "loss after 50 steps");
      continue;
    }
    for (
      const [part, mine, theirs] of [["params", params, truth.params], ["m", m, truth.m], ["v", v, truth.v]] as const
    ) {
      assertClose(
        flat(mine),
        flat(theirs),
        TOLERANCE[until] * (part === "v" ? 2 : 1),
        `${part} after ${until}`,
      );
    }
  }
}
