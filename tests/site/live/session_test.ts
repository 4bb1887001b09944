/**
 * The Worker's session without a Worker: what it answers, in which order, and that chunks do not matter.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../../lib/engine/cpu/cpu_engine.ts";
import { stepDefinition } from "../../../lib/engine/engine.ts";
import { trainModel } from "../../../lib/run/train.ts";
import { initialModel } from "../../../lib/sae/init.ts";
import { freshSnapshot, totalStepsOf } from "../../../lib/training/course.ts";
import { liveConfig, type LiveSettings } from "../../../site/src/live/settings.ts";
import { DATA, FILES, opening, TestSession, trainTo } from "./live_session.ts";

const { dataset } = await DATA.load("digits", FILES);
const STEPS = 60;

/** The losses that the program has with the same settings: its own function for a whole run, stopped in time. */
async function programLosses(knobs: LiveSettings["knobs"]): Promise<ReturnType<TestSession["losses"]>> {
  const { train, height, width } = dataset;
  const config = liveConfig({ knobs }, { count: train.count }), definition = stepDefinition(config, height * width);
  const engine = await CpuEngine.start(definition, { threads: 1 });
  const stop = new AbortController();
  const takeStart = () => freshSnapshot(initialModel(config, { arch: definition.arch, pixels: train.pixels }), config);
  assert.ok(totalStepsOf(config, train.count) > STEPS);
  const { history } = await trainModel({ config, definition, engine, train, test: dataset.test, takeStart }, {
    signal: stop.signal,
    onEvent: (event) => event.kind === "progress" && event.progress.step >= STEPS && stop.abort(),
  });
  await engine.dispose();
  const weighted = history.penalty.map((value, i) => history.weight[i] * value);
  return {
    reconstruction: [...history.reconstruction.subarray(0, STEPS)],
    penalty: [...weighted.subarray(0, STEPS)],
    auxiliary: [...history.auxiliary.subarray(0, STEPS)],
  };
}

for (const sparsity of ["kl", "topk", "l1", "batchtopk", "gated", "jumprelu", "matryoshka"] as const) {
  Deno.test(`${sparsity}: ${STEPS} steps have the losses of the program's own run, to the last bit`, async () => {
    const knobs: LiveSettings["knobs"] = { sparsity };
    await using live = new TestSession();
    await live.ask(opening(knobs), trainTo(STEPS));
    assert.deepEqual([live.last("paused").step, live.last("paused").message], [STEPS, null]);
    assert.deepEqual(live.losses(), await programLosses(knobs));
    const { frame } = live.last("frame");
    assert.deepEqual([frame.step, frame.isTraining, frame.stats!.rows], [STEPS, false, 1024]);
  });
}

Deno.test("training goes on behind its 100 epochs as before, and chunks of any length give the same bits", async () => {
  const knobs: LiveSettings["knobs"] = { sparsity: "topk", latent: 16, k: 4, batch: 2488, epochs: 2 }; // 2 steps an epoch
  await using whole = new TestSession();
  await whole.ask(opening(knobs), trainTo(13));
  await using parts = new TestSession();
  await parts.ask(opening(knobs));
  for (const until of [1, 4, 5, 13]) await parts.ask(trainTo(until));
  assert.equal(whole.losses().reconstruction.length, 13);
  assert.deepEqual(parts.losses(), whole.losses());
  assert.deepEqual(parts.last("frame").frame.samples, whole.last("frame").frame.samples);
});

Deno.test("changes take effect at a step that is reported, and an address with them gives the same bits", async () => {
  for (
    const { knobs, changes } of [
      { knobs: { sparsity: "kl" }, changes: [["rho", 0.2], ["beta", 0.05], ["lr", 1e-3]] },
      { knobs: { sparsity: "batchtopk", latent: 32 }, changes: [["k", 4], ["lr", 1e-2], ["k", 20]] },
    ] as const
  ) {
    await using played = new TestSession();
    await played.ask(opening(knobs));
    for (const [i, [knob, value]] of changes.entries()) {
      played.send(trainTo(null));
      await until(played, (message) => message.type === "frame" && message.frame.step > 10 * i);
      await played.ask({ type: "change", knob, value }, { type: "pause" });
    }
    await played.ask(trainTo(60));
    const made = played.all("changed").map(({ change }) => change);
    assert.deepEqual(made.map(({ knob, value }) => [knob, value]), changes);
    await using repeated = new TestSession();
    await repeated.ask(opening(knobs, { changes: made, until: 60 }));
    assert.equal(repeated.last("opened").opened.step, 60);
    assert.deepEqual(repeated.losses(), played.losses());
    assert.deepEqual(repeated.last("frame").frame.samples, played.last("frame").frame.samples);
    assert.deepEqual(repeated.last("frame").frame.stats, played.last("frame").frame.stats);
  }
});

/** Waits for a message. */
function until(session: TestSession, isIt: (message: TestSession["sent"][number]) => boolean): Promise<void> {
  return new Promise((resolve) => {
    session.onMessage = (message) => {
      if (isIt(message)) resolve();
    };
  });
}
