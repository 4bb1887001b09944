/**
 * Runs that start from another run's model: the same function before the first step, and more latents where they are wanted.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Config, type KnobName, resolveConfig } from "../../lib/config.ts";
import { type Scaling, UNSCALED } from "../../lib/data/scaling.ts";
import { stepDefinition } from "../../lib/engine/engine.ts";
import { UserError } from "../../lib/errors.ts";
import { runSession } from "../../lib/run/session.ts";
import { assertCanStart, keptScaling, knobsFrom, startedModel, type StartModel } from "../../lib/run/start_model.ts";
import { openTrained } from "../../lib/run/trained_model.ts";
import { Inference } from "../../lib/sae/inference.ts";
import { initialModel } from "../../lib/sae/init.ts";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import { VARIANT_NAMES, type VariantName } from "../../lib/sae/sparsity/variants.ts";
import { assertClose } from "../engine/assert_close.ts";
import { CENTERED_CASES } from "../engine/cases.ts";
import { makeVariantCase, type VariantCase } from "../engine/variant_cases.ts";
import { npyFloats } from "../data/npy_file.ts";
import { rows } from "../exchange/foreign_models.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { needs } from "../needs.ts";
import { smallDataset } from "./small_dataset.ts";

/** A case's model as another run finds it. */
function startOf({ config, definition: { arch }, state: { params, buffers } }: VariantCase): StartModel {
  const hash = "0".repeat(64);
  return {
    id: "earlier",
    modelSha256: hash,
    config,
    weight: 0,
    scaling: UNSCALED,
    arch: { ...arch, hasCenteredInput: false },
    params,
    buffers,
  };
}

/** The latents and reconstructions of a model in float64. */
function outputsOf(model: { params: StartModel["params"]; buffers: StartModel["buffers"] }, at: VariantCase) {
  const { definition: { arch, objective }, pixels } = at;
  const inference = new Inference({ arch, objective, ...model });
  const acts = inference.encode(pixels);
  return { acts, recon: inference.decode(acts) };
}

for (const sparsity of VARIANT_NAMES) {
  Deno.test(`startedModel() of ${sparsity} is the same function, and further latents are initialised as usual`, () => {
    const shape = { sparsity, latent: 7, k: 2, output: "linear", preBias: "decoder" } as const;
    const from = makeVariantCase(5, shape), start = startOf(from);
    const wide = makeVariantCase(5, { ...shape, latent: 11 });
    const same = startedModel(start, { config: from.config, arch: from.definition.arch, pixels: from.pixels });
    assert.deepEqual(same.params, from.state.params);
    assert.deepEqual(same.buffers.threshold, from.state.buffers.threshold);
    assert.ok((same.buffers.lastFired ?? new Float32Array(7)).every((step) => step === 0), "no step was taken");

    const at = { config: wide.config, arch: wide.definition.arch, pixels: wide.pixels };
    const grown = startedModel(start, at), fresh = initialModel(wide.config, at);
    const matrix = (values: Float32Array, columns: number) =>
      Array.from(
        { length: values.length / columns },
        (_, row) => [...values.subarray(row * columns, (row + 1) * columns)],
      );
    const encoder = matrix(grown.params["encoder.0.weight"], 5), decoder = matrix(grown.params["decoder.0.weight"], 11);
    assert.deepEqual(encoder.slice(0, 7), matrix(from.state.params["encoder.0.weight"], 5));
    assert.deepEqual(encoder.slice(7), matrix(fresh.params["encoder.0.weight"], 5).slice(7));
    assert.deepEqual(decoder.map((row) => row.slice(0, 7)), matrix(from.state.params["decoder.0.weight"], 7));
    assert.deepEqual(
      decoder.map((row) => row.slice(7)),
      matrix(fresh.params["decoder.0.weight"], 11).map((row) => row.slice(7)),
    );
    assert.deepEqual(grown.params["decoder.0.bias"], from.state.params["decoder.0.bias"]);
    for (const name of Object.keys(grown.params).filter((name) => /encoder.0.bias|latents/.test(name))) {
      assert.deepEqual([...grown.params[name].subarray(0, 7)], [...from.state.params[name]], name);
      assert.deepEqual([...grown.params[name].subarray(7)], [...fresh.params[name].subarray(7)], name);
    }
    assert.deepEqual(grown.buffers.threshold, from.state.buffers.threshold);
  });
}

Deno.test("startedModel() centres inputs on the new data's mean and stays the same function", () => {
  for (const from of CENTERED_CASES) {
    const { arch } = from.definition;
    const folded = startOf(from); // its file has the mean in the first bias
    const pixels = from.pixels.map((value) => value / 2) as typeof from.pixels;
    const model = startedModel(folded, { config: from.config, arch, pixels });
    assert.ok(model.buffers[INPUT_MEAN].some((value) => value > 0));
    const plain = { ...from, definition: { ...from.definition, arch: folded.arch } };
    const [before, after] = [outputsOf(folded, plain), outputsOf(model, from)];
    assertClose(after.acts, before.acts, 1e-5, from.name);
    assertClose(after.recon, before.recon, 1e-5, from.name);
  }
});

Deno.test("knobsFrom() keeps what makes the model, lets others be set, and goes on with the penalty's last weight", () => {
  const config = resolveConfig({ sparsity: "topk", k: 5, latent: 40, epochs: 99, lr: 0.5, seed: 7, deadSteps: 3 });
  const knobs = knobsFrom({ config, weight: 0 }, { epochs: 2, latent: 64 });
  const next = resolveConfig(knobs);
  const kept = (
    { sparsity, k, hidden, output, preBias, decoderNorm, deadSteps, auxAlpha }: Config,
  ) => [sparsity, k, hidden, output, preBias, decoderNorm, deadSteps, auxAlpha];
  assert.deepEqual(kept(next), kept(config));
  assert.deepEqual([next.epochs, next.latent, next.lr, next.seed], [2, 64, null, 0]);

  const sparse = resolveConfig({ sparsity: "l1", targetL0: 9, lambda: 2 });
  assert.equal(resolveConfig(knobsFrom({ config: sparse, weight: 0.25 }, {})).lambda, 0.25);
  assert.equal(resolveConfig(knobsFrom({ config: sparse, weight: 0.25 }, { lambda: 3 })).lambda, 3);
  assert.equal(resolveConfig(knobsFrom({ config: sparse, weight: 0 }, {})).lambda, 2);

  const aux = resolveConfig({ sparsity: "topk", auxK: 4 });
  assert.equal(resolveConfig(knobsFrom({ config: aux, weight: 0 }, { auxAlpha: 0 })).auxAlpha, 0);
});

Deno.test("assertCanStart() says in one line what does not fit", () => {
  const knobs = { sparsity: "topk" as VariantName, latent: 8, k: 2 };
  const config = resolveConfig(knobs), { arch } = stepDefinition(config, 6);
  const start = { id: "a", config, arch };
  const refuses = (turned: Partial<Record<KnobName, unknown>>, message: RegExp, dInput = 6) => {
    const other = resolveConfig({ ...knobs, ...turned });
    assert.throws(
      () => assertCanStart(start, { config: other, arch: stepDefinition(other, dInput).arch }),
      (error: Error) => error instanceof UserError && error.exitCode === 2 && message.test(error.message),
    );
  };
  assertCanStart(start, { config, arch });
  refuses({}, /^Cannot start from run a: the data's rows have 7 values, expected the run's 6$/, 7);
  refuses({ sparsity: "batchtopk" }, /^Cannot start from run a: sparsity is batchtopk, expected the run's topk$/);
  refuses({ hidden: [4] }, /: hidden is "4", expected the run's ""$/);
  refuses({ output: "sigmoid" }, /: output is sigmoid, expected the run's linear$/);
  refuses({ preBias: "none" }, /: preBias is none, expected the run's decoder$/);
  refuses({ decoderNorm: "free" }, /: decoderNorm is free, expected the run's unit$/);
  refuses({ baseline: "random" }, /: baseline is random, expected none: a baseline starts from weights of its own/);
  refuses({ latent: 7 }, /: there are 7 latents, expected at least the run's 8$/);
});

Deno.test(
  "runSession() goes on from a run's model: with no step it is that model, and what it started from is stored",
  needs("permissions", "time"),
  async () => {
    await using place = await temporaryFolder();
    const turned = { sparsity: "topk", latent: 8, k: 2, batch: 16, epochs: 3, backend: "wasm", threads: 1 };
    const first = { dataset: smallDataset(), reportsDir: place.path };
    await runSession({ ...first, turned, runId: "first" });
    const initFrom = `${place.path}/first`;
    const next = { epochs: 2, batch: 16, lr: 1e-30, backend: "wasm", threads: 1 };
    const outcome = await runSession({ ...first, turned: next, runId: "next", initFrom });
    assert.ok(outcome.kind === "finished");
    const { run, metrics } = outcome.report;
    const earlier = await openTrained(initFrom);
    assert.deepEqual([run.config.sparsity, run.config.latent, run.config.epochs], ["topk", 8, 2]);
    assert.equal(run.initFrom?.id, "first");
    const bytes = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${initFrom}/model.safetensors`));
    assert.equal(run.initFrom?.modelSha256, new Uint8Array(bytes).toHex());
    assertClose([metrics.start!.mse], [earlier.run.metrics.test.mse], 1e-6, "before the first step");
    assertClose([run.metrics.test.mse], [earlier.run.metrics.test.mse], 1e-6, "at the end");

    // Stopped after one epoch and resumed, it is the run that was not stopped.
    const whole = { ...first, turned: { ...next, lr: 0.01, latent: 12 }, initFrom };
    const unbroken = await runSession({ ...whole, runId: "whole" });
    const stop = new AbortController();
    await runSession({ ...whole, runId: "halves" }, {
      onEvent: (event) => event.kind === "epoch" && stop.abort(),
      signal: stop.signal,
    });
    const resumed = await runSession({ ...first, resume: "halves" });
    assert.ok(unbroken.kind === "finished" && resumed.kind === "finished");
    assert.deepEqual(resumed.report.model, unbroken.report.model);
    assert.deepEqual(resumed.report.run.initFrom, unbroken.report.run.initFrom);
  },
);

Deno.test("keptScaling() keeps the model's scaling for the user's own rows, unless another is asked for", () => {
  const scaling: Scaling = { ...UNSCALED, scale: "mean-norm", factor: 0.5, sampledRows: 9 };
  const start = { id: "a", scaling };
  assert.equal(keptScaling(start, { turned: {}, isOwnData: true }), scaling);
  assert.equal(keptScaling(start, { turned: { scale: "standard" }, isOwnData: true }), null);
  assert.equal(keptScaling(start, { turned: { subtract: "mean" }, isOwnData: true }), null);
  assert.equal(keptScaling({ id: "a", scaling: UNSCALED }, { turned: {}, isOwnData: false }), null);
  assert.throws(
    () => keptScaling(start, { turned: {}, isOwnData: false }),
    /^UserError: Cannot start from run a: its rows were scaled \(mean-norm\), which these data are not, expected rows named by --data$/,
  );
});

Deno.test(
  "runSession() scales other rows as the run that it starts from did, and does so when it is resumed",
  needs("permissions", "time"),
  async () => {
    await using place = await temporaryFolder();
    const D = 6,
      write = async (name: string, spread: number) => {
        const path = `${place.path}/${name}.npy`;
        await Deno.writeFile(path, npyFloats(Float32Array.from(rows(200, D, { mean: 0.3, spread }).flat()), D));
        return path;
      };
    const cacheDir = `${place.path}/cache`, device = { backend: "wasm", threads: 1 };
    const first = { reportsDir: place.path, cacheDir, data: await write("first", 1) };
    const turned = { sparsity: "topk", latent: 8, k: 2, batch: 32, epochs: 1, subtract: "mean", ...device };
    await runSession({ ...first, turned, runId: "first" });
    const { scaling } = await openTrained(`${place.path}/first`);
    assert.deepEqual([scaling.scale, scaling.subtract], ["mean-norm", "mean"]);

    const next = { ...first, data: await write("next", 5), turned: { epochs: 2, batch: 32, ...device } };
    const stop = new AbortController();
    const from = { ...next, initFrom: `${place.path}/first` };
    await runSession({ ...from, runId: "next" }, {
      onEvent: (event) => event.kind === "epoch" && stop.abort(),
      signal: stop.signal,
    });
    await runSession({ reportsDir: place.path, cacheDir, resume: "next" });
    const opened = await openTrained(`${place.path}/next`);
    assert.deepEqual(opened.scaling, scaling);
    assert.deepEqual([opened.run.config.scale, opened.run.config.subtract], ["mean-norm", "mean"]);
    await runSession({ ...from, runId: "whole" });
    assert.deepEqual((await openTrained(`${place.path}/whole`)).params, opened.params);
    const own = { ...from, turned: { ...next.turned, scale: "standard" } };
    await runSession({ ...own, runId: "own" });
    assert.equal((await openTrained(`${place.path}/own`)).scaling.scale, "standard");
    await Deno.writeFile(`${place.path}/wide.npy`, npyFloats(new Float32Array(70).map((_, i) => i % 9), 7));
    await assert.rejects(
      runSession({ ...from, data: `${place.path}/wide.npy`, runId: "wide" }),
      /^UserError: Cannot start from run first: the data's rows have 7 values, expected the run's 6$/,
    );
  },
);
