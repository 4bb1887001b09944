/**
 * The Worker's session without a Worker: what it answers, in which order, and that chunks do not matter.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { LiveFiles } from "../../../site/src/live/messages.ts";
import type { DataName, LiveSettings } from "../../../site/src/live/settings.ts";
import { DataStore } from "../../../site/src/live/worker/data_store.ts";
import { UserError } from "../../../lib/errors.ts";
import { DATA, FILES, opening, startEngine, TestSession, trainTo } from "./live_session.ts";

const { dataset } = await DATA.load("digits", FILES);

Deno.test("training goes on behind its 100 epochs as before, and chunks of any length give the same bits", async () => {
  const knobs: LiveSettings["knobs"] = { sparsity: "topk", latent: 16, k: 4, batch: 2488, epochs: 2 }; // 2 steps an epoch
  await using whole = new TestSession();
  await whole.ask(opening(knobs), trainTo(13));
  await using parts = new TestSession();
  await parts.ask(opening(knobs));
  for (const until of [1, 4, 5, 13]) await parts.ask(trainTo(until));
  assert.equal(whole.losses().reconstruction.length, 13);
  assert.deepEqual(parts.losses(), whole.losses());
  assert.deepEqual(parts.last("frame").frame.samples, whole.last("frame").frame.samples);
});

Deno.test("changes take effect at a step that is reported, and an address with them gives the same bits", async () => {
  for (
    const { knobs, changes } of [
      { knobs: { sparsity: "kl" }, changes: [["rho", 0.2], ["beta", 0.05], ["lr", 1e-3]] },
      { knobs: { sparsity: "batchtopk", latent: 32 }, changes: [["k", 4], ["lr", 1e-2], ["k", 20]] },
    ] as const
  ) {
    await using played = new TestSession();
    await played.ask(opening(knobs));
    for (const [i, [knob, value]] of changes.entries()) {
      played.send(trainTo(null));
      await until(played, (message) => message.type === "frame" && message.frame.step > 10 * i);
      await played.ask({ type: "change", knob, value }, { type: "pause" });
    }
    const made = played.all("changed").map(({ change }) => change), end = made.at(-1)!.step + 20;
    await played.ask(trainTo(end));
    assert.deepEqual(made.map(({ knob, value }) => [knob, value]), changes);
    await using repeated = new TestSession();
    await repeated.ask(opening(knobs, { changes: made, until: end }));
    assert.equal(repeated.last("opened").opened.step, end);
    assert.deepEqual(repeated.losses(), played.losses());
    assert.deepEqual(repeated.last("frame").frame.samples, played.last("frame").frame.samples);
    assert.deepEqual(repeated.last("frame").frame.stats, played.last("frame").frame.stats);
  }
});

/** Waits for a message. */
function until(session: TestSession, isIt: (message: TestSession["sent"][number]) => boolean): Promise<void> {
  return new Promise((resolve) => {
    session.onMessage = (message) => {
      if (isIt(message)) resolve();
    };
  });
}

Deno.test("a new training is shown after one slice of the held-out images, and after all of them once that is drawn", async () => {
  await using session = new TestSession();
  session.draws = false;
  await session.ask(opening({}));
  assert.deepEqual(session.all("frame").map(({ frame }) => frame.stats!.rows), [128]);
  assert.ok(session.last("frame").frame.atlas);
  await session.ask({ type: "drawn" });
  assert.deepEqual(session.all("frame").map(({ frame }) => frame.stats!.rows), [128, 1024]);
});

Deno.test("images are prepared once for an opening, and what cannot be prepared is refused by the opening alone", async () => {
  const loads: string[] = [], data = new DataStore();
  const counting = {
    load: (name: DataName, files: LiveFiles) => (loads.push(name), data.load(name, files)),
    keep() {},
  };
  await using session = new TestSession({ data: counting });
  await session.ask({ type: "prepare", data: "mnist", files: FILES });
  assert.deepEqual(session.sent, []);
  await session.ask({ type: "prepare", data: "digits", files: FILES }, opening({}));
  assert.deepEqual([loads, session.last("opened").opened.step], [["mnist", "digits", "digits"], 0]);
});

Deno.test("a model that is too large for a page is refused before anything is allocated for it", async () => {
  await using session = new TestSession({ startEngine: () => assert.fail("an engine is started") });
  await session.ask(opening({ sparsity: "topk", latent: 5_000_000 }));
  await session.ask(opening({ hidden: [100_000] }));
  assert.deepEqual(session.all("refused").map(({ message }) => message.replace(/it has [\d,]+/, "it has N")), [
    ...Array(2).fill(
      "Cannot train this model in a page: it has N parameters, expected at most 33,554,432: fewer latents or hidden units",
    ),
  ]);
});

Deno.test("messages that come while others are handled are handled in order, and an opening ends the one before", async () => {
  let engines = 0;
  await using live = new TestSession({ startEngine: (...what) => (engines++, startEngine(...what)) });
  const sparse: LiveSettings["knobs"] = { sparsity: "topk", latent: 24, k: 3 };
  // all at once: the first opening would repeat 10,000 steps
  await live.ask(
    opening({}, { until: 10_000 }),
    { type: "input", id: 1, pixels: imageOf(3), row: null },
    opening(sparse, { until: 5 }),
    trainTo(9),
    { type: "change", knob: "k", value: 2 },
    { type: "operate", latents: [[0, 1.5]] },
    { type: "input", id: 2, pixels: imageOf(4), row: null },
    { type: "pause" },
  );
  assert.equal(engines, 1, "the first opening was given up");
  assert.deepEqual(live.all("opened").map(({ opened }) => [opened.nLatents, opened.step]), [[24, 5]]);
  assert.deepEqual(live.all("changed"), [{ type: "changed", change: { step: 5, knob: "k", value: 2 } }]);
  assert.deepEqual(live.all("paused"), [{ type: "paused", step: 5, message: null }], "paused before a chunk began");
  const { focus, stats } = live.last("frame").frame;
  assert.deepEqual([focus!.id, focus!.operated !== null, stats!.l0 <= 2], [2, true, true]);
  assert.equal(live.all("failed").length + live.all("refused").length, 0);
});

Deno.test("an opening and a replay are ended by an opening that comes in their midst", async () => {
  const { promise: repeats, resolve: pauses } = Promise.withResolvers<void>();
  await using live = new TestSession({
    pause: () => new Promise((resolve) => setTimeout(() => (pauses(), resolve()))),
  });
  live.send(opening({}, { until: 100_000 }));
  await repeats;
  await live.ask(opening({ sparsity: "l1", latent: 20 }), trainTo(3));
  assert.deepEqual(live.all("opened").map(({ opened }) => opened.nLatents), [20]);
  assert.equal(live.last("paused").step, 3);
});

Deno.test("settings and changes that do not fit are refused, and the training stays as it was", async () => {
  await using live = new TestSession();
  await live.ask(trainTo(5));
  assert.match(live.last("refused").message, /^Cannot train: nothing is open/);
  await live.ask(opening({ sparsity: "topk", latent: 24 }), trainTo(4));
  await live.ask(opening({ sparsity: "topk", latent: 24, k: 25 }), { type: "change", knob: "rho", value: 0.1 });
  await live.ask({ type: "change", knob: "k", value: 25 }, trainTo(6));
  const refused = live.all("refused").slice(1).map(({ message }) => message);
  assert.deepEqual(refused.map((message) => /^Cannot use (k|rho)/.exec(message)?.[1]), ["k", "rho", "k"]);
  assert.equal(live.all("opened").length, 1);
  await using undisturbed = new TestSession();
  await undisturbed.ask(opening({ sparsity: "topk", latent: 24 }), trainTo(6));
  assert.deepEqual(live.losses(), undisturbed.losses());
});

Deno.test("a frame is sent only after the last one was drawn, and training does not wait for it", async () => {
  await using live = new TestSession();
  live.draws = false;
  await live.ask(opening({ sparsity: "topk", latent: 24 }), trainTo(80));
  assert.deepEqual([live.all("frame").length, live.last("paused").step], [1, 80]);
  await live.ask({ type: "drawn" });
  const [, { frame }] = live.all("frame");
  assert.deepEqual([frame.step, frame.losses.penalty.length, frame.stats!.rows], [80, 80, 1024]);
  await live.ask({ type: "drawn" });
  assert.equal(live.all("frame").length, 2, "nothing is new");
});

Deno.test("a training waits at its limit, tells the page, and goes on when the limit is raised", async () => {
  await using live = new TestSession();
  await live.ask(opening({ sparsity: "topk", latent: 24 }), trainTo(50, 20));
  const waiting = live.last("frame").frame;
  assert.deepEqual([waiting.step, waiting.isTraining, live.all("paused").length], [20, true, 0]);
  await live.ask(trainTo(50, 40));
  assert.deepEqual([live.last("frame").frame.step, live.all("paused").length], [40, 0]);
  await live.ask(trainTo(50, 90));
  assert.deepEqual([live.last("paused").step, live.losses().penalty.length], [50, 50]);
});

Deno.test("after a divergence training stands still and says why; inputs are still answered", async () => {
  for (const sparsity of ["l1", "topk"] as const) {
    await using live = new TestSession();
    await live.ask(opening({ sparsity, latent: 24, lr: 1e30 }), trainTo(null));
    assert.match(
      live.last("paused").message!,
      /^Cannot go on training: the reconstruction loss became .*; try a lower --lr/,
    );
    await live.ask({ type: "input", id: 7, pixels: imageOf(0), row: null }, trainTo(null));
    assert.equal(live.last("frame").frame.focus!.id, 7);
    assert.ok(live.last("paused").message);
    await live.ask(opening({ sparsity: "topk", latent: 24 }), trainTo(3));
    assert.deepEqual([live.last("paused").step, live.last("paused").message], [3, null]);
  }
});

Deno.test("an engine that is lost ends the Worker's session in one line, for it cannot go on", async () => {
  await using live = new TestSession({
    startEngine: async (...what) => {
      const { engine, reason } = await startEngine(...what);
      const train = () => Promise.reject(new UserError("Cannot go on: the device was lost, expected it to stay"));
      return { engine: Object.assign(engine, { train }), reason };
    },
  });
  await live.ask(opening({ sparsity: "topk", latent: 24 }), trainTo(5));
  assert.deepEqual(live.all("failed").map(({ message }) => message), [
    "Cannot go on: the device was lost, expected it to stay",
  ]);
  assert.deepEqual([live.all("paused").length, live.all("refused").length], [0, 0]);
});

Deno.test("an input is answered while it trains, without waiting for a measurement", async () => {
  await using live = new TestSession();
  await live.ask(opening({}));
  live.send(trainTo(null));
  await until(live, (message) => message.type === "frame" && message.frame.step > 0);
  const before = live.all("frame").length;
  live.send({ type: "input", id: 5, pixels: imageOf(5), row: null });
  await until(live, ({ type }) => type === "frame");
  const { frame } = live.all("frame")[before];
  assert.deepEqual([frame.focus!.id, frame.isTraining, frame.stats, frame.atlas], [5, true, null, null]);
  await live.ask({ type: "pause" });
  assert.ok(live.last("paused").step > 0);
});

Deno.test("weights and a report of a training with a change are exported; the report repeats the same losses", async () => {
  await using live = new TestSession();
  await live.ask(opening({ sparsity: "topk", latent: 16, k: 4, batch: 622 }), trainTo(5)); // 8 steps an epoch
  await live.ask({ type: "export", what: "report" });
  assert.match(live.last("refused").message, /5 of the 8 steps of the first epoch/);
  await live.ask({ type: "change", knob: "k", value: 3 }, trainTo(19), { type: "export", what: "weights" });
  assert.match(live.last("exported").fileName, /\.safetensors$/);
  await live.ask({ type: "export", what: "atlas" }, { type: "export", what: "report" });
  const { fileName, bytes } = live.last("exported");
  assert.match(fileName, /\.zip$/);
  const { unzipSync, strFromU8 } = await import("fflate");
  const files = unzipSync(bytes),
    [run, metrics] = ["run.json", "metrics.json"].map((name) => {
      const path = Object.keys(files).find((path) => path.endsWith(`/${name}`))!;
      return JSON.parse(strFromU8(files[path]));
    });
  assert.equal(run.config.epochs, 3);
  assert.equal(metrics.epochs.length, 3);
  await live.ask(trainTo(24));
  const { reconstruction } = live.losses();
  assert.equal(live.last("paused").step, 24, "training is where it was, and goes on");
  assert.equal(metrics.stepStride, 1);
  metrics.steps.forEach((row: { reconstruction: number }, i: number) => isNear(row.reconstruction, reconstruction[i]));
  isNear(metrics.epochs[2].test.mse, live.last("frame").frame.stats!.mse);
});

Deno.test("an opening ends an export that is under way", async () => {
  await using live = new TestSession();
  await live.ask(opening({ sparsity: "topk", latent: 16, k: 4 }), trainTo(39)); // an epoch
  live.send({ type: "export", what: "report" });
  await until(live, ({ type }) => type === "exporting");
  await live.ask(opening({ sparsity: "l1", latent: 20 }), trainTo(2));
  assert.deepEqual([live.all("exported").length, live.all("failed").length, live.all("refused").length], [0, 0, 0]);
  assert.deepEqual([live.last("opened").opened.nLatents, live.last("paused").step], [20, 2]);
});

/** Equal but for the digits that a report rounds away. */
function isNear(value: number, expected: number): void {
  assert.ok(Math.abs(value - expected) <= 1e-4 * expected, `${value}, expected ${expected}`);
}

function imageOf(row: number): Uint8Array {
  return dataset.test.pixels.slice(row * 784, (row + 1) * 784) as Uint8Array;
}
