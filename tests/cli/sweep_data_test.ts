/**
 * One data set for all runs of a sweep whose file leaves it open.
 *
 * @module
 */
import assert from "node:assert/strict";
import { settleData, type SweepData } from "../../lib/cli/sweep_data.ts";
import { Terminal } from "../../lib/cli/terminal.ts";
import { planSweep } from "../../lib/sweep/plan.ts";
import type { RunState } from "../../lib/sweep/run_state.ts";
import { parseSweepFile } from "../../lib/sweep/sweep_file.ts";
import { SMALL, withFolder } from "../data/mnist/idx_files.ts";
import { needs } from "../needs.ts";

const FILE = { file: "s.json" };
const figures = { testMse: 1, explainedVariance: 0 };
const finishedOn = (dataName: string): RunState => ({ kind: "finished", figures, dataName });
const stoppedOn = (dataName: string | null): RunState => ({ kind: "stopped", dataName });
const NEW: RunState = { kind: "new" };

/** Settles the data of a sweep with as many random seeds as there are states. */
function settled(states: RunState[], options: Partial<SweepData> & { base?: unknown } = {}): Promise<string[]> {
  const { base = {}, ...rest } = options;
  const json = { name: "a", base, seeds: states.map((_, i) => i) };
  const { runs } = planSweep(parseSweepFile(JSON.stringify(json), FILE), FILE);
  const terminal = new Terminal({ isQuiet: true });
  return settleData({ runs, states, cacheDir: "/nowhere", signal: new AbortController().signal, terminal, ...rest });
}

Deno.test("settleData() refuses runs that were trained on different data", async () => {
  await assert.rejects(
    settled([finishedOn("mnist"), stoppedOn("digits"), NEW]),
    /^UserError: Cannot continue the sweep: run a-s0 was trained on mnist and run a-s1 on digits, expected one data set;/,
  );
});

Deno.test("settleData() goes on with the digits that earlier runs took, and asks for nothing when nothing is open", async () => {
  assert.deepEqual(await settled([finishedOn("digits"), NEW]), ["--dataset=digits"]);
  assert.deepEqual(await settled([finishedOn("mnist"), finishedOn("mnist")]), []);
  assert.deepEqual(await settled([NEW, NEW], { base: { dataset: "digits" } }), []);
});

Deno.test(
  "settleData() settles on the digits once where MNIST cannot be had, and says why in each run",
  needs("permissions"),
  async () => {
    const [dataset, note, ...more] = await settled([NEW, stoppedOn(null)]);
    assert.deepEqual([dataset, more], ["--dataset=digits", []]);
    assert.match(
      note,
      /^--note=Trained on the built-in synthetic digits \(MNIST is not on disk and no mirror answered/,
    );
  },
);

Deno.test(
  "settleData() refuses MNIST that earlier runs had and cannot be had now, and another folder",
  needs("permissions"),
  async () => {
    await assert.rejects(settled([finishedOn("mnist"), NEW]), /^UserError: Cannot download /);
    await withFolder(SMALL, async (dataDir) => {
      assert.deepEqual(await settled([NEW], { dataDir }), []);
      await assert.rejects(
        settled([finishedOn("mnist"), NEW], { dataDir }),
        /^UserError: Cannot continue the sweep: run a-s0 was trained on mnist, and the others would be on .*, expected one /,
      );
    });
  },
);
