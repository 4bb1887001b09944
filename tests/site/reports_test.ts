/**
 * What the build makes of reports that are missing, unfinished or wrong.
 *
 * @module
 */
import assert from "node:assert/strict";
import { copyFolder, edit, trainSmallRuns } from "./small_reports.ts";
import { assertLinks } from "./dist_checks.ts";
import { build } from "./small_site.ts";

Deno.test("the build", async (t) => {
  const folder = await Deno.makeTempDir();
  const reports = `${folder}/reports`, out = `${folder}/dist`;
  const home = () => Deno.readTextFile(`${out}/index.html`);

  await t.step("says what to do when there is no folder of reports", async () => {
    const { success, output } = await build({ reports: `${folder}/none`, out });
    assert.ok(success, output);
    assert.match(await home(), /deno task train/);
    for (const page of ["explore", "compare", "reference/glossary", "reference/speed", "learn", "learn/family"]) {
      await Deno.stat(`${out}/${page}/index.html`);
    }
    const family = await Deno.readTextFile(`${out}/learn/family/index.html`);
    assert.match(family, /deno task family/);
    assert.match(family, /deno task train --dataset dictionary --sparsity topk/);
  });

  await t.step(
    "shows the good runs of a folder with unfinished and damaged ones, and sweeps in every state",
    async () => {
      await trainSmallRuns(reports);
      await Deno.remove(`${reports}/no-labels/run.json`);
      await Deno.remove(`${reports}/no-labels/latents.json`);
      await Deno.writeTextFile(`${reports}/no-labels/metrics.json`, "{}");
      await copyFolder(`${reports}/digits-a`, `${reports}/digits-c`);
      await edit(`${reports}/digits-c/run.json`, (run) => run.metrics.test.mse = "0.01");
      await copyFolder(`${reports}/digits-b`, `${reports}/none-active`);
      await withoutActivity(`${reports}/none-active`);
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
        { id: "none-active", knobs: { latent: 5 }, seed: 1 },
      ]);
      const { success, output } = await build({ reports, out });
      assert.ok(success, output);
      assert.match(output, /^Drawing the pages of 3 runs …$/m, "a build says what it does before it takes long");
      assert.match(output, /Left out digits-c\/run\.json: metrics\.test\.mse/);
      assert.match(await home(), /digits-b/, "runs of a sweep are shown if there are no others");
      assert.match(await home(), /1 report is left out[\s\S]*digits-c\/run\.json/);
      assert.doesNotMatch(await Deno.readTextFile(`${out}/runs/none-active/index.html`), /Infinity|NaN/);
      assert.match(
        await Deno.readTextFile(`${out}/runs/none-active/index.html`),
        /No latent is active on any of them/,
      );
      await assert.rejects(Deno.stat(`${out}/runs/no-labels/index.html`));
      await assert.rejects(Deno.stat(`${out}/runs/digits-c/index.html`));
      assert.match(await Deno.readTextFile(`${out}/sweeps/none/index.html`), /not finished/);
      assert.match(await Deno.readTextFile(`${out}/sweeps/one/index.html`), /Explained variance by latents/);
      await assertLinks(out, "/");
    },
  );

  await t.step("ends at the first report that is wrong if it is asked to be strict", async () => {
    const { success, output } = await build({ reports, out: `${folder}/strict`, switches: ["--strict"] });
    assert.ok(!success);
    assert.match(output, /Cannot show digits-c\/run\.json: metrics\.test\.mse: .*expected number/);
  });
  await Deno.remove(folder, { recursive: true });
});

/**
 * Turns a report into one of a model whose latents are 0 on every image, measured on data from which nothing can be
 * concluded.
 */
async function withoutActivity(folder: string): Promise<void> {
  await edit(`${folder}/run.json`, (run) => {
    run.id = "none-active";
    run.metrics.test.activeLatents = 0;
    const { density, probing } = run.metrics;
    density.neverFired = run.config.latent;
    density.counts = density.counts.map(() => 0);
    for (const row of [...probing.latents, ...probing.pixels]) row.value = null;
    run.metrics.perturbation = [];
  });
  await edit(`${folder}/activations.json`, (file) => {
    file.histogram.max = 0;
    file.heatmap.acts = file.heatmap.acts.map((row: number[]) => row.map(() => 0));
    file.classMeans = file.classMeans.map((row: number[]) => row.map(() => 0));
  });
  await edit(`${folder}/latents.json`, (file) => {
    for (const name of ["meanActivation", "density", "maxActivation"]) file[name] = file[name].map(() => 0);
    for (const name of ["meanWhenActive", "mainClass", "classPurity", "decodedAt"]) {
      file[name] = file[name].map(() => null);
    }
    file.exampleImages = null;
  });
  await edit(`${folder}/latents/000.json`, (file) => {
    for (const latent of file.latents) {
      const images = latent.histogram.counts.reduce((a: number, b: number) => a + b);
      latent.histogram = { max: 0, counts: latent.histogram.counts.map((_: number, i: number) => i ? 0 : images) };
      latent.top = { rows: [], activations: [] };
      latent.intervals = latent.classProfile = null;
      latent.similar = { latents: [], cosines: [] };
    }
  });
}
