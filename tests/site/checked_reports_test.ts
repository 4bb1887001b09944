/**
 * Which reports the site takes: damaged files of every kind are named with file and field, and the other runs stay.
 *
 * @module
 */
import assert from "node:assert/strict";
import { checkedReports } from "../../site/src/checked_reports.ts";
import { edit, trainSmallRuns } from "./small_reports.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

/** One damage each: a file of the run `digits-a`, what happens to it, and the reason that must be given. */
const DAMAGES: { file: string; damage(content: Json): void; reason: RegExp }[] = [
  { file: "run.json", damage: (run) => run.metrics.test.mse = "0.01", reason: /metrics\.test\.mse: .*number/ },
  { file: "run.json", damage: (run) => run.id = "other", reason: /id: it is "other", expected "digits-a"/ },
  { file: "run.json", damage: (run) => run.dataset.name = "", reason: /dataset\.name/ },
  { file: "run.json", damage: (run) => run.model.layers = [], reason: /model\.layers/ },
  { file: "run.json", damage: (run) => run.model.layers[0].dIn = 5, reason: /dIn: it is 5, expected 784/ },
  { file: "run.json", damage: (run) => run.metrics.density.counts.pop(), reason: /metrics\.density\.counts: expected/ },
  { file: "run.json", damage: (run) => run.metrics.density.edges = [], reason: /metrics\.density\.edges/ },
  { file: "metrics.json", damage: (file) => file.epochs = [], reason: /epochs/ },
  { file: "metrics.json", damage: (file) => file.epochs.pop(), reason: /epochs\.length: it is 1, expected 2/ },
  { file: "metrics.json", damage: (file) => file.epochs[1].epoch = 7, reason: /epochs\[1\]\.epoch: expected 2/ },
  { file: "metrics.json", damage: (file) => file.epochs[0].test.klNats = null, reason: /epochs\[0\]\.test\.klNats/ },
  { file: "metrics.json", damage: (file) => file.steps = [], reason: /steps/ },
  { file: "reconstructions.json", damage: (file) => file.pairs = [], reason: /pairs/ },
  { file: "reconstructions.json", damage: (file) => file.pairs[0].image = 1e6, reason: /pairs\[0\]\.image: it is/ },
  { file: "reconstructions.json", damage: (file) => file.pairs[0].label = 77, reason: /pairs\[0\]\.label: it is 77/ },
  { file: "reconstructions.json", damage: (file) => file.sprite.count = 5e7, reason: /sprite\.count/ },
  { file: "reconstructions.json", damage: (file) => file.sprite.columns = 3, reason: /^it has \d+ × \d+ pixels/ },
  { file: "reconstructions.json", damage: (file) => file.batch.labels.pop(), reason: /batch\.labels/ },
  { file: "reconstructions.json", damage: (file) => file.sprite.files = ["../../run.png"], reason: /sprite\.files/ },
  { file: "reconstructions.json", damage: (file) => file.sprite.files = ["other.png"], reason: /^it is not there/ },
  { file: "reconstructions.json", damage: (file) => file.sprite.tileWidth = 27, reason: /sprite\.tileWidth: it is 27/ },
  { file: "activations.json", damage: (file) => file.histogram.counts = [], reason: /histogram\.counts/ },
  {
    file: "activations.json",
    damage: (file) => file.shown[1] = file.shown[0],
    reason: /shown\[1\]: expected ascending/,
  },
  { file: "activations.json", damage: (file) => file.shown[5] = 99, reason: /shown\[5\]: it is 99/ },
  { file: "activations.json", damage: (file) => file.heatmap.acts[3].pop(), reason: /heatmap\.acts\[3\]/ },
  { file: "activations.json", damage: (file) => file.heatmap.labels.pop(), reason: /heatmap\.labels/ },
  { file: "activations.json", damage: (file) => file.classMeans[1].push(1), reason: /classMeans\[1\]/ },
  { file: "activations.json", damage: (file) => file.classMeans.pop(), reason: /classMeans\.length/ },
  { file: "activations.json", damage: (file) => file.heatmap.acts.length = 100, reason: /heatmap\.labels/ },
  { file: "latents.json", damage: (file) => file.count = 5, reason: /meanActivation: expected one for each latent, 5/ },
  { file: "latents.json", damage: (file) => file.errorSaved.pop(), reason: /errorSaved: expected one for each/ },
  { file: "latents.json", damage: (file) => file.errorRows = 1e6, reason: /errorRows: it is 1000000/ },
  { file: "latents.json", damage: (file) => file.klNats = null, reason: /klNats !== null: it is false/ },
  { file: "latents.json", damage: (file) => file.mainClass = null, reason: /mainClass !== null: it is false/ },
  { file: "latents.json", damage: (file) => file.mainClass[1] = 77, reason: /mainClass\[1\]: it is 77/ },
  { file: "latents.json", damage: (file) => file.decodedAt[2] = null, reason: /decodedAt\[2\]: it is 0/ },
  { file: "latents.json", damage: (file) => file.drawn = [0, 1], reason: /effectScale: expected one for each tile, 2/ },
  { file: "latents.json", damage: (file) => file.drawn = [0, 0, 1, 2, 3, 4], reason: /drawn\[1\]/ },
  { file: "latents.json", damage: (file) => file.effect.count = 1, reason: /effect\.count/ },
  { file: "latents.json", damage: (file) => file.strengths.count = 6, reason: /strengths\.count/ },
  { file: "latents.json", damage: (file) => file.decoder.files.push("b.png"), reason: /decoder\.files/ },
  { file: "latents.json", damage: (file) => file.decoder.columns = 3000, reason: /decoder\.columns/ },
  { file: "latents.json", damage: (file) => file.baseValues.pop(), reason: /baseValues\.length: it is 783/ },
  { file: "latents.json", damage: (file) => file.exampleImages.rows.pop(), reason: /exampleImages\.sprite\.count/ },
  { file: "latents.json", damage: (file) => file.exampleImages.rows.reverse(), reason: /exampleImages\.rows\[1\]/ },
  { file: "latents.json", damage: (file) => file.exampleImages.labels = null, reason: /exampleImages\.labels/ },
  { file: "latents.json", damage: (file) => file.detailFiles.push("latents/001.json"), reason: /detailFiles/ },
  { file: "latents.json", damage: (file) => file.detailFiles[0] = "../latents/000.json", reason: /detailFiles\[0\]/ },
  { file: "latents/000.json", damage: (file) => file.latents.pop(), reason: /latents\.length: it is 5, expected 6/ },
  {
    file: "latents/000.json",
    damage: (file) => file.latents[2].latent = 1,
    reason: /latents\[2\]\.latent: expected more than 1/,
  },
  {
    file: "latents/000.json",
    damage: (file) => file.latents[1].histogram.counts[0]++,
    reason: /histogram\.counts: it is/,
  },
  { file: "latents/000.json", damage: (file) => file.latents[1].histogram.max = 9, reason: /histogram\.max: it is 9/ },
  { file: "latents/000.json", damage: (file) => file.latents[0].top.rows[0] = 1e6, reason: /top\.rows\[0\]: it is/ },
  { file: "latents/000.json", damage: (file) => file.latents[0].top.rows.pop(), reason: /top\.activations/ },
  { file: "latents/000.json", damage: (file) => file.latents[0].intervals.counts.pop(), reason: /intervals: expected/ },
  { file: "latents/000.json", damage: (file) => file.latents[0].intervals.rows[9][0] = 1e6, reason: /rows\[9\]\[0\]/ },
  { file: "latents/000.json", damage: (file) => file.latents[0].classProfile.pop(), reason: /classProfile\.length/ },
  { file: "latents/000.json", damage: (file) => file.latents[0].factorCorrelation = {}, reason: /factorCorrelation/ },
  {
    file: "latents/000.json",
    damage: (file) => file.latents[0].similar.latents[0] = 99,
    reason: /similar\.latents\[0\]/,
  },
  { file: "inputs.json", damage: (file) => file.rows = [], reason: /rows/ },
  { file: "inputs.json", damage: (file) => file.rows.pop(), reason: /originals\.count/ },
  { file: "inputs.json", damage: (file) => file.rows[3].row = 2, reason: /rows\[3\]\.row: expected ascending/ },
  { file: "inputs.json", damage: (file) => file.rows[3].kinds = ["best"], reason: /rows\[3\]\.kinds/ },
  { file: "inputs.json", damage: (file) => file.rows[3].label = null, reason: /rows\[3\]\.label !== null/ },
  { file: "inputs.json", damage: (file) => file.rows[3].active.latents[0] = 99, reason: /active\.latents\[0\]: it is/ },
  { file: "inputs.json", damage: (file) => file.rows[3].active.mseWithout.pop(), reason: /active\.mseWithout/ },
];

Deno.test("reports that the site takes", async (t) => {
  const folder = await Deno.makeTempDir();
  const reports = `${folder}/reports`, run = `${reports}/digits-a`;
  await trainSmallRuns(reports);
  const names = async () => (await checkedReports(reports)).runs.map(({ id }) => id);
  /** Damages one file, asks what is left out, and puts the file back. */
  const leftOutAfter = async (path: string, damage: () => Promise<void>) => {
    const whole = await Deno.readFile(path);
    await damage();
    try {
      await assert.rejects(checkedReports(reports, { isStrict: true }), { name: "BadFile" });
      const { runs, leftOut } = await checkedReports(reports);
      assert.deepEqual(runs.map(({ id }) => id), ["digits-b", "no-labels"]);
      assert.equal(leftOut.length, 1);
      return leftOut[0];
    } finally {
      await Deno.writeFile(path, whole);
    }
  };

  await t.step("all of them are taken when nothing is wrong", async () => {
    const { leftOut } = await checkedReports(reports, { isStrict: true });
    assert.deepEqual([await names(), leftOut], [["digits-a", "digits-b", "no-labels"], []]);
  });

  await t.step("a damaged field leaves its run out, with file and field", async () => {
    for (const { file, damage, reason } of DAMAGES) {
      const { path, reason: given } = await leftOutAfter(`${run}/${file}`, () => edit(`${run}/${file}`, damage));
      assert.match(path, /^digits-a\//, `${reason}`);
      assert.match(given, reason);
    }
  });

  await t.step("a file that is missing, cut, or no picture leaves its run out", async () => {
    const files = ["metrics.json", "latents.json", "latents/000.json", "latents/decoder.png"];
    for (const file of files) {
      const missing = await leftOutAfter(`${run}/${file}`, () => Deno.remove(`${run}/${file}`));
      assert.deepEqual(missing.path, `digits-a/${file}`);
      assert.match(missing.reason, /^it is not there/);
      const cut = await leftOutAfter(`${run}/${file}`, () => Deno.writeTextFile(`${run}/${file}`, "<html>"));
      assert.match(cut.reason, /^it is not (JSON|a PNG)/);
    }
  });

  await t.step("a copied or renamed folder is named, and the original stays", async () => {
    await Deno.rename(run, `${reports}/renamed`);
    const { runs, leftOut } = await checkedReports(reports);
    assert.deepEqual(runs.map(({ id }) => id), ["digits-b", "no-labels"]);
    assert.deepEqual(leftOut.map(({ path, reason }) => `${path}: ${reason}`), [
      'renamed/run.json: id: it is "digits-a", expected "renamed"',
    ]);
    await Deno.rename(`${reports}/renamed`, `${reports}/constructor`);
    await edit(`${reports}/constructor/run.json`, (file) => file.id = "constructor"); // charts look up runs by id
    assert.match((await checkedReports(reports)).leftOut[0].reason, /^id: /);
    await edit(`${reports}/constructor/run.json`, (file) => file.id = "digits-a");
    await Deno.rename(`${reports}/constructor`, run);
  });

  await t.step("a sweep's name is its file's, and a damaged bench is left out", async () => {
    await Deno.mkdir(`${reports}/sweeps`);
    await Deno.mkdir(`${reports}/bench/b`, { recursive: true });
    const sweep = { schemaVersion: 1, name: "../up", base: {}, knobs: [], seeds: [0], runs: [] };
    await Deno.writeTextFile(`${reports}/sweeps/a.json`, JSON.stringify(sweep));
    await Deno.writeTextFile(`${reports}/sweeps/b.json`, JSON.stringify({ ...sweep, name: "other" }));
    await Deno.writeTextFile(`${reports}/bench/b/bench.json`, "[]");
    const { leftOut, runs } = await checkedReports(reports);
    assert.equal(runs.length, 3);
    assert.deepEqual(leftOut.map(({ path }) => path), ["sweeps/a.json", "sweeps/b.json", "bench/b/bench.json"]);
    assert.match(leftOut[1].reason, /name: it is "other", expected the file's name/);
  });

  await t.step("site.json names a run that is there, or is left out", async () => {
    const site = `${reports}/site.json`;
    const read = async (text: string) => {
      await Deno.writeTextFile(site, text);
      const { site: settings, leftOut } = await checkedReports(reports);
      return { settings, reason: leftOut.find(({ path }) => path === "site.json")?.reason };
    };
    const good = { featured: "digits-b", source: "https://example.org/x", citation: "A line." };
    assert.deepEqual(await read(JSON.stringify(good)), { settings: good, reason: undefined });
    assert.deepEqual(await read("{}"), { settings: {}, reason: undefined });
    assert.match((await read('{"featured":"gone"}')).reason!, /^featured: it is "gone", which is no run/);
    assert.match((await read('{"featured":"../up"}')).reason!, /^featured: /);
    assert.match((await read('{"source":"javascript:alert(1)"}')).reason!, /^source: /);
    assert.match((await read('{"titel":"x"}')).reason!, /titel/);
    assert.deepEqual((await read("[")).settings, {});
  });
  await Deno.remove(folder, { recursive: true });
});
