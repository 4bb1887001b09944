/**
 * New data for a model: the model's own scaling, class names and length of rows.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openForModel } from "../../lib/data/open_for_model.ts";
import { applyScaling, type Scaling, UNSCALED } from "../../lib/data/scaling.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { npyFile, npyFloats } from "./npy_file.ts";

/** Pieces one after the other. */
const joined = (pieces: Pixels[]) => pieces.flatMap((piece) => [...piece]);

const D = 3;
const values = Float32Array.from({ length: 60 }, (_, i) => i / 7 - 2);
const scaling: Scaling = {
  ...{ scale: "standard", subtract: "mean", sampledRows: 9 },
  offset: Float32Array.of(1, 2, 3),
  factor: Float32Array.of(2, 0.5, 4),
};

Deno.test("rows are scaled by the model's numbers, all of them or some", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/x.npy`, npyFloats(values, D));
  await Deno.writeTextFile(
    `${folder.path}/y.txt`,
    Array.from({ length: 20 }, (_, i) => i % 2 ? "dog" : "ape").join("\n"),
  );
  await Deno.writeTextFile(
    `${folder.path}/words.csv`,
    "token,at\n" + Array.from({ length: 20 }, (_, i) => `t${i},${i}\n`).join(""),
  );
  const place = { data: `${folder.path}/x.npy`, labels: `${folder.path}/y.txt`, meta: `${folder.path}/words.csv` };
  const rows = await openForModel(place, { model: { dInput: D, scaling, classNames: ["cat", "dog"] } });
  const expected = values.slice();
  applyScaling(expected, { scaling, dInput: D });
  assert.equal(rows.count, 20);
  assert.deepEqual(joined(await Array.fromAsync(rows.pieces())), [...expected]);
  assert.deepEqual(
    await rows.rowsAt(Uint32Array.of(2, 19)),
    Float32Array.of(...expected.slice(6, 9), ...expected.slice(57)),
  );
  assert.deepEqual(rows.labels!.names, ["cat", "dog", "ape"]); // the model's, then what is new
  assert.deepEqual([...rows.labels!.values.slice(0, 3)], [2, 1, 2]);
  assert.deepEqual(await rows.wordsAt(Uint32Array.of(0, 7)), {
    names: ["token", "at"],
    values: [["t0", "t7"], ["0", "7"]],
  });
});

Deno.test("bytes stay bytes for a model of bytes, and are byte / 255 for any other", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  const bytes = Uint8Array.from({ length: 24 }, (_, i) => i * 10), data = `${folder.path}/b.npy`;
  await Deno.writeFile(data, npyFile("|u1", { shape: [2, 3, 4], values: bytes }));
  const model = { dInput: 12, scaling: UNSCALED, classNames: [] };
  assert.deepEqual(joined(await Array.fromAsync((await openForModel({ data }, { model })).pieces())), [...bytes]);
  const doubled = { ...model, scaling: { ...UNSCALED, factor: 2 } };
  const [first] = await Array.fromAsync((await openForModel({ data }, { model: doubled })).pieces());
  assert.deepEqual(first, Float32Array.from(bytes, (byte) => Math.fround(byte / 255) * 2));
  await assert.rejects(openForModel({ data }, { model: { ...model, dInput: 13 } }), {
    message: /b\.npy: its rows have 12 values, expected 13 as the model reads$/,
  });
});
