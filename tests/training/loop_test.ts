/**
 * The loop on a small model: stopping anywhere and going on equals never having stopped, bit for bit.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { type Course, courseFrom, freshSnapshot, type Snapshot, stepsPerEpoch } from "../../lib/training/course.ts";
import { DivergenceError } from "../../lib/training/divergence.ts";
import { trainingLoop } from "../../lib/training/loop.ts";
import { makeCase } from "../engine/cases.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { runCase, throughFile, withoutClock } from "./case_runs.ts";
import { needs } from "../needs.ts";

const EXAMPLE = makeCase(20, { hidden: [6], latent: 3, batch: 7, epochs: 3, lr: 1e-2 }, { count: 40 });
/** Steps in one of its epochs. */
const N_STEPS = stepsPerEpoch(EXAMPLE.count, EXAMPLE.config.batch);

const fresh = () => freshSnapshot(EXAMPLE.state, EXAMPLE.config);

for (const backend of ["wasm", "cpu"] as const) {
  Deno.test(
    `trainModel() on ${backend} stopped after any chunk and resumed from its file equals the uninterrupted run, bit for bit`,
    needs("permissions"),
    async () => {
      await using folder = await temporaryFolder();
      const engine = await ReferenceEngine.start(EXAMPLE.definition, backend);
      const whole = await runCase(EXAMPLE, { engine, start: fresh() });
      assert.equal(whole.last.state.step, 3 * N_STEPS);
      for (const stopAfter of [1, N_STEPS, 2 * N_STEPS, 3 * N_STEPS]) {
        const stopped = await runCase(EXAMPLE, { engine, start: fresh(), stopAfter });
        assert.deepEqual(stopped.saved.at(-1), stopped.last);
        const snapshot = await throughFile(EXAMPLE, stopped.last, `${folder.path}/checkpoint`);
        const resumed = await runCase(EXAMPLE, { engine, start: snapshot });
        assert.deepEqual(withoutClock(resumed.last), withoutClock(whole.last));
      }
      await engine.dispose();
    },
  );
}

/** The loop over the example on an engine, with what happens between its steps. */
function loopOn(engine: Engine, course: Course, options: Partial<Parameters<typeof trainingLoop>[0]> = {}) {
  const { config: { batch, epochs, lr }, count } = EXAMPLE;
  const base = { engine, firstStep: 0, count, batch, epochs, deadSteps: 1, course, controls: [] };
  return trainingLoop({ ...base, learningRate: () => lr, weight: () => 0.5, ...options });
}

/** An engine that computes nothing: each loss is its step's number. */
function counting(): Engine {
  let step = 0;
  return {
    train: async ({ learningRates }: { learningRates: Float64Array }) => {
      const losses = Float32Array.from(learningRates, () => ++step);
      await new Promise((resolve) => setTimeout(resolve));
      return { reconstruction: losses, penalty: losses.slice(), auxiliary: losses.slice() };
    },
  } as unknown as Engine;
}

const courseOf = () => courseFrom(fresh(), { totalSteps: 3 * N_STEPS });

Deno.test("trainingLoop() takes single steps where asked to, and reads rate and weight anew for each chunk", async () => {
  const rates: number[] = [];
  const course = courseOf();
  let rate = 1;
  const loop = loopOn(counting(), course, {
    mostSteps: () => 1,
    learningRate: () => (rates.push(rate), rate),
    weight: (step) => step / 4,
  });
  for await (const { step } of loop) rate = step + 2;
  assert.equal(rates.length, 3 * N_STEPS, "one step a chunk");
  assert.ok(rates[5] > rates[1], "a change in mid-run takes effect");
  assert.deepEqual([...course.history.weight.subarray(0, 4)], [0, 0.25, 0.5, 0.75]);
  assert.deepEqual(
    [...course.history.reconstruction],
    Array.from({ length: 3 * N_STEPS }, (_, i) => i + 1),
    "every loss is at its step",
  );
});

Deno.test("trainingLoop() left by its reader has recorded the losses of every step it took", async () => {
  const course = courseOf();
  for await (const { step } of loopOn(counting(), course, { mostSteps: () => 2 })) if (step >= 2) break;
  const recorded = course.history.reconstruction.filter((loss) => loss > 0).length;
  assert.equal(recorded, course.history.weight.filter((weight) => weight > 0).length);
  assert.ok(recorded >= 4, "the chunk under way among them");
});

Deno.test("trainMs counts steps and shuffling, not controls nor the reader's own time", async () => {
  const course = courseOf();
  let now = 0; // a clock of the test's own: what else the machine does takes no time
  const engine = counting(), { train } = engine;
  engine.train = (plan) => (now += 2 * plan.learningRates.length, train(plan));
  const slow = () => Promise.resolve(void (now += 50));
  const controls = [{ isDue: (step: number) => step % 5 === 0, apply: slow }];
  const speeds: number[] = [];
  Object.defineProperty(performance, "now", { value: () => now, configurable: true });
  try {
    for await (const { stepsPerSecond, isEpochEnd } of loopOn(engine, course, { controls })) {
      speeds.push(stepsPerSecond);
      if (isEpochEnd) await slow();
    }
  } finally {
    Reflect.deleteProperty(performance, "now");
  }
  const wallMs = now;
  assert.ok(wallMs > 7 * 50 && course.trainMs < wallMs - 6 * 50, `${course.trainMs} of ${wallMs} ms`);
  assert.ok(course.trainMs >= 2 * 3 * N_STEPS * 0.9, `${course.trainMs} ms`);
  assert.ok(Math.min(...speeds) > 1000 / 50, "nor does the speed that chunks are sized by");
});

Deno.test("trainingLoop() names the part of the loss that is not finite, and its step", async () => {
  for (
    const [part, name] of [["reconstruction", "reconstruction loss"], ["penalty", "sparsity penalty"], [
      "auxiliary",
      "auxiliary loss",
    ]]
  ) {
    const engine = counting(), { train } = engine;
    engine.train = async (plan) => {
      const losses = structuredClone(await train.call(engine, plan));
      const values = losses[part as keyof typeof losses];
      const at = values.indexOf(4);
      if (at >= 0) values[at] = NaN;
      return losses;
    };
    const end = Array.fromAsync(loopOn(engine, courseOf()));
    await assert.rejects(end, new DivergenceError(`the ${name} became NaN at step 4`));
  }
});

Deno.test("trainModel() takes every image once an epoch, in another order each time, and keeps the last short batch", async () => {
  const inner = await ReferenceEngine.start(EXAMPLE.definition, "cpu");
  const taken: number[] = [], batches: number[] = [];
  const engine = Object.create(inner, {
    load: { value: inner.load.bind(inner) },
    state: { value: inner.state.bind(inner) },
    forward: { value: inner.forward.bind(inner) },
    losses: { value: inner.losses.bind(inner) },
    train: {
      value: (plan: Parameters<Engine["train"]>[0]) => {
        taken.push(...plan.indices);
        for (let i = 0; i < plan.learningRates.length; i++) {
          batches.push(Math.min(plan.batch, plan.indices.length - i * plan.batch));
        }
        return inner.train(plan);
      },
    },
  });
  await runCase(EXAMPLE, { engine, start: fresh() });
  const epochs = [0, 1, 2].map((e) => taken.slice(e * 40, (e + 1) * 40));
  for (const epoch of epochs) {
    assert.deepEqual(
      epoch.toSorted((a, b) => a - b),
      Array.from({ length: 40 }, (_, i) => i),
    );
  }
  assert.notDeepEqual(epochs[0], epochs[1]);
  assert.deepEqual(batches.slice(0, 6), [7, 7, 7, 7, 7, 5]);
  await inner.dispose();
});

Deno.test("trainModel() stops when the loss diverges, saves nothing of it, and blames the knob that was moved", async () => {
  const engine = await ReferenceEngine.start(EXAMPLE.definition, "cpu");
  const start = fresh();
  start.state.params["decoder.2.bias"][0] = NaN;
  const messageOf = async (turned: Partial<typeof EXAMPLE.config>) => {
    const saved: Snapshot[] = [];
    const example = { ...EXAMPLE, config: { ...EXAMPLE.config, ...turned } };
    const error = await runCase(example, { engine, start }).then(({ saved: all }) => void saved.push(...all), (e) => e);
    assert.ok(error instanceof DivergenceError);
    assert.deepEqual(saved, []);
    return error.message;
  };
  const now = "Cannot go on training: the reconstruction loss became NaN at step 1, expected finite numbers";
  assert.equal(await messageOf({}), now, "no knob was moved");
  assert.equal(await messageOf({ lr: 3 }), `${now}; try a lower --lr than 3`);
  assert.equal(await messageOf({ lr: 1e-4 }), now, "a low rate is not to blame");
  assert.equal(await messageOf({ rho: 1e-300 }), `${now}; try a --rho nearer to 0.05 than 1e-300`);
  assert.equal(await messageOf({ beta: 1e6, lr: 0.1 }), `${now}; try a lower --beta than 1000000`);
  await engine.dispose();
});
