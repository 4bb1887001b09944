/**
 * Other programs' folders become whole runs: measured as float64 references measure them, opened, exported and trained on like
 * any other, and one line where the data do not fit.
 *
 * @module
 */
import assert from "node:assert/strict";
import { exists } from "../../lib/files.ts";
import { datasetOf } from "../../lib/data/in_memory.ts";
import { exportRun } from "../../lib/run/export.ts";
import { importDictionary, type ImportOptions } from "../../lib/run/import.ts";
import { openTrained } from "../../lib/run/trained_model.ts";
import { isHeldOut } from "../../lib/data/held_out.ts";
import { assertClose } from "../engine/assert_close.ts";
import { npyFloats } from "../data/npy_file.ts";
import { safetensors } from "../exchange/foreign_files.ts";
import { type Rows, rows, saelens, tensor } from "../exchange/foreign_models.ts";
import { needs } from "../needs.ts";
import { compareRuns } from "../../lib/run/compare.ts";
import { runSession } from "../../lib/run/session.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const D = 6, F = 10, SHARE = 0.25, X = rows(120, D, { mean: 0.4 });
const TENSORS = {
  W_enc: tensor("W_enc", { shape: [D, F] }),
  b_enc: tensor("b_enc", { shape: [F], spread: 0.5 }),
  W_dec: tensor("W_dec", { shape: [F, D] }),
  b_dec: tensor("b_dec", { shape: [D], spread: 0.4 }),
};

/** A folder of SAELens and rows beside it. */
async function written(folder: string, { config }: { config: Record<string, unknown> }): Promise<void> {
  await Deno.mkdir(`${folder}/sae`);
  await Deno.writeFile(`${folder}/sae/sae_weights.safetensors`, safetensors(TENSORS));
  await Deno.writeTextFile(`${folder}/sae/cfg.json`, JSON.stringify(config));
  await Deno.writeTextFile(`${folder}/sae/README.md`, "not read");
  await Deno.symlink("blobs/never-fetched", `${folder}/sae/sparsity.safetensors`); // as a hub's cache has them
  await Deno.writeFile(`${folder}/layer-6.npy`, npyFloats(Float32Array.from(X.flat()), D));
}

const optionsIn = (folder: string, more: Partial<ImportOptions> = {}): ImportOptions => ({
  folder: `${folder}/sae`,
  place: { data: `${folder}/layer-6.npy`, testShare: SHARE },
  ...{ limit: null, reportsDir: `${folder}/reports`, cacheDir: `${folder}/cache`, command: ["import"] },
  device: { backend: "wasm", engine: "auto", threads: 1 },
  ...more,
});

const CONFIG = { d_in: D, d_sae: F, architecture: "topk", k: 3, apply_b_dec_to_input: true };
const heldOut = (x: Rows) => x.filter((_, row) => isHeldOut(row, SHARE));

/** Mean squared error per value, and mean number of latents that are not 0. */
function measures(x: Rows, { latents, recon }: ReturnType<typeof saelens>): { mse: number; l0: number } {
  const errors = x.flatMap((row, i) => row.map((value, d) => (value - recon[i][d]) ** 2));
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  return { mse: mean(errors), l0: mean(latents.map((row) => row.filter((value) => value > 0).length)) };
}

Deno.test("importDictionary() writes a run that was measured and not trained", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  await written(place.path, { config: { ...CONFIG, normalize_activations: "none" } });
  const kinds: string[] = [];
  const onEvent = ({ kind }: { kind: string }) => void (kinds.includes(kind) || kinds.push(kind));
  const { id, path, report } = await importDictionary(optionsIn(place.path, { note: "A note." }), { onEvent });
  assert.match(id, /^\d{4}-\d\d-\d\d-\d{6}-SAELens-layer-6$/);
  assert.deepEqual(kinds, ["reading", "data", "model", "engine", "evaluation", "measuring"]);
  const { run, metrics } = report,
    test = heldOut(X),
    theirs = measures(test, saelens(test, { tensors: TENSORS, config: CONFIG }));
  assert.deepEqual([run.dataset.test.images, run.dataset.train.images, run.dataset.kind], [
    test.length,
    120 - test.length,
    "vector",
  ]);
  assertClose([run.metrics.test.mse], [theirs.mse], 1e-5, "mean squared error");
  assertClose([run.metrics.test.activeLatents], [theirs.l0], 1e-9, "active latents");
  assert.deepEqual([metrics.start, metrics.epochs, metrics.steps, metrics.silentLatents], [null, [], [], null]);
  assert.deepEqual([run.timing.steps, run.sparsity.weight, run.note], [0, 0, "A note."]);
  const bytes = await Deno.readFile(`${place.path}/sae/sae_weights.safetensors`);
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  assert.deepEqual([run.imported?.tool, run.imported?.architecture], ["SAELens", "topk"]);
  assert.deepEqual(run.imported?.files[1], { name: "sae_weights.safetensors", bytes: bytes.length, sha256 });
  assert.ok(run.usedSettings.includes("k") && !run.usedSettings.includes("lr") && !run.usedSettings.includes("epochs"));
  assert.match(run.title, /^layer-6 · SAELens topk · 10 latents$/);

  // Like any other run: it is opened, exported, and trained on.
  const opened = await openTrained(path);
  assert.deepEqual(opened.params["decoder.0.bias"], Float32Array.from(TENSORS.b_dec.values));
  const out = `${place.path}/out`;
  await exportRun(path, { format: "saelens", out, canOverwrite: false });
  const again = JSON.parse(await Deno.readTextFile(`${out}/cfg.json`));
  assert.deepEqual([again.architecture, again.k, again.metadata.imported_from], ["topk", 3, "SAELens"]);
});

Deno.test(
  "importDictionary() scales the rows as the folder says, and the run carries the scaling",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const config = { ...CONFIG, normalize_activations: "constant_norm_rescale" };
    await written(place.path, { config });
    const { path, report: { run } } = await importDictionary(
      optionsIn(place.path, { runId: "rescaled", title: "Mine" }),
    );
    const unit = heldOut(X).map((row) => row.map((value) => value * Math.sqrt(D) / Math.hypot(...row)));
    const theirs = measures(unit, saelens(unit, { tensors: TENSORS, config: CONFIG }));
    assertClose([run.metrics.test.mse], [theirs.mse], 1e-5, "mean squared error of scaled rows");
    assert.deepEqual([run.id, run.title, run.dataset.scaling.scale], ["rescaled", "Mine", "row-norm"]);
    assert.equal((await openTrained(path)).scaling.scale, "row-norm");
  },
);

Deno.test(
  "importDictionary() leaves nothing behind where the data do not fit, or an id is taken",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    await written(place.path, { config: { ...CONFIG, d_in: D } });
    await Deno.writeFile(`${place.path}/other.npy`, npyFloats(new Float32Array(100), 5));
    const wrong = optionsIn(place.path, { runId: "a", place: { data: `${place.path}/other.npy` } });
    await assert.rejects(importDictionary(wrong), {
      name: "UserError",
      message:
        `Cannot import ${place.path}/sae: the rows of ${place.path}/other.npy have 5 values, expected 6 as the dictionary reads`,
    });
    assert.ok(!await exists(`${place.path}/reports/a`));
    await assert.rejects(importDictionary(optionsIn(place.path, { folder: `${place.path}/none` })), {
      name: "UserError",
      message: `Cannot read ${place.path}/none: it is not there, expected a file`,
    });
    await importDictionary(optionsIn(place.path, { runId: "a" }));
    await assert.rejects(
      importDictionary(optionsIn(place.path, { runId: "a" })),
      /^RunExistsError: Cannot start run a: it exists/,
    );
  },
);

Deno.test("a run starts from an imported dictionary", needs("permissions", "time"), async () => {
  await using place = await temporaryFolder();
  await written(place.path, { config: { ...CONFIG, normalize_activations: "none" } });
  const { path } = await importDictionary(optionsIn(place.path));
  const turned = { epochs: 1, batch: 20, lr: 1e-30, latent: 12, backend: "wasm", threads: 1 };
  const outcome = await runSession({
    ...{ turned, initFrom: path, reportsDir: null },
    dataset: datasetOf(Float32Array.from(X.flat()), { dInput: D }),
  });
  assert.ok(outcome.kind === "finished");
  const { config, initFrom } = outcome.report.run;
  assert.deepEqual([config.sparsity, config.k, config.decoderNorm, config.latent], ["topk", 3, "free", 12]);
  assert.match(initFrom!.id, /-SAELens-layer-6$/);
});

Deno.test(
  "a dictionary of rows that were scaled value by value is the same after export and import",
  needs("permissions", "time"),
  async () => {
    await using place = await temporaryFolder();
    const data = `${place.path}/x.npy`, reportsDir = `${place.path}/reports`, out = `${place.path}/sae`;
    const spread = X.map((row) => row.map((value, d) => value * 3 ** d));
    await Deno.writeFile(data, npyFloats(Float32Array.from(spread.flat()), D));
    const turned = { sparsity: "topk", k: 2, latent: 8, batch: 30, epochs: 2, backend: "wasm", threads: 1 };
    const scaled = { ...turned, scale: "standard", subtract: "mean" };
    await runSession({ turned: scaled, data, testShare: SHARE, reportsDir, runId: "a", cacheDir: place.path });
    await exportRun(`${reportsDir}/a`, { format: "saelens", out, canOverwrite: false });
    await importDictionary({ ...optionsIn(place.path), folder: out, place: { data, testShare: SHARE }, runId: "b" });
    const found = await compareRuns([`${reportsDir}/a`, `${reportsDir}/b`], {
      ...{ name: "c", command: "", sweep: null, signal: new AbortController().signal },
      pairs: {
        rows: null,
        options: {
          device: { backend: "wasm", engine: "auto", threads: 1 },
          cacheDir: place.path,
          signal: new AbortController().signal,
        },
      },
    });
    const [{ pwMcc, shareShared, matched }] = found!.comparison.dictionaries;
    assert.ok(matched >= 4, `${matched} latents are not dead`);
    assertClose([pwMcc!, shareShared!], [1, 1], 1e-5, "PW-MCC and the share of latents");
  },
);
