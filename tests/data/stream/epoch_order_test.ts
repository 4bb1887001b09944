/**
 * The order of an epoch against one that is made here from lists of rows, and what must hold of any order.
 *
 * @module
 */
import assert from "node:assert/strict";
import { BLOCK_BYTES, rowBlocks } from "../../../lib/data/stream/blocks.ts";
import { EpochOrder } from "../../../lib/data/stream/epoch_order.ts";
import { poolRows } from "../../../lib/data/stream/pool_size.ts";
import { isHeldOut } from "../../../lib/data/held_out.ts";
import { UNSCALED } from "../../../lib/data/scaling.ts";
import type { StreamPlan } from "../../../lib/data/stream/stream_plan.ts";
import { Rng, type RngState } from "../../../lib/rng.ts";

/** A plan of files that are not there; blocks of `blockRows` rows. */
function planOf({ nRows, blockRows, testShare = 0, count }: {
  nRows: number;
  blockRows: number;
  testShare?: number;
  count?: number;
}): StreamPlan {
  const dInput = Math.floor(BLOCK_BYTES / 4 / blockRows);
  const cut = Math.floor(nRows / 3);
  const parts = [cut, 1, nRows - cut - 1].map((count, file) => ({
    ...{ file, offset: 0, type: "f32" as const, isBigEndian: false, count },
  }));
  const trained = Array.from({ length: nRows }, (_, row) => row).filter((row) => !isHeldOut(row, testShare)).length;
  const shared = { storesBytes: false, areBytes: false, scaling: UNSCALED, testShare };
  return { files: [], parts, dInput, ...shared, count: count ?? trained };
}

/** The rows of each pool in the order of training, by the numbers of training rows in the files. */
function poolsOf(order: EpochOrder, plan: StreamPlan, poolRows: number): number[][] {
  const trained = trainedRows(plan), placeOf = new Map(trained.map((row, i) => [row, i]));
  return Array.from({ length: Math.ceil(plan.count / poolRows) }, (_, pool) => {
    const rows = order.spansOf(pool).flatMap(({ start, skip, take }) => {
      const first = placeOf.get(start)! + skip;
      return Array.from({ length: take }, (_, i) => trained[first + i]);
    });
    assert.equal(rows.length, order.rowsOf(pool));
    return Array.from(order.permutationOf(pool), (i) => rows[i]);
  });
}

function trainedRows({ parts, testShare, count }: StreamPlan): number[] {
  const nRows = parts.reduce((sum, part) => sum + part.count, 0);
  return Array.from({ length: nRows }, (_, row) => row).filter((row) => !isHeldOut(row, testShare)).slice(0, count);
}

/** What the module comment of epoch_order.ts says, with lists. */
function slowly(
  plan: StreamPlan,
  { shuffle, blockRows, poolRows }: { shuffle: RngState; blockRows: number; poolRows: number },
): number[][] {
  const chunks = (rows: number[], size: number) =>
    Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
  const rng = new Rng(shuffle), blocks = chunks(trainedRows(plan), blockRows);
  const mixed = Array.from(rng.permutation(blocks.length), (block) => blocks[block]).flat();
  return chunks(mixed, poolRows).map((rows) => {
    const own = Rng.fromSeed(rng.uint32(), "pool");
    return Array.from(own.permutation(rows.length), (i) => rows[i]);
  });
}

const CASES = [
  { nRows: 1000, blockRows: 64, poolRows: 210 },
  { nRows: 1000, blockRows: 64, poolRows: 210, testShare: 0.1 },
  { nRows: 1000, blockRows: 64, poolRows: 210, testShare: 0.5, count: 301 },
  { nRows: 997, blockRows: 1, poolRows: 40 },
  { nRows: 997, blockRows: 300, poolRows: 7 },
  { nRows: 64, blockRows: 64, poolRows: 64 },
  { nRows: 65, blockRows: 64, poolRows: 65 },
  { nRows: 3, blockRows: 64, poolRows: 1 },
];

for (const { blockRows, poolRows, ...rows } of CASES) {
  Deno.test(`an epoch takes every training row once, as lists say: ${JSON.stringify({ ...rows, blockRows, poolRows })}`, () => {
    const plan = planOf({ blockRows, ...rows }), blocks = rowBlocks(plan);
    assert.equal(blocks.rows, blockRows);
    let shuffle = Rng.fromSeed(3, "shuffle").state;
    const orders: number[][] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      const order = new EpochOrder(blocks, { shuffle, poolRows });
      const pools = poolsOf(order, plan, poolRows);
      assert.deepEqual(pools, slowly(plan, { shuffle, blockRows, poolRows }));
      assert.deepEqual(pools.flat().toSorted((a, b) => a - b), trainedRows(plan));
      assert.ok(pools.slice(0, -1).every((pool) => pool.length === poolRows));
      orders.push(pools.flat());
      shuffle = order.after;
    }
    if (plan.count > 3) assert.notDeepEqual(orders[0], orders[1]);
    assert.notDeepEqual(shuffle, Rng.fromSeed(3, "shuffle").state);
  });
}

Deno.test("a pool has rows from everywhere in the files", () => {
  const plan = planOf({ nRows: 20_000, blockRows: 20 });
  const order = new EpochOrder(rowBlocks(plan), { shuffle: Rng.fromSeed(0, "shuffle").state, poolRows: 2000 });
  for (const pool of poolsOf(order, plan, 2000)) {
    const tenths = new Array(10).fill(0);
    for (const row of pool) tenths[Math.floor(row / 2000)]++;
    // 100 blocks of a pool over 10 tenths: 10 ± 3 each of 20 rows.
    assert.ok(tenths.every((rows) => rows > 0 && rows < 500), `${tenths}`);
    const batch = new Set(pool.slice(0, 100).map((row) => Math.floor(row / 20)));
    assert.ok(batch.size > 50, "a batch of 100 has rows of most of the pool's 100 blocks");
  }
});

Deno.test("rowBlocks() refuses a plan with more training rows than its files have", () => {
  assert.throws(() => rowBlocks(planOf({ nRows: 10, blockRows: 4, count: 11 })), {
    message: "Cannot cut 11 rows into blocks: there are 10 rows, expected at least 11",
  });
});

Deno.test("poolRows() takes whole batches into half of the buffer, and names the buffer that would do", () => {
  const plan = planOf({ nRows: 10_000, blockRows: 128 }); // 1,024 floats a row, 4,096 bytes
  assert.equal(poolRows(plan, { batch: 7, bufferMb: 1 }), 119); // 500,000 / 4,096 = 122.07
  assert.equal(poolRows(plan, { batch: 122, bufferMb: 1 }), 122);
  assert.equal(poolRows({ ...plan, areBytes: true }, { batch: 7, bufferMb: 1 }), 483); // 488.3 rows of 1,024 bytes
  assert.equal(poolRows({ ...plan, count: 100 }, { batch: 7, bufferMb: 1 }), 105, "no more than there are");
  assert.throws(() => poolRows(plan, { batch: 123, bufferMb: 1 }), {
    name: "KnobError",
    message: "Cannot use bufferMb: it is 1, expected at least 2, which has room for two batches of 123 rows",
  });
  assert.equal(poolRows(plan, { batch: 123, bufferMb: 2 }), 123);
});
