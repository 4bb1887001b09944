/**
 * The live page's store between a page and Workers that only record what they are sent.
 *
 * @module
 */
import assert from "node:assert/strict";
import { UserError } from "../../../lib/errors.ts";
import { commonLimit, meetingStep } from "../../../site/src/live/lockstep.ts";
import { addLosses, noLosses } from "../../../site/src/live/losses.ts";
import type { Frame, FromWorker, Opened, ShownData, ToWorker } from "../../../site/src/live/messages.ts";
import type { LoadableRun } from "../../../site/src/live/loadable_run.ts";
import type { LiveKnob } from "../../../site/src/live/settings.ts";
import { chosenFiles } from "../../../site/src/live/dropped_files.ts";
import { Store } from "../../../site/src/live/store.ts";
import { DIGIT_TILE } from "../../../site/src/live/tile_shape.ts";

/** A store with two recording Workers, which can be made to answer. */
function storeWith() {
  const sent: ToWorker[][] = [[], []], hear: ((message: FromWorker) => void)[] = [];
  const ended = [0, 0], downloads: string[] = [];
  const store = new Store({
    engine: () => "auto",
    filesFor: () => ({ digitsMedian: "median", mnist: null, runWeights: null, runRows: null }),
    link: (heard) => {
      const i = hear.push(heard) - 1;
      return { send: (message) => sent[i].push(message), end: () => ended[i]++ };
    },
    runs: {
      find: (id) => {
        const run = RUNS.find((run) => run.id === id);
        return run ? Promise.resolve(run) : Promise.reject(new UserError(`Cannot open the run ${id}: it is not there`));
      },
      bytesOf: (id) => RUNS.find((run) => run.id === id)?.bytes ?? 0,
    },
    changed: () => {},
    download: (fileName) => downloads.push(fileName),
  });
  const settings = { data: "digits" as const, knobs: {}, run: null };
  const open = (difference: object | null = null) => {
    store.open({ first: { settings, changes: [], until: 0 }, difference, otherChanges: [] });
    hear[0]({ type: "data", data: DATA });
    store.state.sides.forEach((_, i) => hear[i]({ type: "opened", opened: OPENED }));
  };
  const last = (i: number) => sent[i].at(-1);
  return { store, sent, hear, ended, downloads, open, last };
}

const RUNS: LoadableRun[] = [
  { id: "small", title: "S", knobs: { sparsity: "topk", latent: 64 }, data: "mnist", bytes: 9, whyNot: null },
  { id: "large", title: "L", knobs: { latent: 9999 }, data: "digits", bytes: 5e6, whyNot: null },
];

const DATA = {
  ...{ name: "digits", summary: "", count: 256, heldOutCount: 3, labels: null, classNames: [], samples: [2, 1] },
  ...{ kind: "image", tile: DIGIT_TILE, canDraw: true, words: null },
  heldOut: Uint8Array.from({ length: 3 * 784 }, (_, i) => Math.floor(i / 784)),
} as ShownData;
const OPENED = { stepsPerEpoch: 10, step: 0, nLatents: 32 } as Opened;

function frame(step: number, more: Partial<Frame> = {}): Frame {
  const losses = { reconstruction: new Float32Array(0), penalty: new Float32Array(0), auxiliary: new Float32Array(0) };
  return {
    ...{
      step,
      stepsPerSecond: 300,
      isTraining: true,
      firstStep: step,
      losses,
      weight: null,
      tile: DIGIT_TILE,
      samples: new Uint8Array(0),
    },
    ...{ focus: null, stats: null, atlas: null, snapshots: [] },
    ...more,
  };
}

Deno.test("play, step, epoch and pause ask for what they say", () => {
  const { store, open, last, hear } = storeWith();
  open();
  store.actions.play();
  assert.deepEqual(last(0), { type: "train", until: null, limit: null });
  hear[0]({ type: "frame", frame: frame(13) });
  store.actions.pause();
  assert.deepEqual(last(0), { type: "pause" });
  hear[0]({ type: "paused", step: 14, message: null });
  assert.deepEqual([store.isPlaying, store.state.sides[0].isTraining, store.state.sides[0].step], [false, false, 14]);
  store.actions.step();
  assert.deepEqual(last(0), { type: "train", until: 15, limit: null });
  hear[0]({ type: "paused", step: 15, message: null });
  store.actions.epoch();
  assert.deepEqual(last(0), { type: "train", until: 20, limit: null });
});

Deno.test("what is pressed before the models are there begins once all of them are; pause takes it back", () => {
  const { store, sent, hear } = storeWith();
  const isToldToTrain = () => sent.flat().some(({ type }) => type === "train");
  store.actions.compare({ rho: 0.2 });
  store.actions.play();
  assert.deepEqual([store.isPlaying, store.state.sides[1]!.isTraining, isToldToTrain()], [true, true, false]);
  hear[0]({ type: "opened", opened: OPENED });
  assert.equal(isToldToTrain(), false, "the second model is not there yet");
  hear[1]({ type: "opened", opened: OPENED });
  assert.deepEqual(sent.map((messages) => messages.at(-1)!.type), ["train", "train"]);
  store.actions.preset("kl");
  sent.forEach((messages) => messages.length = 0);
  store.actions.play();
  store.actions.pause();
  assert.deepEqual([store.isPlaying, store.state.sides[0].isTraining], [false, false]);
  hear[0]({ type: "opened", opened: OPENED });
  assert.equal(isToldToTrain(), false);
  store.actions.preset("kl");
  store.actions.play();
  hear[0]({ type: "refused", message: "Cannot use rho: it is 2" });
  assert.deepEqual([store.isPlaying, store.state.sides[0].isTraining], [false, false]);
});

Deno.test("the first sample is the input until another is chosen, and a row keeps its place in other data", () => {
  const { store, open, last, sent, hear } = storeWith();
  open();
  assert.deepEqual(store.state.input!.from, { row: 2 });
  assert.equal(store.state.input!.pixels[0], 2);
  store.actions.input({ pixels: new Uint8Array(784), from: { drawing: "m" } });
  const { id } = last(0) as { id: number };
  hear[0]({ type: "frame", frame: frame(1, { focus: { id: id - 1 } as Frame["focus"] }) });
  assert.equal(store.state.sides[0].focus!.id, id - 1, "a pen that moves faster than answers come is followed");
  assert.equal(store.isAnswered, false);
  hear[0]({ type: "frame", frame: frame(1, { focus: { id } as Frame["focus"] }) });
  assert.deepEqual([store.state.sides[0].focus!.id, store.isAnswered], [id, true]);
  hear[0]({ type: "data", data: DATA });
  assert.deepEqual(store.state.input!.from, { drawing: "m" });
  assert.equal(sent[1].length, 0, "one model has one Worker");
});

Deno.test("changes are kept with their steps, and become settings of a new start", () => {
  const { store, open, last, hear } = storeWith();
  open();
  store.actions.change("rho", 0.2);
  assert.deepEqual(last(0), { type: "change", knob: "rho", value: 0.2 });
  hear[0]({ type: "changed", change: { step: 7, knob: "rho", value: 0.2 } });
  assert.deepEqual(store.state.sides[0].changes, [{ step: 7, knob: "rho", value: 0.2 }]);
  store.actions.reset();
  assert.deepEqual(store.state.sides[0].settings.knobs, { rho: 0.2 });
  assert.deepEqual(store.state.sides[0].changes, []);
});

Deno.test("two models wait for each other, and meet when they are paused", () => {
  const { store, open, last, hear, ended } = storeWith();
  open({ sparsity: "topk", k: 4 });
  assert.equal(store.state.sides.length, 2);
  assert.deepEqual(store.state.sides[1]!.settings.knobs, { sparsity: "topk", k: 4 });
  store.actions.play();
  assert.deepEqual(last(0), { type: "train", until: null, limit: 32 });
  hear[0]({ type: "frame", frame: frame(32) });
  assert.deepEqual(last(0), { type: "train", until: null, limit: 32 });
  hear[1]({ type: "frame", frame: frame(10) });
  assert.deepEqual([last(0), last(1)], Array(2).fill({ type: "train", until: null, limit: 42 }));
  store.actions.pause();
  hear[0]({ type: "paused", step: 40, message: null });
  hear[1]({ type: "paused", step: 12, message: null });
  assert.deepEqual(last(1), { type: "train", until: 40, limit: 44 });
  assert.deepEqual(store.state.sides.map(({ isTraining }) => isTraining), [false, true]);
  hear[1]({ type: "frame", frame: frame(39) });
  hear[1]({ type: "paused", step: 40, message: null });
  assert.equal(store.isPlaying, false);
  store.actions.compare(null);
  assert.equal(store.state.sides.length, 1);
  assert.ok(ended[1] > 0, "the second Worker is ended");
});

Deno.test("a second model leaves out the first one's knobs that have no effect there", () => {
  const { store, open } = storeWith();
  open();
  store.actions.start({ knobs: { rho: 0.2, seed: 3 } });
  store.actions.compare({ sparsity: "topk" });
  assert.deepEqual(store.state.sides[1]!.settings.knobs, { seed: 3, sparsity: "topk" });
});

Deno.test("a model that has diverged stands still and says so; the other is paused too", () => {
  const { store, open, last, hear } = storeWith();
  open({ lr: 1 });
  store.actions.play();
  hear[1]({ type: "paused", step: 3, message: "Cannot go on: the loss became NaN" });
  assert.deepEqual(last(0), { type: "pause" });
  hear[0]({ type: "paused", step: 9, message: null });
  assert.equal(store.isPlaying, false);
  assert.equal(store.state.sides[1]!.message, "Cannot go on: the loss became NaN");
  store.actions.play();
  assert.equal(store.isPlaying, false, "nothing goes on beside a model that has diverged");
});

Deno.test("a Worker that fails says so, and a new start opens it again", () => {
  const { store, open, last, hear } = storeWith();
  open();
  store.actions.play();
  hear[0]({ type: "failed", message: "Cannot train in this page: the device was lost" });
  assert.equal(store.state.sides[0].message, "Cannot train in this page: the device was lost");
  assert.deepEqual([store.isPlaying, store.state.sides[0].isTraining], [false, false]);
  const before = last(0);
  for (const act of [store.actions.pause, store.actions.play, () => store.actions.export("report")]) act();
  store.actions.change("rho", 0.1);
  assert.equal(last(0), before, "nothing is asked of a Worker that has no model");
  store.actions.reset();
  assert.equal(store.state.sides[0].message, null);
  assert.ok(["open", "input"].includes(last(0)!.type));
});

Deno.test("files are read, taken as data, or refused in one line; exports arrive as downloads", () => {
  const { store, open, sent, hear, downloads } = storeWith();
  open();
  store.actions.files(chosenFiles([new File(["x"], "a.csv")]));
  assert.equal(store.state.busy, "Reading a.csv…");
  hear[0]({ type: "refused", message: "Cannot read a.csv: it is empty, expected rows" });
  assert.deepEqual([store.state.busy, store.state.notice], [null, "Cannot read a.csv: it is empty, expected rows"]);
  hear[0]({ type: "files", summary: "300 images of a.csv", knobs: null });
  assert.equal(store.state.sides[0].settings.data, "own");
  assert.ok(sent[0].some((message) => message.type === "open" && message.opening.settings.data === "own"));
  store.actions.export("weights");
  hear[0]({ type: "exported", what: "weights", fileName: "model.safetensors", bytes: new Uint8Array(1) });
  assert.deepEqual(downloads, ["model.safetensors"]);
});

Deno.test("what Operate sets is given back when the input or the side is another", () => {
  const { store, open, last } = storeWith();
  open({ rho: 0.2 });
  store.actions.operate(3, 0.5);
  assert.deepEqual(last(0), { type: "operate", latents: [[3, 0.5]] });
  store.actions.select(1);
  assert.equal(store.state.operated.size, 0);
  store.actions.operate(1, 0);
  assert.deepEqual(last(1), { type: "operate", latents: [[1, 0]] });
  store.actions.input({ pixels: new Uint8Array(784), from: { drawing: "m" } });
  assert.equal(store.state.operated.size, 0);
});

Deno.test("what an address has set by hand and changed stays when its images arrive", () => {
  const { store, hear } = storeWith();
  const changes = [{ step: 5, knob: "k" as const, value: 3 }];
  const settings = { data: "digits" as const, knobs: {}, run: null };
  store.state.input = { pixels: new Uint8Array(784), from: { row: 1 } };
  store.open({ first: { settings, changes, until: 9 }, difference: null, otherChanges: [] });
  store.actions.operate(5, 1.25);
  hear[0]({ type: "data", data: DATA });
  assert.deepEqual([...store.state.operated], [[5, 1.25]]);
  assert.equal(store.state.input!.pixels[0], 1);
  assert.deepEqual(store.state.sides[0].changes, changes);
});

Deno.test("losses grow in their places", () => {
  const losses = noLosses(), n = 5000;
  const added = {
    reconstruction: new Float32Array(n).fill(1),
    penalty: new Float32Array(n),
    auxiliary: new Float32Array(n),
  };
  addLosses(losses, { firstStep: 0, losses: added });
  addLosses(losses, { firstStep: n, losses: { ...added, reconstruction: new Float32Array(n).fill(2) } });
  assert.equal(losses.length, 2 * n);
  assert.deepEqual([losses.reconstruction[n - 1], losses.reconstruction[n], losses.reconstruction[2 * n - 1]], [
    1,
    2,
    2,
  ]);
});

Deno.test("commonLimit() and meetingStep() of one and of two models", () => {
  assert.equal(commonLimit([{ step: 5 }]), null);
  assert.equal(commonLimit([{ step: 5 }, { step: 9 }]), 37);
  assert.equal(meetingStep([{ step: 5 }, { step: 9 }]), 9);
});

Deno.test("a run is opened with its settings and images, and left where another model is asked for", async () => {
  const { store, open, sent } = storeWith();
  const settings = () => store.state.sides[0].settings;
  open();
  await store.actions.openRun("small");
  assert.deepEqual(settings(), { data: "mnist", knobs: { sparsity: "topk", latent: 64 }, run: "small" });
  assert.equal(sent[0].at(-2)?.type, "open"); // then the image in Draw
  store.actions.start({ knobs: { ...settings().knobs, batch: 64 } });
  assert.equal(settings().run, "small");
  store.actions.reset();
  assert.equal(settings().run, "small", "back to the run's weights");
  store.actions.compare({ k: 4 });
  assert.deepEqual(store.state.sides.map(({ settings }) => settings.run), ["small", "small"]);
  store.actions.compare({ latent: 32 });
  assert.deepEqual(store.state.sides.map(({ settings }) => settings.run), ["small", null], "it does not fit");
  store.actions.compare(null);
  store.actions.start({ knobs: { ...settings().knobs, latent: 128 } });
  assert.deepEqual(settings(), { data: "mnist", knobs: { sparsity: "topk", latent: 128, batch: 64 }, run: null });

  await store.actions.openRun("small");
  await store.actions.openRun(null);
  assert.deepEqual(settings(), { data: "mnist", knobs: { sparsity: "topk", latent: 64 }, run: null });
  await store.actions.openRun("gone");
  assert.equal(store.state.notice, "Cannot open the run gone: it is not there");
  assert.equal(settings().run, null);
});

Deno.test("a page asks before it loads more than 4 MiB of weights, once for each run", async () => {
  const { store, open, sent } = storeWith();
  open();
  const before = sent[0].length;
  await store.actions.openRun("large");
  assert.equal(sent[0].length, before, "nothing is opened yet");
  assert.equal(store.state.question?.text, "The weights of the run large have 5.0\u00a0MB.");
  store.actions.decline();
  assert.deepEqual([store.state.question, store.state.sides[0].settings.run], [null, null]);
  await store.actions.openRun("large");
  store.state.question!.act();
  assert.deepEqual([store.state.question, store.state.sides[0].settings.run], [null, "large"]);
  await store.actions.openRun("small");
  await store.actions.openRun("large");
  assert.deepEqual([store.state.question, store.state.sides[0].settings.run], [null, "large"]);

  const fresh = storeWith().store; // an address of the run, in a page that shows nothing yet
  const settings = { data: "digits" as const, knobs: { latent: 9999 }, run: "large" };
  fresh.open({ first: { settings, changes: [], until: 7 }, difference: null, otherChanges: [] });
  assert.deepEqual(fresh.state.sides[0].settings, { ...settings, knobs: {}, run: null });
  fresh.state.question!.act();
  assert.deepEqual(fresh.state.sides[0].settings, settings);
});

Deno.test("an address that is opened later shows the held-out image it names, from the images that are there", () => {
  const { store, open, last } = storeWith();
  open();
  const first = { settings: { data: "digits" as const, knobs: {}, run: null }, changes: [], until: 0 };
  const named = (row: number | null) => {
    store.state.input = row === null ? null : { from: { row }, pixels: new Uint8Array(784) };
    store.open({ first, difference: null, otherChanges: [] });
    return [store.state.input!.from, store.state.input!.pixels[0], (last(0) as { pixels: Uint8Array }).pixels[0]];
  };
  assert.deepEqual(named(1), [{ row: 1 }, 1, 1]);
  assert.deepEqual(named(99), [{ row: 2 }, 2, 2]);
  assert.deepEqual(named(null), [{ row: 2 }, 2, 2], "the first sample");
});

Deno.test("a second model that is added after the reader's files were read gets them too", () => {
  const { store, sent, hear, open } = storeWith();
  open();
  const files = chosenFiles([new File(["1"], "own.csv")]);
  store.actions.files(files);
  hear[0]({ type: "files", summary: "64 images", knobs: null });
  store.actions.compare({ rho: 0.2 });
  assert.deepEqual(sent[1].map(({ type }) => type), ["files", "open", "input"]);
  hear[1]({ type: "files", summary: "64 images", knobs: null });
  store.actions.reset();
  assert.equal(sent[1].filter(({ type }) => type === "files").length, 1, "once");
  hear[0]({ type: "failed", message: "Cannot train: out of memory" });
  sent[0].length = 0;
  store.actions.reset();
  assert.deepEqual(sent[0].map(({ type }) => type).slice(0, 2), ["files", "open"], "a new Worker after a failure");
  const { sides } = store.state;
  hear[0]({ type: "files", summary: "64 images", knobs: null });
  assert.equal(store.state.sides, sides, "nothing starts anew");
});

Deno.test("latents that a narrower model does not have are neither marked nor set", () => {
  const { store, hear, open, last } = storeWith();
  open();
  store.actions.pin(200);
  store.actions.operate(200, 1);
  store.actions.operate(3, 1);
  hear[0]({ type: "opened", opened: OPENED });
  assert.deepEqual([store.state.pinned, store.state.latent, [...store.state.operated]], [null, null, [[3, 1]]]);
  assert.deepEqual(last(0), { type: "operate", latents: [[3, 1]] });
});

Deno.test("of changes of one knob at one step the last is kept, as a slider makes many", () => {
  const { store, hear, open } = storeWith();
  open();
  const change = (step: number, knob: LiveKnob, value: number) =>
    hear[0]({ type: "changed", change: { step, knob, value } });
  change(5, "rho", 0.1);
  change(5, "lr", 0.01);
  change(5, "rho", 0.2);
  change(6, "rho", 0.3);
  assert.deepEqual(store.state.sides[0].changes, [
    { step: 5, knob: "lr", value: 0.01 },
    { step: 5, knob: "rho", value: 0.2 },
    { step: 6, knob: "rho", value: 0.3 },
  ]);
});
