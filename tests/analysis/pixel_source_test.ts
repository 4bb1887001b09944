/**
 * Inputs in memory and inputs that are read: the same pieces, whichever rows are wanted and however many at a time.
 *
 * @module
 */
import assert from "node:assert/strict";
import { heldPixels, pixelPieces, PixelReader, type PixelSource } from "../../lib/analysis/pixel_source.ts";
import type { Pixels } from "../../lib/pixels.ts";
import { readPixels } from "./read_pixels.ts";

const D = 3, COUNT = 11;
const VALUES = [
  Uint8Array.from({ length: COUNT * D }, (_, i) => i),
  Float32Array.from({ length: COUNT * D }, (_, i) => i / 7),
];
const rowsOf = (pixels: Pixels, rows: number[]) => rows.map((row) => [...pixels.slice(row * D, (row + 1) * D)]);
const ALL = Array.from({ length: COUNT }, (_, row) => row);

/** The inputs of a source in pieces, as rows, and how many each piece has. */
async function piecesOf(source: PixelSource, options: { size?: number; bytesPerRow?: number; rows?: Uint32Array }) {
  const found: number[][] = [], sizes: number[] = [];
  for await (const { first, pixels } of pixelPieces(source, { dInput: D, ...options })) {
    assert.equal(first, found.length);
    found.push(...rowsOf(pixels, Array.from({ length: pixels.length / D }, (_, row) => row)));
    sizes.push(pixels.length / D);
  }
  return { found, sizes };
}

Deno.test("inputs in memory and inputs that are read come in the same pieces", async () => {
  for (const pixels of VALUES) {
    for (const source of [pixels, readPixels(pixels, D)]) {
      for (const rows of [undefined, Uint32Array.of(0, 1, 5, 6, 10), Uint32Array.of()]) {
        const wanted = rowsOf(pixels, rows ? [...rows] : ALL);
        for (const size of [1, 4, 50]) {
          const { found, sizes } = await piecesOf(source, { size, rows });
          assert.deepEqual(found, wanted);
          assert.ok(sizes.slice(0, -1).every((own) => own === size) && (sizes.at(-1) ?? 0) <= size);
        }
      }
      assert.deepEqual((await piecesOf(source, { bytesPerRow: 2 ** 22 })).sizes, [4, 4, 3], "16 MiB a piece");
    }
  }
});

Deno.test("chosen inputs are held, and inputs are taken one after the other in any numbers", async () => {
  for (const pixels of VALUES) {
    for (const source of [pixels, readPixels(pixels, D)]) {
      const held = await heldPixels(source, { dInput: D, rows: Uint32Array.of(2, 3, 9) });
      assert.equal(held.constructor, pixels.constructor);
      assert.deepEqual(rowsOf(held, [0, 1, 2]), rowsOf(pixels, [2, 3, 9]));
      const none = await heldPixels(source, { dInput: D, rows: new Uint32Array() });
      assert.equal(none.length, 0);
      const reader = new PixelReader(source, { dInput: D });
      const taken: number[] = [];
      for (const rows of [1, 4, 2, 4]) taken.push(...await reader.take(rows));
      assert.deepEqual(taken, [...pixels]);
      await assert.rejects(reader.take(1), RangeError);
    }
  }
});
