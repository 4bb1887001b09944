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
    for (const page of ["runs", "features", "compare", "glossary", "speed", "theory"]) {
      await Deno.stat(`${out}/${page}/index.html`);
    }
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
