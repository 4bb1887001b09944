/**
 * Test rows of a run in the live page: what the build writes is what the model of the run read.
 *
 * @module
 */
import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import { UNSCALED } from "../../../lib/data/scaling.ts";
import { storedScaling } from "../../../lib/data/stored_scaling.ts";
import { npyHeader } from "../../../lib/formats/npy.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../lib/formats/safetensors.ts";
import type { Inputs, Run } from "../../../lib/report/schema.ts";
import { Rng } from "../../../lib/rng.ts";
import { liveRunFiles } from "../../../site/build/live_run_files.ts";
import { chosenFiles } from "../../../site/src/live/dropped_files.ts";
import { LIVE_ROWS_FILE, LIVE_WEIGHTS_FILE, loadableRun } from "../../../site/src/live/loadable_run.ts";
import { shownData } from "../../../site/src/live/worker/data.ts";
import { DataStore } from "../../../site/src/live/worker/data_store.ts";
import { picturesOf } from "../../../site/src/live/worker/pictures.ts";
import { decodeRunRows, encodeRunRows, type RunRows } from "../../../site/src/live/worker/run_rows.ts";
import { joined } from "../../mutate.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { FILES, opening, TestSession, trainTo } from "./live_session.ts";

const ABOUT: RunRows = {
  ...{ id: "a", name: "some", kind: "image", height: 2, width: 3, channels: 3, black: 0, white: 1 },
  ...{ classNames: ["red", "blue"], labels: Array.from({ length: 17 }, (_, i) => i % 2), meta: null },
  scaling: storedScaling(UNSCALED),
};
const levels = (count: number, dInput: number) => Uint8Array.from({ length: count * dInput }, (_, i) => (i * 37) % 256);

Deno.test("images of bytes are the same bytes, and every second row is held out", () => {
  const all = levels(17, 18), { dataset, name, summary } = decodeRunRows(encodeRunRows(all, ABOUT), { name: "f" });
  const { train, test } = dataset;
  assert.deepEqual([name, train.count, test.count], ["run:a", 9, 8]);
  for (const [part, first] of [[train, 0], [test, 1]] as const) {
    for (let i = 0; i < part.count; i++) {
      const from = 18 * (2 * i + first);
      assert.deepEqual(part.pixels.subarray(18 * i, 18 * (i + 1)), all.subarray(from, from + 18));
      assert.equal(part.labels![i], first);
    }
  }
  assert.match(summary, /^17 test colour images of the run a, in 256 levels: 9 to train on, 8 held out\. This site/);
});

Deno.test("vectors and images of other values are between black and white, with their words and scaling", () => {
  const scaling = { ...UNSCALED, scale: "mean-norm", factor: 0.25, sampledRows: 9 } as const;
  const about = { ...ABOUT, black: -2, white: 3, scaling: storedScaling(scaling), labels: null, classNames: [] };
  const meta = { names: ["text"], values: [Array.from({ length: 17 }, (_, i) => `row ${i}`)] };
  for (
    const shape of [{ kind: "vector", height: 1, width: 5, channels: 1 }, {
      kind: "image",
      height: 1,
      width: 5,
      channels: 1,
    }] as const
  ) {
    const all = levels(17, 5),
      file = encodeRunRows(all, { ...about, ...shape, meta }),
      data = decodeRunRows(file, { name: "f" });
    const { pixels, meta: words } = data.dataset.test;
    for (let i = 0; i < 5; i++) assert.ok(Math.abs(pixels[i] - (-2 + 5 * all[5 + i] / 255)) < 1e-6);
    assert.deepEqual([words!.values[0][1], data.dataset.scaling], ["row 3", scaling]);
    assert.equal(shownData(data).canDraw, false);
    if (shape.kind === "image") {
      assert.deepEqual(picturesOf(data.dataset).levels(pixels.subarray(0, 5) as Float32Array), all.subarray(5, 10));
    }
  }
});

Deno.test("a damaged file of rows is refused in one line", () => {
  const file = encodeRunRows(levels(17, 18), ABOUT);
  const rows = { shape: [2, 18], values: new Float32Array(36) }, metadata = { about: JSON.stringify(ABOUT) };
  for (
    const [damaged, message] of [
      [file.subarray(0, -1), /^Cannot read f: /],
      [encodeSafetensors({ tensors: { rows }, metadata: {} }), /^Cannot read f: .*JSON/],
      [
        encodeSafetensors({ tensors: { rows }, metadata }),
        /its rows have the shape \[2,18\], expected at least 16 of 18$/,
      ],
      [encodeSafetensors({ tensors: {}, metadata }), /shape \[undefined\], expected/],
      [encodeRunRows(levels(17, 18), { ...ABOUT, scaling: { scale: "odd" } }), /its scaling has an unknown scale/],
    ] as const
  ) {
    assert.throws(() => decodeRunRows(damaged, { name: "f" }), (error: Error) => {
      assert.match(error.message, message);
      return error.name === "UserError" && !error.message.includes("\n");
    });
  }
});

/** Squares in one of three colours, as a NumPy file. */
function colourSquares(count: number): Uint8Array<ArrayBuffer> {
  const rng = Rng.fromSeed(2, "squares"), pixels = new Uint8Array(count * 6 * 5 * 3);
  for (let i = 0; i < count; i++) {
    const channel = rng.below(3), top = rng.below(3);
    for (let y = top; y < top + 3; y++) for (let x = 1; x < 4; x++) pixels[((i * 6 + y) * 5 + x) * 3 + channel] = 220;
  }
  return joined(npyHeader({ type: "u8", shape: [count, 6, 5, 3] }), pixels);
}

Deno.test("a run of colour images is opened with its model, trains on, and is exported with its scaling", async () => {
  await using folder = await temporaryFolder();
  const knobs = { sparsity: "topk", latent: 12, k: 3 } as const;
  await using first = new TestSession({ data: new DataStore() });
  await first.ask({ type: "files", files: chosenFiles([new File([colourSquares(400)], "squares.npy")]) });
  const open = opening(knobs);
  open.opening.settings.data = "own";
  await first.ask(open, trainTo(20));
  await first.ask({ type: "export", what: "report" });
  let run = "";
  for (const [path, bytes] of Object.entries(unzipSync(first.last("exported").bytes))) {
    const file = `${folder.path}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(file, bytes);
    run = path.split("/")[0];
  }
  const json = async (name: string) => JSON.parse(await Deno.readTextFile(`${folder.path}/${run}/${name}`));
  const report: Run = await json("run.json"), { rows: listed }: Inputs = await json("inputs.json");

  const { [LIVE_WEIGHTS_FILE]: weights, [LIVE_ROWS_FILE]: rows } = await liveRunFiles(`${folder.path}/${run}`);
  const { data, whyNot, ...loadable } = loadableRun(report);
  assert.deepEqual([data, whyNot], [`run:${run}`, null]);
  const [runWeights, runRows] = [weights, rows].map((file) => URL.createObjectURL(new Blob([file])));
  await using page = new TestSession({ data: new DataStore() });
  const again = opening(loadable.knobs);
  again.opening.settings = { data, knobs: loadable.knobs, run };
  again.opening.files = { ...FILES, runWeights, runRows };
  await page.ask(again, { type: "input", id: 1, pixels: new Uint8Array(), row: 2 });
  const { tile, kind, canDraw, count, heldOutCount } = page.last("data").data;
  assert.deepEqual([tile, kind, canDraw], [{ width: 5, height: 6, channels: 3 }, "image", false]);
  assert.equal(count + heldOutCount, listed.length);
  // The third row that is held out is the sixth of those that the report lists.
  const { mse, reconstruction } = page.last("frame").frame.focus!;
  assert.ok(Math.abs(mse / listed[5].mse - 1) < 0.02, `${mse} and ${listed[5].mse}`);
  assert.equal(reconstruction.length, 90);
  await page.ask(trainTo(40));
  await page.ask({ type: "export", what: "weights" });
  assert.equal(page.last("paused").step, 40);
  const { metadata } = decodeSafetensors(page.last("exported").bytes);
  assert.deepEqual(JSON.parse(metadata.scaling), storedScaling(UNSCALED));

  again.opening.files = { ...again.opening.files, runRows: "blob:gone" };
  await using other = new TestSession({ data: new DataStore() });
  await other.ask(again);
  assert.match(other.last("refused").message, /^Cannot load blob:gone: .*, expected a file of this site$/);
});
