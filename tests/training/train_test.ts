/**
 * The loop on a small model: stopping anywhere and going on equals never having stopped, bit for bit.
 *
 * @module
 */
import assert from "node:assert/strict";
import { testRow } from "../../lib/analysis/history.ts";
import { decoderNorms, measureSplit } from "../../lib/analysis/measure.ts";
import type { Config } from "../../lib/config.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { UserError } from "../../lib/errors.ts";
import {
  freshSnapshot,
  loadCheckpoint,
  type RunIdentity,
  saveCheckpoint,
  type Snapshot,
} from "../../lib/training/snapshot.ts";
import { stepsPerEpoch, train } from "../../lib/training/train.ts";
import { makeCase } from "../engine/cases.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const EXAMPLE = makeCase(20, { hidden: [6], latent: 3, batch: 7, epochs: 3, lr: 1e-2 }, { count: 40 });

/** Runs from a snapshot; stops when `stopAfter` steps were taken. */
async function run(
  start: Snapshot,
  options: { engine: Engine; config?: Partial<Config>; stopAfter?: number; folder?: string },
) {
  const { definition, pixels, count } = EXAMPLE;
  const config = { ...EXAMPLE.config, ...options.config };
  const stop = new AbortController();
  const saved: Snapshot[] = [];
  const images = { pixels, count, labels: null, factors: {} };
  const last = await train({
    config,
    engine: options.engine,
    pixels,
    count,
    start,
    evaluate: async (params, weight) =>
      testRow(await measureSplit(options.engine, images, definition), {
        ...definition,
        weight,
        decoderNorms: decoderNorms(params, definition.arch),
      }),
    measureL0: () => assert.fail("there is no target"),
    resample: () => assert.fail("nothing is to be renewed"),
    save: (snapshot) => Promise.resolve(void saved.push(snapshot)),
    onProgress: ({ step }) => step >= (options.stopAfter ?? Infinity) && stop.abort(),
    onEpoch: () => {},
    signal: stop.signal,
  });
  return { last, saved };
}

const fresh = () => freshSnapshot(EXAMPLE.state.params, { config: EXAMPLE.config, arch: EXAMPLE.definition.arch });
const withoutClock = ({ trainMs: _, ...snapshot }: Snapshot) => snapshot;

for (const backend of ["wasm", "cpu"] as const) {
  Deno.test(`train() on ${backend} stopped after any chunk and resumed from its file equals the uninterrupted run, bit for bit`, async () => {
    await using folder = await temporaryFolder();
    const engine = await ReferenceEngine.start(EXAMPLE.definition, backend);
    const whole = await run(fresh(), { engine });
    const nSteps = stepsPerEpoch(EXAMPLE.count, EXAMPLE.config.batch);
    assert.equal(whole.last.state.step, 3 * nSteps);
    for (const stopAfter of [1, nSteps, 2 * nSteps, 3 * nSteps]) {
      const stopped = await run(fresh(), { engine, stopAfter });
      const path = `${folder.path}/checkpoint`;
      await saveCheckpoint(path, {
        identity: {} as RunIdentity,
        snapshot: stopped.saved.at(-1)!,
        arch: EXAMPLE.definition.arch,
      });
      const { snapshot } = await loadCheckpoint(path);
      const resumed = await run(snapshot, { engine });
      assert.deepEqual(withoutClock(resumed.last), withoutClock(whole.last));
    }
    await engine.dispose();
  });
}

Deno.test("train() takes every image once an epoch, in another order each time, and keeps the last short batch", async () => {
  const inner = await ReferenceEngine.start(EXAMPLE.definition, "cpu");
  const taken: number[] = [], batches: number[] = [];
  const engine = Object.create(inner, {
    load: { value: inner.load.bind(inner) },
    state: { value: inner.state.bind(inner) },
    forward: { value: inner.forward.bind(inner) },
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
  await run(fresh(), { engine });
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

Deno.test("train() stops with step and knob when the loss diverges, and saves nothing of it", async () => {
  const engine = await ReferenceEngine.start(EXAMPLE.definition, "cpu");
  const start = fresh();
  start.state.params["decoder.2.bias"][0] = NaN;
  const saved = run(start, { engine });
  await assert.rejects(saved, (error: Error) => {
    assert.ok(error instanceof UserError);
    assert.match(
      error.message,
      /^Cannot go on training: the loss became NaN .* at step 1, expected finite numbers; try a lower --lr than 0.01$/,
    );
    return true;
  });
  await engine.dispose();
});

Deno.test("loadCheckpoint() refuses a file that is no checkpoint", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/checkpoint`, "not a checkpoint");
  await assert.rejects(
    loadCheckpoint(`${folder.path}/checkpoint`),
    /^UserError: Cannot resume from .*expected a checkpoint of this version$/,
  );
});
