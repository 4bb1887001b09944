/**
 * Training on rows that are read from disk: against float64 on the same rows, and the same bits however they are read and
 * wherever the run was stopped.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Config } from "../../lib/config.ts";
import { UNSCALED } from "../../lib/data/scaling.ts";
import type { RowStream } from "../../lib/data/stream/row_stream.ts";
import { StreamedRows } from "../../lib/data/stream/streamed_rows.ts";
import type { StreamPlan } from "../../lib/data/stream/stream_plan.ts";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import type { Engine, StepPlan } from "../../lib/engine/engine.ts";
import { gatherPixels, type Pixels, pixelValues } from "../../lib/pixels.ts";
import { Rng } from "../../lib/rng.ts";
import { initialBuffers } from "../../lib/sae/model.ts";
import { freshSnapshot, type Snapshot, stepsPerEpoch } from "../../lib/training/course.ts";
import { writeRows } from "../data/stream/written_rows.ts";
import { kernels } from "../engine/kernels.ts";
import { VariantTrainer64 } from "../engine/float64_variant_gradients.ts";
import { rowsOf } from "../engine/float64_variants.ts";
import { makeVariantCase } from "../engine/variant_cases.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { runCase, type RunnableCase, throughFile, withoutClock } from "./case_runs.ts";

const BATCH = 30, BUFFER_MB = 1;

/** A case whose rows are on disk. */
interface StreamedCase extends RunnableCase {
  plan: StreamPlan;
  /** All training rows in the order of the files. */
  all: Pixels;
  fresh(): Snapshot;
}

/** 1,000 rows of 4 KB, or 2 KB as bytes, in two files; a tenth is held out. */
async function streamedCase(
  folder: string,
  turned: Partial<Config>,
  { areBytes = false } = {},
): Promise<StreamedCase> {
  const { plan, pixels: all } = await writeRows(folder, {
    parts: [{ count: 611, type: areBytes ? "u8" : "f16" }, { count: 389, type: areBytes ? "u8" : "f32", lead: 24 }],
    dInput: areBytes ? 2048 : 1024,
    testShare: 0.1,
    storesBytes: areBytes,
    areBytes,
    scaling: areBytes ? UNSCALED : { ...UNSCALED, scale: "mean-norm", factor: 0.02 },
  });
  const knobs = { batch: BATCH, epochs: 2, latent: 6, lr: 1e-3, ...turned };
  const example = makeVariantCase(plan.dInput, knobs, { data: areBytes ? "bytes" : "floats", count: 40 });
  const { config, definition, state: { params } } = example;
  const pixels = gatherPixels(all, Array.from({ length: 45 }, (_, i) => 20 * i), plan.dInput);
  const fresh = () =>
    freshSnapshot({ params: structuredClone(params), buffers: initialBuffers(definition.arch) }, config);
  return { config, definition, pixels, count: plan.count, plan, all, fresh };
}

const streamOf = (plan: StreamPlan, readBytes?: number) =>
  new StreamedRows(plan, { batch: BATCH, bufferMb: BUFFER_MB, readBytes });

const cpu = async ({ definition }: RunnableCase) =>
  await CpuEngine.start(definition, { threads: 2, kernels: await kernels() });

/** A stream whose pools come late, each after another while. */
function slowed(stream: RowStream): RowStream {
  const rng = Rng.fromSeed(0, "delays");
  return {
    poolRows: stream.poolRows,
    shuffleAfter: (shuffle) => stream.shuffleAfter(shuffle),
    readAhead: (place) => stream.readAhead(place),
    pool: async (place) => {
      await new Promise((resolve) => setTimeout(resolve, 10 + rng.below(20)));
      return await stream.pool(place);
    },
  };
}

/** An engine that writes down the rows of each step and how it was taken. */
function recording(engine: Engine, steps: { rows: Pixels; lr: number; weight: number }[], dInput: number): Engine {
  let has: Pixels;
  return Object.create(engine, {
    ...Object.fromEntries(
      (["load", "losses", "forward", "forwardSparse", "state", "buffer", "setState"] as const).map((name) => [
        name,
        { value: (engine[name] as (...args: unknown[]) => unknown)?.bind(engine) },
      ]),
    ),
    setRows: { value: (pixels: Pixels) => (has = pixels.slice() as Pixels, engine.setRows(pixels)) },
    train: {
      value: (plan: StepPlan) => {
        for (const [i, lr] of plan.learningRates.entries()) {
          const rows = gatherPixels(has, plan.indices.slice(i * plan.batch, (i + 1) * plan.batch), dInput);
          steps.push({ rows, lr, weight: plan.weights[i] });
        }
        return engine.train(plan);
      },
    },
  });
}

Deno.test(
  "a streamed run takes every training row once an epoch, and equals float64 on these rows",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const example = await streamedCase(folder.path, { sparsity: "l1" }), { plan, definition, all } = example;
    using stream = streamOf(plan);
    const inner = await cpu(example);
    const steps: { rows: Pixels; lr: number; weight: number }[] = [];
    const start = example.fresh();
    const { last } = await runCase(example, {
      engine: recording(inner, steps, plan.dInput),
      start: example.fresh(),
      stream,
    });
    await inner.dispose();
    const nSteps = stepsPerEpoch(plan.count, BATCH);
    assert.equal(steps.length, 2 * nSteps);
    assert.equal(steps[nSteps - 1].rows.length / plan.dInput, plan.count % BATCH, "the last short batch is kept");
    const numberOf = (row: ArrayLike<number>) => Math.round(row[0] / 0.02) + 100 * Math.round(row[1] / 0.02);
    const numbers = (rows: Pixels) => rowsOf(pixelValues(rows), plan.dInput).map(numberOf);
    const epochs = [0, 1].map((epoch) =>
      steps.slice(epoch * nSteps, (epoch + 1) * nSteps).flatMap(({ rows }) => numbers(rows))
    );
    for (const epoch of epochs) assert.deepEqual(epoch.toSorted((a, b) => a - b), numbers(all));
    assert.notDeepEqual(epochs[0], epochs[1]);
    const truth = new VariantTrainer64(definition, start.state);
    for (const [i, { rows, ...moment }] of steps.slice(0, 10).entries()) { // of three pools; float64 takes its time
      const { reconstruction, penalty } = truth.train(rowsOf(pixelValues(rows), plan.dInput), moment);
      for (const [part, wanted] of [["reconstruction", reconstruction], ["penalty", penalty]] as const) {
        const found = last.history[part][i];
        assert.ok(Math.abs(found - wanted) < 1e-4 * (1e-3 + wanted), `${part} of step ${i}: ${found}, ${wanted}`);
      }
    }
  },
);

for (
  const { name, turned, areBytes } of [
    { name: "floats", turned: { sparsity: "topk", k: 2, latent: 12 }, areBytes: false },
    {
      name: "bytes, a target L0 and resampling",
      turned: { sparsity: "l1", latent: 12, targetL0: 3, sparsityWarmupSteps: 5, resampleSteps: 10, deadSteps: 4 },
      areBytes: true,
    },
  ] as const
) {
  Deno.test(
    `a streamed run gives the same bits however it is read and wherever it was stopped: ${name}`,
    needs("permissions"),
    async () => {
      await using folder = await temporaryFolder();
      const example = await streamedCase(folder.path, turned, { areBytes }), { plan } = example;
      const engine = await cpu(example);
      using stream = streamOf(plan);
      const { last: whole } = await runCase(example, { engine, start: example.fresh(), stream });
      assert.equal(whole.state.step, 62);
      if (areBytes) assert.equal(whole.resampled.length, 3);
      assert.ok(whole.waitMs > 0 && whole.waitMs < whole.trainMs, `${whole.waitMs} of ${whole.trainMs} ms`);

      using single = streamOf(plan, 1); // a row a read
      const slow = await runCase(example, { engine, start: example.fresh(), stream: slowed(single) });
      assert.deepEqual(withoutClock(slow.last), withoutClock(whole));
      assert.ok(slow.last.waitMs >= 8 * 10 * (areBytes ? 1 : 2), `${slow.last.waitMs} ms`);

      const poolSteps = stream.poolRows / BATCH;
      assert.equal(poolSteps, areBytes ? 8 : 4);
      for (const stopAfter of [1, poolSteps, poolSteps + 2, 31, 34]) {
        using before = streamOf(plan), after = streamOf(plan, 50_000);
        const { last: stopped } = await runCase(example, { engine, start: example.fresh(), stream: before, stopAfter });
        assert.ok(stopped.state.step < 62);
        const start = await throughFile(example, stopped, `${folder.path}/checkpoint`);
        const other = await cpu(example); // of another process
        const { last: resumed } = await runCase(example, { engine: other, start, stream: after });
        assert.deepEqual(withoutClock(resumed), withoutClock(whole), `stopped after ${stopped.state.step}`);
        await other.dispose();
      }
      await engine.dispose();
    },
  );
}

Deno.test(
  "a file that changes ends the run in one line, and the steps before are kept",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const example = await streamedCase(folder.path, { sparsity: "topk", k: 2 }), { plan } = example;
    const engine = await cpu(example), path = `${folder.path}/1.bin`;
    using stream = streamOf(plan);
    const { last: whole } = await runCase(example, { engine, start: example.fresh(), stream });

    const { mtime } = await Deno.stat(path), saved: Snapshot[] = [];
    let hasChanged = false;
    const change = (step: number) => {
      if (step < 9 || hasChanged) return;
      hasChanged = true;
      Deno.utimeSync(path, 1, 1);
    };
    const ended = runCase(example, {
      engine,
      start: example.fresh(),
      stream,
      onStep: change,
      onSave: (s) => saved.push(s),
    });
    await assert.rejects(ended, {
      name: "UserError",
      message: /1\.bin: it was written at .*, expected the file as it was at the beginning$/,
    });
    assert.equal(saved.length, 1);
    assert.ok(saved[0].state.step >= 9 && saved[0].state.step < 31, `${saved[0].state.step}`);

    await Deno.utime(path, mtime!, mtime!);
    using again = streamOf(plan);
    const { last: resumed } = await runCase(example, { engine, start: saved[0], stream: again });
    assert.deepEqual(withoutClock(resumed), withoutClock(whole));
    await engine.dispose();
  },
);
