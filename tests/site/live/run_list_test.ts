/**
 * The list of runs in the browser, and addresses that name a run.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, resolveConfig } from "../../../lib/config.ts";
import { withPeakRate } from "../../../lib/training/schedule.ts";
import { readAddress, writeAddress } from "../../../site/src/live/address.ts";
import { type LoadableRun, loadableRun } from "../../../site/src/live/loadable_run.ts";
import { addressOfRun, RunList } from "../../../site/src/live/run_list.ts";
import { liveConfig } from "../../../site/src/live/settings.ts";
import { withFittingRun } from "../../../site/src/live/sides.ts";

const RUNS: LoadableRun[] = [
  { id: "a", title: "A", knobs: { sparsity: "l1", lambda: 2 }, data: "mnist", bytes: 10, whyNot: null },
  { id: "b", title: "B", knobs: {}, data: "digits", bytes: 20, whyNot: "its images have 32 × 32 pixels" },
];

/** A list of these runs, served once. */
function listOf(runs: unknown, { hasMnist = true } = {}) {
  const address = URL.createObjectURL(new Blob([typeof runs === "string" ? runs : JSON.stringify(runs)]));
  return { list: new RunList(address, { hasMnist }), gone: () => URL.revokeObjectURL(address) };
}

Deno.test("a run is found in the list, which is loaded once; others are refused in one line", async () => {
  const { list, gone } = listOf(RUNS);
  assert.equal(list.bytesOf("a"), 0, "not known yet");
  assert.deepEqual(await list.find("a"), RUNS[0]);
  gone();
  assert.deepEqual([list.bytesOf("a"), list.bytesOf("b"), list.bytesOf("c")], [10, 20, 0]);
  await assert.rejects(list.find("b"), /^UserError: Cannot open the run b: its images have 32 × 32 pixels$/);
  await assert.rejects(list.find("c"), /^UserError: Cannot open the run c: this site has no such run, expected one of/);
  const { list: other } = listOf(RUNS, { hasMnist: false });
  assert.equal((await other.find("a")).data, "digits");

  await assert.rejects(
    listOf("<html>").list.find("a"),
    /^UserError: Cannot load the list of runs: .*, expected a file of/,
  );
  const unreachable = listOf(RUNS);
  unreachable.gone();
  await assert.rejects(unreachable.list.find("a"), /^UserError: Cannot load the list of runs: .*, expected a file of/);
});

Deno.test("an address that names a run has the run's settings and images, unless it has its own", async () => {
  const { list: runs } = listOf(RUNS);
  const opened = async (hash: string) => await addressOfRun(readAddress(hash).address, { runs, hash });
  const { address, problem } = await opened("#run=a");
  assert.deepEqual([problem, address.run, address.knobs, address.data], [
    null,
    "a",
    { sparsity: "l1", lambda: 2 },
    "mnist",
  ]);
  assert.equal(writeAddress(address), "#sparsity=l1&lambda=2&data=mnist&run=a");
  assert.deepEqual(await opened(writeAddress(address)), { address, problem });
  const own = (await opened("#run=a&lambda=5&data=digits")).address;
  assert.deepEqual([own.knobs, own.data], [{ sparsity: "l1", lambda: 5 }, "digits"]);
  assert.deepEqual((await opened(writeAddress(own))).address, own);
  const without = await opened("#run=b&seed=3");
  assert.equal(without.problem, "Cannot open the run b: its images have 32 × 32 pixels");
  assert.deepEqual([without.address.run, without.address.knobs], [null, { seed: 3 }]);
  assert.deepEqual(await opened("#seed=3"), { address: readAddress("#seed=3").address, problem: null });
});

Deno.test("the settings of a run in the list make its model in the page, with its learning rate", () => {
  const dataset = { name: "mnist", kind: "image", height: 28, width: 28, channels: 1, black: 0, white: 1 };
  const models: Partial<Config>[] = [
    {},
    { preset: "notebook" },
    { sparsity: "topk", latent: 300, k: 7, seed: 4, batch: 64 },
    { sparsity: "l1", output: "sigmoid" },
    { penalize: "all" },
    { hidden: [] },
    { sparsity: "jumprelu", lr: 0.01 },
    { sparsity: "matryoshka", prefixes: [0.5] },
  ];
  for (const turned of models) {
    const config = withPeakRate(resolveConfig({ ...turned, dataset: "mnist", epochs: 3 }), { totalSteps: 1407 });
    const { knobs, data } = loadableRun({ id: "a", title: "A", config, dataset } as Parameters<typeof loadableRun>[0]);
    const { warmupSteps: _a, sparsityWarmupSteps: _b, ...page } = liveConfig({ knobs }, { count: 60_000 });
    const { warmupSteps: _c, sparsityWarmupSteps: _d, ...run } = config;
    assert.deepEqual(
      page,
      { ...run, dataset: "digits", decay: "constant", epochs: 100, snapshots: 40 },
      JSON.stringify(turned),
    );
    assert.equal(data, "mnist");
    const settings = { data, knobs, run: "a" };
    assert.equal(withFittingRun(settings, { fitting: knobs }).run, "a");
    assert.equal(withFittingRun({ ...settings, knobs: { ...knobs, latent: 99 } }, { fitting: knobs }).run, null);
    assert.equal(withFittingRun({ ...settings, knobs: { ...knobs, seed: 99 } }, { fitting: knobs }).run, "a");
  }
});
