/**
 * A session that starts from a run of the site, and one that trains on the reader's own files.
 *
 * @module
 */
import assert from "node:assert/strict";
import { UNSCALED } from "../../../lib/data/scaling.ts";
import { stepDefinition } from "../../../lib/engine/engine.ts";
import { asBytes } from "../../../lib/pixels.ts";
import { modelFile } from "../../../lib/run/model_file.ts";
import { Inference } from "../../../lib/sae/inference.ts";
import { initialModel } from "../../../lib/sae/init.ts";
import { chosenFiles } from "../../../site/src/live/dropped_files.ts";
import { liveConfig } from "../../../site/src/live/settings.ts";
import { DataStore } from "../../../site/src/live/worker/data_store.ts";
import { encodeRunWeights } from "../../../site/src/live/worker/run_weights.ts";
import { DATA, FILES, opening, TestSession, trainTo } from "./live_session.ts";
import { greyPng } from "../../png_of.ts";

Deno.test("a session starts from a run's weights, trains on, and refuses another width", async () => {
  const knobs = { sparsity: "topk", latent: 20, k: 5, lr: 0.002 } as const;
  const { dataset: { train, test } } = await DATA.load("digits", FILES), count = train.count;
  const config = liveConfig({ knobs }, { count });
  const { arch, objective } = stepDefinition(config, 784);
  const model = initialModel(config, { arch, pixels: train.pixels });
  const file = encodeRunWeights(modelFile(model, { arch, config, scaling: UNSCALED }), {
    id: "a-run",
    title: "A run",
    config,
  });
  const address = URL.createObjectURL(new Blob([file]));
  const open = (more = {}) => {
    const message = opening({ ...knobs, ...more });
    const { settings, ...others } = message.opening;
    const files = { ...FILES, runWeights: address };
    return { ...message, opening: { ...others, files, settings: { ...settings, run: "a-run" } } };
  };
  await using page = new TestSession();
  await page.ask(open(), { type: "input", id: 1, pixels: asBytes(test.pixels).slice(0, 784), row: 0 });
  const { opened } = page.last("opened");
  assert.deepEqual(opened.config, config);
  const rounded = Object.entries(model.params).map((
    [name, values],
  ) => [name, Float32Array.from(new Float16Array(values))]);
  const params = Object.fromEntries(rounded);
  const acts = new Inference({ arch, objective, params, buffers: model.buffers }).encode(test.pixels.subarray(0, 784));
  page.last("frame").frame.focus!.acts.forEach((act, latent) => assert.ok(Math.abs(act - acts[latent]) < 1e-4));

  await page.ask(trainTo(30), { type: "change", knob: "k", value: 6 }, trainTo(60));
  assert.equal(page.last("paused").step, 60);
  assert.equal(page.last("changed").change.value, 6);
  const { reconstruction } = page.losses();
  assert.ok(reconstruction[59] < reconstruction[0]);

  await page.ask(open({ latent: 21 }));
  assert.match(
    page.last("refused").message,
    /^Cannot start from run a-run: these settings make another model, expected/,
  );
  await page.ask(open({ k: 3 }));
  assert.equal(page.last("opened").opened.config.k, 3);
  URL.revokeObjectURL(address);
  await page.ask(open());
  assert.match(
    page.last("refused").message,
    /^Cannot load blob:.*: the network does not answer, expected a file of this/,
  );
});

Deno.test("a session trains on the reader's own files once they are read, and stays as it was if they cannot be", async () => {
  await using page = new TestSession({ data: new DataStore() });
  const own = opening({ batch: 32 });
  own.opening.settings.data = "own";
  await page.ask(own);
  assert.match(page.last("refused").message, /^Cannot train on your own images: none are there, expected/);
  const files = Array.from(
    { length: 80 },
    (_, i) => new File([greyPng(28, 28, (x, y) => (x - 14) ** 2 + (y - 14) ** 2 < i ? 255 : 0)], `${i}.png`),
  );
  await page.ask({ type: "files", files: chosenFiles(files) });
  assert.equal(page.last("files").summary, "80 images of 80 files: 72 to train on, 8 held out.");
  await page.ask(own, trainTo(20));
  const { name, count, heldOutCount, samples } = page.last("data").data;
  assert.deepEqual([name, count, heldOutCount, samples], ["own", 72, 8, [0, 1, 2, 3, 4, 5, 6, 7]]);
  assert.equal(page.last("paused").step, 20);
  assert.ok(page.losses().reconstruction[19] < page.losses().reconstruction[0]);

  await page.ask({ type: "files", files: chosenFiles([new File(["hello"], "notes.txt")]) });
  assert.match(
    page.last("refused").message,
    /^Cannot read notes\.txt: none of its 1 columns has numbers, expected at least one$/,
  );
  await page.ask(trainTo(25));
  assert.equal(page.last("paused").step, 25);
  assert.equal(page.all("failed").length, 0);
});
