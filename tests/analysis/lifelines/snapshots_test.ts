/**
 * Snapshots of runs on every engine: the model's bits are those without them, what they say is what single steps show, and a
 * run that was stopped and resumed has the same.
 *
 * @module
 */
import assert from "node:assert/strict";
import { sampleSize } from "../../../lib/analysis/lifelines/snapshots.ts";
import { pixelValues } from "../../../lib/pixels.ts";
import { sigmoid } from "../../../lib/sae/logistic.ts";
import { initialBuffers, LAST_FIRED } from "../../../lib/sae/model.ts";
import { courseFrom, freshSnapshot } from "../../../lib/training/course.ts";
import { loopOf } from "../../../lib/training/run_loop.ts";
import { snapshotSteps } from "../../../lib/training/snapshot_steps.ts";
import { ENGINES, opened } from "../../engine/engines.ts";
import { makeVariantCase, type VariantCase } from "../../engine/variant_cases.ts";
import { needs } from "../../needs.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { runCase, throughFile, withoutClock } from "../../training/case_runs.ts";

/** 5 epochs of 11 steps, the last of each short; latents die, and are resampled. */
const TURNED = { sparsity: "topk", k: 1, latent: 9, batch: 4, epochs: 5, deadSteps: 3, resampleSteps: 10 } as const;
const TOTAL_STEPS = 55;
const WITHOUT = makeVariantCase(6, TURNED, { count: 41 });
const WITH = makeVariantCase(6, { ...TURNED, snapshots: 12 }, { count: 41 });

const fresh = ({ state: { params }, config, definition: { arch } }: VariantCase) =>
  freshSnapshot({ params, buffers: initialBuffers(arch) }, config);

const engines = ENGINES.filter(({ name }) => /reference on cpu$|2 threads$|^webgpu$/.test(name));

for (const { name, start, ignore } of engines) {
  Deno.test({ name: `a run on ${name} has the same bits with snapshots and without`, ignore }, async () => {
    await using engine = await opened(start, WITH.definition);
    const { last: without } = await runCase(WITHOUT, { engine, start: fresh(WITHOUT) });
    const { last } = await runCase(WITH, { engine, start: fresh(WITH) });
    const { lifelines, ...rest } = withoutClock(last);
    assert.deepEqual({ ...rest, lifelines: null }, withoutClock(without));
    assert.deepEqual(lifelines!.snapshots.map(({ step }) => step), snapshotSteps(TOTAL_STEPS, { snapshots: 12 }));
  });
}

Deno.test(
  "a snapshot has the decoder's columns, the active rows and the dead latents of its step",
  needs("permissions"),
  async () => {
    const { start } = ENGINES.find(({ name }) => name === "reference on cpu")!;
    const { definition, config: { deadSteps }, pixels } = WITH, { arch: { nLatents, dInput } } = definition;
    await using engine = await opened(start, definition);
    const { last } = await runCase(WITH, { engine, start: fresh(WITH) });
    const { snapshots } = last.lifelines!;
    for (const { step, directions, activeRows, isDead } of snapshots) {
      const state = await stateAfter(step, engine);
      const decoder = state.params["decoder.0.weight"];
      const columns = Array.from(
        { length: nLatents * dInput },
        (_, i) => decoder[i % dInput * nLatents + Math.floor(i / dInput)],
      );
      assert.deepEqual([...directions], columns, `directions after step ${step}`);
      await engine.setState(state);
      const { hidden: [acts] } = await engine.forward(pixels); // 41 rows: all are in the sample
      const active = Array.from(
        { length: nLatents },
        (_, j) => acts.filter((act, i) => i % nLatents === j && act > 0).length,
      );
      assert.deepEqual([...activeRows], active, `active rows after step ${step}`);
      const dead = Array.from(state.buffers[LAST_FIRED], (fired) => step - fired > deadSteps ? 1 : 0);
      assert.deepEqual([...isDead!], dead, `dead after step ${step}`);
    }
    const { events } = last.lifelines!, sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
    assert.equal(sum(events!.resampled), last.resampled.reduce((sum, { latents }) => sum + latents, 0));
    assert.ok(sum(events!.deaths) > 0 && sum(events!.resampled) > 0, "the example has deaths and resampled latents");
    for (const name of ["deaths", "revivals", "resampled"] as const) {
      assert.equal(snapshots.reduce((all, { since }) => all + since![name], 0), sum(events![name]), name);
    }

    /** The state after so many steps and before what happens between steps then. */
    async function stateAfter(step: number, engine: Parameters<typeof runCase>[1]["engine"]) {
      if (step === 0) return fresh(WITHOUT).state;
      const { config, definition, pixels, count } = WITHOUT, begun = fresh(WITHOUT);
      await engine.load({ state: begun.state, pixels, batch: config.batch });
      const course = courseFrom(begun, { totalSteps: TOTAL_STEPS }), train = { pixels, count };
      const loop = loopOf({ config, definition, engine, train, course, firstStep: 0, mostSteps: () => 1 });
      for await (const { taken } of loop) if (taken === step) break;
      return await engine.state();
    }
  },
);

Deno.test(
  "a run that is stopped anywhere and goes on from its file has the same lifelines",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { start } = ENGINES.find(({ name }) => name === "cpu with 1 threads")!;
    await using engine = await opened(start, WITH.definition);
    const { last: whole } = await runCase(WITH, { engine, start: fresh(WITH) });
    const stops = new Set<number>();
    for (const stopAfter of [1, 4, 9, 17, 30]) {
      const { last: stopped } = await runCase(WITH, { engine, start: fresh(WITH), stopAfter });
      if (stopped.state.step === TOTAL_STEPS || stops.has(stopped.state.step)) continue;
      stops.add(stopped.state.step);
      const read = await throughFile(WITH, stopped, `${folder.path}/checkpoint`);
      assert.deepEqual(read, stopped);
      const { last } = await runCase(WITH, { engine, start: read });
      assert.deepEqual(withoutClock(last), withoutClock(whole), `stopped after step ${stopped.state.step}`);
    }
    assert.ok(stops.size >= 3, `stopped after ${[...stops]}`);
    const { saved } = await runCase(WITH, { engine, start: fresh(WITH) }); // killed before the report was written
    const { last } = await runCase(WITH, {
      engine,
      start: await throughFile(WITH, saved.at(-1)!, `${folder.path}/last`),
    });
    assert.deepEqual(last.lifelines, whole.lifelines);
  },
);

Deno.test(
  "with hidden layers a latent's effect on the output stands for its direction",
  needs("permissions"),
  async () => {
    const deep = makeVariantCase(5, {
      sparsity: "kl",
      hidden: [4],
      latent: 3,
      output: "sigmoid",
      batch: 10,
      epochs: 1,
      snapshots: 3,
    }, {
      count: 20,
    });
    const { start } = ENGINES.find(({ name }) => name === "reference on cpu")!;
    const { definition: { arch } } = deep, { dInput, nLatents } = arch;
    await using engine = await opened(start, deep.definition);
    const { last } = await runCase(deep, { engine, start: fresh(deep) });
    const { events, snapshots } = last.lifelines!;
    assert.equal(events, null);
    assert.deepEqual(
      snapshots.map(({ step, isDead, since }) => [step, isDead, since]),
      [0, 1, 2].map((step) => [step, null, null]),
    );
    // By hand: every other latent at its mean over the sample, this one at its largest activation or at its mean.
    const { hidden } = await engine.forward(deep.pixels),
      acts = hidden[arch.latentIndex],
      rows = acts.length / nLatents;
    const column = (j: number) => Array.from({ length: rows }, (_, i) => acts[i * nLatents + j]);
    const means = Array.from({ length: nLatents }, (_, j) => column(j).reduce((a, b) => a + b) / rows);
    const decoded = async (latents: number[]) => (await engine.decode(Float32Array.from(latents))).map(sigmoid);
    const base = await decoded(means), final = snapshots.at(-1)!.directions;
    assert.equal(pixelValues(deep.pixels).length, rows * dInput);
    for (let j = 0; j < nLatents; j++) {
      const alone = await decoded(means.with(j, Math.max(...column(j))));
      for (let d = 0; d < dInput; d++) {
        assert.ok(
          Math.abs(final[j * dInput + d] - (alone[d] - base[d])) < 1e-6,
          `${j}, ${d}`,
        );
      }
    }
  },
);

Deno.test("the sample is of 2,048 rows, or of all if there are fewer", () => {
  assert.deepEqual([sampleSize(10), sampleSize(2048), sampleSize(10_000)], [10, 2048, 2048]);
});
