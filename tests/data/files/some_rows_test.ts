/**
 * Some rows of opened files: their numbers, classes and words are those of the rows.
 *
 * @module
 */
import assert from "node:assert/strict";
import { rowPieces } from "../../../lib/data/files/row_pieces.ts";
import { someRows } from "../../../lib/data/files/some_rows.ts";
import { UNSCALED } from "../../../lib/data/scaling.ts";
import { openedArray } from "../../run/opened_array.ts";

Deno.test("someRows() gives the wanted rows of every piece, and reads no further than the last", async () => {
  const n = 40;
  const all = openedArray(Uint8Array.from({ length: n * 2 }, (_, i) => i), {
    dInput: 2,
    pieceRows: 7,
    labels: { values: Uint8Array.from({ length: n }, (_, row) => row % 3), names: ["a", "b", "c"] },
    meta: { names: ["text"], values: [Array.from({ length: n }, (_, row) => `row ${row}`)] },
  });
  let pieces = 0;
  const counted = {
    ...all,
    async *pieces() {
      for await (const piece of all.pieces()) {
        pieces++;
        yield piece;
      }
    },
    piecesFrom: () => assert.fail("it counts all rows, and not these"),
  };
  const wanted = Uint32Array.of(0, 6, 7, 20, 21, 22);
  const some = someRows(counted, wanted);
  assert.deepEqual([some.count, some.fileRows, some.flat], [6, wanted, null]);
  assert.deepEqual([...some.labels!.values], [0, 0, 1, 2, 0, 1]);
  assert.deepEqual(some.meta!.values, [["row 0", "row 6", "row 7", "row 20", "row 21", "row 22"]]);
  const read = await Array.fromAsync(rowPieces(some, { scaling: UNSCALED, from: 1, to: 6, size: 3 }));
  assert.deepEqual(read.map(({ first, pixels }) => [first, ...pixels]), [
    [1, 12, 13, 14, 15, 40, 41],
    [4, 42, 43, 44, 45],
  ]);
  assert.equal(pieces, 4);
});
