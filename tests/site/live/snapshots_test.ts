/**
 * Lifelines of the live page: which steps have snapshots, that nothing is changed by them, that a repeated training has the same,
 * that they stay few, and that a report that is taken away has the program's.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Lifelines } from "../../../lib/report/lifelines_schema.ts";
import { snapshotSteps } from "../../../lib/training/snapshot_steps.ts";
import { unzipSync } from "fflate";
import type { LiveSnapshot } from "../../../site/src/live/messages.ts";
import { liveConfig, withSnapshotRoom } from "../../../site/src/live/settings.ts";
import { snapshotAt, withSnapshots } from "../../../site/src/live/snapshots.ts";
import { lifelinesSvg } from "../../../site/src/live/train/lifelines_svg.ts";
import { opening, TestSession, trainTo } from "./live_session.ts";

/** Snapshots of all frames. */
const snapshotsOf = (session: TestSession) => session.all("frame").flatMap(({ frame }) => frame.snapshots);

const TOPK = { sparsity: "topk", latent: 24, k: 3, batch: 128 } as const;

Deno.test("snapshots are taken after the first ten steps and then a fifth later each time, and training has the same bits", async () => {
  await using session = new TestSession();
  await session.ask(opening(TOPK), trainTo(40));
  const snapshots = snapshotsOf(session);
  assert.deepEqual(snapshots.map(({ step }) => step), [
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    12,
    14,
    16,
    19,
    22,
    26,
    31,
    37,
  ]);
  for (const { atlas, isDead, since } of snapshots) {
    assert.deepEqual([atlas.images.length, isDead!.length], [24 * 784, 24]);
    assert.ok(since!.births >= 0);
  }
  assert.ok(snapshots[1].since!.births > 0, "latents are first active in the first steps");
  assert.notDeepEqual(snapshots.at(-1)!.atlas.images, snapshots[0].atlas.images);
  await using repeated = new TestSession();
  await repeated.ask(opening(TOPK, { until: 40 }));
  assert.deepEqual(snapshotsOf(repeated), snapshots, "a repeated training has them all in its first frame");
  assert.deepEqual(repeated.losses(), session.losses());
  await using without = new TestSession();
  await without.ask(opening({ ...TOPK, snapshots: 0 }), trainTo(40));
  assert.deepEqual(snapshotsOf(without), []);
  assert.deepEqual(without.losses(), session.losses());
});

Deno.test("sigmoids have snapshots and no deaths, and another training begins anew", async () => {
  await using session = new TestSession();
  await session.ask(opening({}), trainTo(3));
  await session.ask(opening({}), trainTo(2));
  const snapshots = snapshotsOf(session);
  assert.deepEqual(snapshots.map(({ step }) => step), [0, 1, 2, 0, 1]);
  assert.ok(snapshots.every(({ isDead, since }) => isDead === null && since === null));
});

Deno.test("a report that is taken away has lifelines as the program takes them", async () => {
  await using session = new TestSession();
  await session.ask(opening({ ...TOPK, batch: 2488 }), trainTo(5));
  await session.ask({ type: "export", what: "report" });
  const { bytes, fileName } = session.last("exported"), files = unzipSync(bytes), folder = fileName.replace(".zip", "");
  const json = (name: string) => JSON.parse(new TextDecoder().decode(files[`${folder}/${name}`]));
  const lifelines = Lifelines.parse(json("lifelines.json")), run = json("run.json");
  assert.deepEqual([run.lifelines, run.config.snapshots, run.timing.steps], ["lifelines.json", 40, 6]);
  assert.deepEqual(lifelines.snapshots.steps, snapshotSteps(6, { snapshots: 40 }));
  assert.ok(files[`${folder}/lifelines.safetensors`] && files[`${folder}/lifelines/006.png`]);
});

Deno.test("a report in a page has as many snapshots as there is room for", () => {
  const config = liveConfig({ knobs: TOPK }, { count: 100 });
  assert.equal(withSnapshotRoom(config, 784).snapshots, 40);
  assert.equal(withSnapshotRoom({ ...config, latent: 4096 }, 784).snapshots, 20);
  assert.equal(withSnapshotRoom({ ...config, latent: 2 ** 20 }, 784).snapshots, 0);
});

/** A snapshot with pictures of so many bytes. */
const snapshot = (step: number, deaths: number, bytes = 1): LiveSnapshot => ({
  step,
  atlas: { tile: { width: 1, height: 1, channels: 1 }, images: new Uint8Array(bytes) },
  isDead: new Uint8Array(1),
  since: { births: 0, deaths, revivals: 1, resampled: 0 },
});

Deno.test("of too many snapshots every second one is left out, and nothing that happened is", () => {
  let kept: LiveSnapshot[] = [];
  for (let step = 0; step < 500; step++) {
    kept = withSnapshots(kept, [snapshot(step, step % 3)]);
    assert.ok(kept.length <= 96);
    assert.deepEqual([kept[0].step, kept.at(-1)!.step], [0, step]);
  }
  const total = Array.from({ length: 500 }, (_, step) => step % 3).reduce((a, b) => a + b);
  assert.equal(kept.reduce((sum, { since }) => sum + since!.deaths, 0), total);
  let large: LiveSnapshot[] = [];
  for (let step = 0; step < 40; step++) large = withSnapshots(large, [snapshot(step, 0, 2 ** 22)]);
  assert.ok(large.length <= 16, "64 MB of pictures");
});

Deno.test("the snapshot at a step is the last one up to it", () => {
  const snapshots = [snapshot(0, 0), snapshot(4, 0)];
  assert.deepEqual([0, 3, 4, 99].map((step) => snapshotAt(snapshots, step)!.step), [0, 0, 4, 4]);
  assert.deepEqual([snapshotAt(snapshots, null), snapshotAt([], 3)], [null, null]);
});

Deno.test("the chart has bars upwards and downwards, and nothing for sigmoids", () => {
  const snapshots = [snapshot(0, 0), snapshot(1, 5), snapshot(2, 0)], size = { width: 216, height: 20 };
  const drawn = lifelinesSvg({ snapshots, chosen: 1 }, size);
  assert.match(drawn, /class="bar died" d="M[\d.]+ 10v9h/, "deaths hang from the middle");
  assert.match(drawn, /class="bar revived" d="M[\d.]+ 10v-/);
  assert.match(drawn, /class="mark" d="M74\.7 0L74\.7 20"/);
  assert.equal(lifelinesSvg({ snapshots: snapshots.map((own) => ({ ...own, since: null })), chosen: null }, size), "");
});
