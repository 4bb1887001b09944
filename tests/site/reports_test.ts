/**
 * What the build makes of reports that are missing, unfinished or wrong.
 *
 * @module
 */
import assert from "node:assert/strict";
import { build, edit, trainSmallRuns } from "./small_site.ts";

Deno.test("the build", async (t) => {
  const folder = await Deno.makeTempDir();
  const reports = `${folder}/reports`, out = `${folder}/dist`;
  const home = () => Deno.readTextFile(`${out}/index.html`);

  await t.step("says what to do when there is no folder of reports", async () => {
    const { success, output } = await build({ reports: `${folder}/none`, out });
    assert.ok(success, output);
    assert.match(await home(), /deno task train/);
    for (const page of ["runs", "features", "compare", "glossary", "speed", "theory", "family", "sweeps"]) {
      await Deno.stat(`${out}/${page}/index.html`);
    }
    const family = await Deno.readTextFile(`${out}/family/index.html`);
    assert.match(family, /deno task family/);
    assert.match(family, /deno task train --dataset dictionary --sparsity topk/);
    assert.match(await Deno.readTextFile(`${out}/sweeps/index.html`), /deno task family/);
  });

  await trainSmallRuns(reports);
  await t.step("leaves out a run that is not finished", async () => {
    await Deno.remove(`${reports}/no-labels/run.json`);
    await Deno.remove(`${reports}/no-labels/features.json`);
    await Deno.writeTextFile(`${reports}/no-labels/metrics.json`, "{}");
    const { success, output } = await build({ reports, out });
    assert.ok(success, output);
    assert.match(await home(), /digits-b/);
    await assert.rejects(Deno.stat(`${out}/runs/no-labels/index.html`));
  });

  await t.step("shows a sweep of which no run is finished, and one of a single knob", async () => {
    const sweep = (name: string, knobs: unknown[], runs: unknown[]) =>
      Deno.writeTextFile(
        `${reports}/sweeps/${name}.json`,
        JSON.stringify({ schemaVersion: 1, name, base: {}, knobs, seeds: [0], runs }),
      );
    await Deno.mkdir(`${reports}/sweeps`);
    await sweep("none", [{ name: "latent", values: [6] }], [{ id: "none-6", knobs: { latent: 6 }, seed: 0 }]);
    await sweep("one", [{ name: "latent", values: [6, 5] }], [
      { id: "digits-a", knobs: { latent: 6 }, seed: 0 },
      { id: "digits-b", knobs: { latent: 5 }, seed: 0 },
    ]);
    const { success, output } = await build({ reports, out });
    assert.ok(success, output);
    assert.match(await Deno.readTextFile(`${out}/sweeps/none/index.html`), /not finished/);
    assert.match(await Deno.readTextFile(`${out}/sweeps/one/index.html`), /by one knob/);
    assert.match(await home(), /digits-b/, "runs of a sweep where there are no others");
    await Deno.remove(`${reports}/sweeps`, { recursive: true });
  });

  await t.step("fails when a report is wrong, and names file, field and reason", async () => {
    await edit(`${reports}/digits-a/run.json`, (run) => run.metrics.test.mse = "0.01");
    const { success, output } = await build({ reports, out });
    assert.ok(!success);
    assert.match(output, /digits-a/);
    assert.match(output, /metrics\.test\.mse/);
    assert.match(output, /expected number|Expected type/);
  });
  await Deno.remove(folder, { recursive: true });
});
