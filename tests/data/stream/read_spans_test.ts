/**
 * Rows read from files of every type of number, against the numbers that were written.
 *
 * @module
 */
import assert from "node:assert/strict";
import { SCALES, type Scaling, UNSCALED } from "../../../lib/data/scaling.ts";
import { rowBlocks } from "../../../lib/data/stream/blocks.ts";
import { readSpans } from "../../../lib/data/stream/read_spans.ts";
import type { StreamPlan } from "../../../lib/data/stream/stream_plan.ts";
import { NUMBER_TYPES, type NumberType } from "../../../lib/formats/number_types.ts";
import type { Pixels } from "../../../lib/pixels.ts";
import { needs } from "../../needs.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { setNumber, writeRows } from "./written_rows.ts";

/** All training rows of a plan, read block by block; `reversed`: the last block first, each of them in two spans. */
async function readAll(plan: StreamPlan, options: { readBytes?: number; isReversed?: boolean } = {}): Promise<Pixels> {
  const { rows, count, starts } = rowBlocks(plan), { dInput } = plan;
  const target = plan.areBytes ? new Uint8Array(count * dInput) : new Float32Array(count * dInput);
  if (!options.isReversed) {
    const spans = Array.from(
      starts,
      (start, block) => ({ start, skip: 0, take: Math.min(rows, count - block * rows) }),
    );
    await readSpans(plan, spans, { target, ...options });
    return target;
  }
  for (let block = starts.length - 1; block >= 0; block--) {
    const take = Math.min(rows, count - block * rows), skip = Math.ceil(take / 3);
    const spans = [{ start: starts[block], skip: 0, take: skip }, { start: starts[block], skip, take: take - skip }];
    const place = target.subarray(block * rows * dInput, (block * rows + take) * dInput) as Pixels;
    await readSpans(plan, spans.filter((span) => span.take > 0), { target: place, ...options });
  }
  return target;
}

/** Shards of awkward lengths, of one type. */
const shards = (type: NumberType, isBigEndian: boolean) =>
  [137, 1, 200, 3, 60].map((count, i) => ({ count, type, isBigEndian, lead: 13 * i }));

for (const type of NUMBER_TYPES.filter((type) => type !== "bool")) {
  Deno.test(
    `rows of ${type} are read as they were written, in either order of bytes and pieces`,
    needs("permissions"),
    async () => {
      await using folder = await temporaryFolder();
      for (const isBigEndian of [false, true]) {
        const { plan, pixels } = await writeRows(folder.path, {
          parts: shards(type, isBigEndian),
          dInput: 300,
          testShare: isBigEndian ? 0.2 : 0,
          limit: isBigEndian ? 300 : undefined,
        });
        for (const options of [{}, { readBytes: 1 }, { readBytes: 9999, isReversed: true }]) {
          assert.deepEqual(await readAll(plan, options), pixels, JSON.stringify({ isBigEndian, ...options }));
        }
      }
    },
  );
}

Deno.test(
  "files of several types are one set, and bytes stay bytes or are shares of 255",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const mixed = await writeRows(folder.path, {
      parts: [{ count: 20, type: "f16" }, { count: 9, type: "f64", isBigEndian: true }, { count: 40, type: "bf16" }],
      dInput: 33,
      testShare: 0.3,
    });
    assert.deepEqual(await readAll(mixed.plan, { readBytes: 150 }), mixed.pixels);
    for (const type of ["u8", "i64", "f32"] as const) {
      const rows = { parts: shards(type, false), dInput: 50, testShare: 0.1, storesBytes: true };
      const held = await writeRows(folder.path, { ...rows, areBytes: true });
      assert.deepEqual(await readAll(held.plan, { isReversed: true }), held.pixels);
      const floats = await writeRows(folder.path, { ...rows, scaling: { ...UNSCALED, scale: "mean-norm", factor: 2 } });
      assert.deepEqual(await readAll(floats.plan), floats.pixels);
    }
  },
);

Deno.test("rows are scaled as the plan says", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  const dInput = 40, offset = Float32Array.from({ length: dInput }, (_, i) => i / 7);
  for (const scale of SCALES.filter((scale) => scale !== "layer-norm")) {
    for (const factor of [3.7, Float32Array.from({ length: dInput }, (_, i) => 1 / (1 + i))]) {
      const scaling: Scaling = { scale, subtract: "mean", offset, factor, sampledRows: 5 };
      const { plan, pixels } = await writeRows(folder.path, { parts: shards("f32", false), dInput, scaling });
      const read = await readAll(plan);
      read.forEach((value, i) =>
        assert.ok(Math.abs(value - pixels[i]) <= 1e-6 * (1 + Math.abs(pixels[i])), `${scale}`)
      );
    }
  }
});

for (
  const { type, number, shown } of [
    { type: "f32", number: NaN, shown: "NaN" },
    { type: "f16", number: Infinity, shown: "Infinity" },
    { type: "bf16", number: -Infinity, shown: "-Infinity" },
    { type: "f64", number: 1e300, shown: "1e+300, which is beyond float32" },
  ] as const
) {
  Deno.test(
    `a number that is ${shown} in the last row of ${type} is refused with file, row and column`,
    needs("permissions"),
    async () => {
      await using folder = await temporaryFolder();
      const { plan } = await writeRows(folder.path, {
        parts: [{ count: 50, type }, { count: 71, type, lead: 8 }],
        dInput: 9,
      });
      const path = `${folder.path}/1.bin`, bytes = await Deno.readFile(path), size = bytes.length - 8 >> 0;
      const each = size / (71 * 9), view = new DataView(bytes.buffer);
      setNumber(view, bytes.length - 3 * each, { value: number, type, isLittleEndian: true });
      await Deno.writeFile(path, bytes);
      await assert.rejects(readAll(plan, { readBytes: 1000 }), {
        name: "UserError",
        message: `Cannot read ${path}: row 70, column 6 (both from 0) is ${shown}, expected a finite number`,
      });
    },
  );
}

Deno.test("a file that is shorter or gone is named", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  const { plan } = await writeRows(folder.path, { parts: [{ count: 50 }, { count: 71 }], dInput: 9 });
  await Deno.truncate(`${folder.path}/1.bin`, 71 * 9 * 4 - 1);
  await assert.rejects(readAll(plan), {
    name: "UserError",
    message: `Cannot read ${folder.path}/1.bin: it ends before its last row, expected a whole file`,
  });
  await Deno.remove(`${folder.path}/0.bin`);
  await assert.rejects(readAll(plan), {
    name: "UserError",
    message: `Cannot read ${folder.path}/0.bin: it is not there, expected a file`,
  });
});
