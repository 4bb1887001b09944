/**
 * Lists of what is not 0 against the dense rows they come from, from every source.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { ComputedLatents, InputRows } from "../../lib/analysis/row_sources.ts";
import {
  chosenRows,
  PIECE_ROWS,
  RowReader,
  type RowSource,
  rowsPerPiece,
  StoredRows,
} from "../../lib/analysis/sparse_rows.ts";
import { tableSplit } from "./table_engine.ts";

/** Dense rows of a source. */
async function dense(source: RowSource, rows?: Uint32Array): Promise<number[][]> {
  const found: number[][] = [];
  for await (const { first, count, starts, columns, values } of source.pieces(rows)) {
    assert.equal(first, found.length);
    for (let i = 0; i < count; i++) {
      const row = new Array<number>(source.width).fill(0);
      for (let e = starts[i]; e < starts[i + 1]; e++) row[columns[e]] = values[e];
      found.push(row);
    }
  }
  return found;
}

const value = fc.constantFrom(0, 0, 0, -0, 1, 0.1, -2, 1e-42, 3e38, NaN).map(Math.fround);
const matrix = fc.record({ rows: fc.integer({ min: 0, max: 7 }), width: fc.integer({ min: 1, max: 9 }) })
  .chain(({ rows, width }) =>
    fc.record({
      width: fc.constant(width),
      values: fc.array(value, { minLength: rows * width, maxLength: rows * width }),
      offset: fc.integer({ min: 0, max: 3 }),
    })
  );

Deno.test("RowReader lists every number other than 0 by row and column, wherever the array begins in its memory", () => {
  const reader = new RowReader(); // one for all: nothing of the piece before may be left
  fc.assert(fc.property(matrix, ({ width, values, offset }) => {
    const memory = new Float32Array(offset + values.length);
    memory.set(values, offset);
    const { count, starts, columns, values: kept } = reader.read(memory.subarray(offset), width);
    assert.equal(count, values.length / width);
    for (let row = 0; row < count; row++) {
      const own = values.slice(row * width, (row + 1) * width);
      const expected = own.map((v, j) => [j, v]).filter(([, v]) => v !== 0);
      const found = Array.from({ length: starts[row + 1] - starts[row] }, (_, i) => [
        columns[starts[row] + i],
        kept[starts[row] + i],
      ]);
      assert.deepEqual(found, expected);
    }
  }));
  assert.throws(() => reader.read(new Float32Array(5), 2), TypeError);
});

Deno.test("stored, computed and given rows are the same, all of them and any of them in any order", async () => {
  const nLatents = 6, count = PIECE_ROWS * 2 + 17; // three pieces, the last short
  const acts = Float32Array.from({ length: count * nLatents }, (_, i) => i % 5 === 0 ? i : 0);
  const { engine, definition: { arch }, images: { pixels } } = tableSplit({ acts, nLatents });
  const computed = new ComputedLatents(engine, { pixels, arch });
  const stored = new StoredRows({ width: nLatents, mostEntries: Infinity });
  for await (const piece of computed.pieces()) assert.ok(stored.add(piece));
  const given = new InputRows(acts, nLatents);
  const whole = Array.from({ length: count }, (_, i) => [...acts.subarray(i * nLatents, (i + 1) * nLatents)]);
  const some = Uint32Array.from({ length: 700 }, (_, i) => i * 7919 % count);
  for (const source of [computed, stored, given]) {
    assert.deepEqual([source.count, source.width], [count, nLatents]);
    assert.deepEqual(await dense(source), whole);
    assert.deepEqual(await dense(source, some), Array.from(some, (row) => whole[row]));
  }
  const { starts, columns, values } = (await given.held(Uint32Array.of(1, 4, 7))).row(4);
  assert.deepEqual([starts[1], columns[0], values[0]], [1, 1, 25]);
});

Deno.test("StoredRows says when there is no more room, and keeps nothing of what does not fit", async () => {
  const stored = new StoredRows({ width: 2, mostEntries: 3 });
  const reader = new RowReader();
  assert.ok(stored.add(reader.read(Float32Array.of(1, 2), 2)));
  assert.ok(!stored.add(reader.read(Float32Array.of(3, 4), 2)));
  assert.ok(stored.add(reader.read(Float32Array.of(0, 5), 2)));
  assert.deepEqual(await dense(stored), [[1, 2], [0, 5]]);
});

Deno.test("InputRows reads bytes as shares of 255", async () => {
  assert.deepEqual(await dense(new InputRows(Uint8Array.of(0, 255, 51, 0), 2)), [[0, 1], [Math.fround(0.2), 0]]);
});

Deno.test("pieces have at most 500 rows and 16 MiB, and at least one row", () => {
  assert.deepEqual([1, 2 ** 16, 2 ** 24, 2 ** 30].map(rowsPerPiece), [500, 256, 1, 1]);
});

Deno.test("chosen rows are a matrix of their own, whether they fit into memory or not", async () => {
  const nLatents = 4, count = 1300, rows = Uint32Array.from({ length: 620 }, (_, i) => 2 * i + 3);
  const acts = Float32Array.from({ length: count * nLatents }, (_, i) => i % 3 === 0 ? i : 0);
  const whole = (row: number) => [...acts.subarray(row * nLatents, (row + 1) * nLatents)];
  for (const mostEntries of [0, 100, 1e6]) {
    const chosen = await chosenRows(new InputRows(acts, nLatents), rows, { mostEntries });
    assert.deepEqual([chosen.count, chosen.width], [620, nLatents]);
    assert.equal(chosen instanceof StoredRows, mostEntries === 1e6);
    assert.deepEqual(await dense(chosen), Array.from(rows, whole));
    assert.deepEqual(await dense(chosen, Uint32Array.of(0, 7, 619)), [rows[0], rows[7], rows[619]].map(whole));
  }
});
