/**
 * Every engine against the float64 truth: losses, parameters and moments after 1, 3 and 20 steps.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { StepPlan } from "../../lib/engine/engine.ts";
import { Rng } from "../../lib/rng.ts";
import { assertClose, flat } from "./assert_close.ts";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import { type Case, CASES, CENTERED_CASES } from "./cases.ts";
import { ENGINES, opened, type Start } from "./engines.ts";
import { forward64, images64, type Loss64, loss64, type Parameters64, Trainer64, widen } from "./float64_model.ts";

/**
 * Largest error relative to the largest value, after so many steps; twice that for v, a square. Rounding grows with the
 * steps, on any float32 engine.
 */
const TOLERANCE: Record<number, number> = { 1: 1e-6, 3: 1e-6, 20: 1e-3 };

const ALL = [...CASES, ...CENTERED_CASES];

/**
 * What an engine is tested on. On a software adapter each new shape is compiled for seconds: tfjs there, and the engine
 * whose steps are another one's, get every fourth; the step in three dispatches, whose kernels hold all layers, the shallow
 * models and both losses and penalties of a deep one.
 */
function casesFor(engine: string): Case[] {
  if (engine === "reference on webgpu" || engine === "webgpu in a Worker") return ALL.filter((_, i) => i % 4 === 1);
  if (engine === "webgpu in three dispatches") return ALL.filter(({ name }) => !/^(130|23|31.*mse)/.test(name));
  return ALL;
}

for (const { name, start, ignore } of ENGINES) {
  Deno.test({ name: `train(), forward() and decode() on ${name} equal float64`, ignore }, async (t) => {
    for (const example of casesFor(name)) await t.step(example.name, () => compareWithFloat64(start, example));
  });
}

/** Steps of a case, and what float64 makes of them. */
interface Truth {
  /** The steps until 1, 3 and 20, each with the state that they lead to. */
  parts: { until: number; plan: StepPlan; params: Parameters64; m: Parameters64; v: Parameters64 }[];
  /** Of each step. */
  losses: Loss64[];
}

/** Each case's truth, the same for every engine. */
const truths = new Map<Case, Truth>();

function truthOf(example: Case): Truth {
  const known = truths.get(example);
  if (known) return known;
  const { definition, state, pixels, count, config } = example;
  const trainer = new Trainer64(definition, widen(state.params), state.buffers[INPUT_MEAN]);
  const images = images64(pixels, definition.arch.dInput);
  const rng = Rng.fromSeed(1, "order");
  const truth: Truth = { parts: [], losses: [] };
  for (const until of [1, 3, 20]) {
    const steps = until - trainer.step;
    // Every epoch's last batch is short, where the count is no multiple of the batch.
    const indices = Uint32Array.from({
      length: steps * config.batch - (until === 20 ? Math.min(config.batch - 1, 27) : 0),
    }, () => rng.below(count));
    const learningRates = Float64Array.from({ length: steps }, (_, i) => config.lr * (1 + i) / steps);
    const weights = Float64Array.from({ length: steps }, (_, i) => config.beta * (2 + i) / (1 + i)); // another in each step
    const plan = { indices, batch: config.batch, learningRates, weights };
    for (let i = 0; i < steps; i++) {
      const batch = Array.from(indices.subarray(i * config.batch, (i + 1) * config.batch), (row) => images[row]);
      truth.losses.push(trainer.train(batch, learningRates[i], weights[i]));
    }
    const { params, m, v } = structuredClone({ params: trainer.params, m: trainer.m, v: trainer.v });
    truth.parts.push({ until, plan, params, m, v });
  }
  truths.set(example, truth);
  return truth;
}

async function compareWithFloat64(start: Start, example: Case): Promise<void> {
  const { definition, state, pixels, config } = example;
  const { arch } = definition;
  const mean = state.buffers[INPUT_MEAN];
  const images = images64(pixels, arch.dInput);
  await using engine = await opened(start, definition);
  await engine.load({ state, pixels, batch: config.batch });
  const pass = forward64(images, widen(state.params), arch, mean);
  const { hidden, logits, recon } = await engine.forward(pixels);
  hidden.forEach((layer, l) => assertClose(layer, pass.activations[l + 1].flat(), 2e-6, `layer ${l}`));
  assertClose(logits, pass.preActs.at(-1)!.flat(), 2e-6, "logits");
  assertClose(recon, pass.activations.at(-1)!.flat(), 2e-6, "recon");
  assertClose(await engine.decode(hidden[arch.latentIndex]), logits, 2e-6, "decode");
  const { parts, losses: expected } = truthOf(example);
  let taken = 0;
  for (const { until, plan, ...truth } of parts) {
    const losses = await engine.train(plan);
    assert.deepEqual(losses.auxiliary, new Float32Array(until - taken));
    for (let step = taken; step < until && until <= 3; step++) {
      const { reconstruction, penalty } = expected[step];
      assertClose([losses.reconstruction[step - taken]], [reconstruction], 1e-5, `reconstruction, step ${step}`);
      // Near its minimum D_KL is a difference of terms the size of ρ: float32 leaves about 1e-7 a unit.
      const units = arch.layers.reduce((sum, { isPenalized, dOut }) => isPenalized ? sum + dOut : sum, 0);
      assertClose([losses.penalty[step - taken]], [penalty], 1e-6, `penalty, step ${step}`, 0.1 * units);
    }
    taken = until;
    const { params, m, v, buffers, step } = await engine.state();
    assert.equal(step, until);
    assert.deepEqual(buffers, state.buffers);
    if (until === 20) {
      // Adam divides by √v: where a gradient is all rounding, steps amplify it, so the function is compared instead.
      const [own, theirs] = [widen(params), truth.params].map((params) =>
        loss64(images, forward64(images, params, arch, mean), definition).total
      );
      assertClose([own], [theirs], TOLERANCE[20], "loss after 20 steps");
      continue;
    }
    const tolerance = TOLERANCE[until];
    assertClose(flat(params), flat(truth.params), tolerance, `params after ${until}`);
    assertClose(flat(m), flat(truth.m), tolerance, `m after ${until}`);
    assertClose(flat(v), flat(truth.v), 2 * tolerance, `v after ${until}`);
  }
}
