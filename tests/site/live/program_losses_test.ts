/**
 * A session's losses are those of the program's own run, for every variant.
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

for (
  const sparsity of ["kl", "topk", "l1", "batchtopk", "gated", "jumprelu", "matryoshka", "hierarchicaltopk"] as const
) {
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
