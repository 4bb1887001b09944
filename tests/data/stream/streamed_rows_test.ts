/**
 * The reader of pools: rows in the order that the epoch says, overlapping calls, and its end.
 *
 * @module
 */
import assert from "node:assert/strict";
import { rowBlocks } from "../../../lib/data/stream/blocks.ts";
import { EpochOrder } from "../../../lib/data/stream/epoch_order.ts";
import type { Pool } from "../../../lib/data/stream/row_stream.ts";
import { StreamedRows } from "../../../lib/data/stream/streamed_rows.ts";
import type { StreamPlan } from "../../../lib/data/stream/stream_plan.ts";
import { gatherPixels, type Pixels } from "../../../lib/pixels.ts";
import { Rng } from "../../../lib/rng.ts";
import { needs } from "../../needs.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { writeRows } from "./written_rows.ts";

const KNOBS = { batch: 30, bufferMb: 1 };
const SHUFFLE = Rng.fromSeed(1, "shuffle").state;
/** 1,000 rows of 4 KB in 8 blocks and 9 pools, a tenth of them held out. */
const ROWS = { parts: [{ count: 611 }, { count: 389, lead: 24 }], dInput: 1024, testShare: 0.1 };

/** A copy: what a pool has is written over by the next one. */
const copyOf = ({ pixels, order }: Pool) => ({ pixels: pixels.slice() as Pixels, order });

/** The rows of a pool, gathered from rows in memory. */
function wanted(plan: StreamPlan, pixels: Pixels, { shuffle, pool, poolRows }: {
  shuffle: typeof SHUFFLE;
  pool: number;
  poolRows: number;
}) {
  const blocks = rowBlocks(plan), order = new EpochOrder(blocks, { shuffle, poolRows });
  const blockOf = new Map(Array.from(blocks.starts, (start, block) => [start, block]));
  const rows = order.spansOf(pool).flatMap(({ start, skip, take }) =>
    Array.from({ length: take }, (_, i) => blockOf.get(start)! * blocks.rows + skip + i)
  );
  return { pixels: gatherPixels(pixels, rows, plan.dInput), order: order.permutationOf(pool) };
}

Deno.test(
  "pool() has the rows of every pool of every epoch, in any order of asking",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { plan, pixels } = await writeRows(folder.path, ROWS);
    using rows = new StreamedRows(plan, { ...KNOBS, readBytes: 5000 });
    const { poolRows } = rows, nPools = Math.ceil(plan.count / poolRows);
    assert.equal(poolRows, 120);
    const next = rows.shuffleAfter(SHUFFLE);
    const places = [SHUFFLE, next].flatMap((shuffle) =>
      Array.from({ length: nPools }, (_, pool) => ({ shuffle, pool }))
    );
    const asked = [...places, places[3], places[0], places[nPools], places.at(-1)!, places[1]];
    for (const [i, place] of asked.entries()) {
      assert.deepEqual(copyOf(await rows.pool(place)), wanted(plan, pixels, { ...place, poolRows }), `${i}`);
      if (i % 2 === 0) rows.readAhead(asked[i + 1] ?? places[0]);
      if (i % 5 === 0) rows.readAhead(places[(7 * i) % places.length]); // a wrong guess
    }
  },
);

Deno.test(
  "calls that overlap are answered one after the other, the last one's rows stay",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { plan, pixels } = await writeRows(folder.path, ROWS);
    using rows = new StreamedRows(plan, KNOBS);
    const place = (pool: number) => ({ shuffle: SHUFFLE, pool });
    rows.readAhead(place(5));
    const all = [rows.pool(place(2)), rows.pool(place(2)), rows.pool(place(0)), rows.pool(place(4))];
    rows.readAhead(place(4));
    const pools = await Promise.all(all);
    assert.deepEqual(copyOf(pools.at(-1)!), wanted(plan, pixels, { ...place(4), poolRows: rows.poolRows }));
    assert.deepEqual(pools[0].order, pools[1].order);
  },
);

Deno.test(
  "a pool that is not read yet is refused when the reader ends, and no Worker is left",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { plan } = await writeRows(folder.path, ROWS);
    const closed = { message: "Cannot read rows: the reader was closed, expected one in use" };
    const refused: Promise<void>[] = [];
    {
      using rows = new StreamedRows(plan, KNOBS);
      refused.push(...[0, 1, 2].map((pool) => assert.rejects(rows.pool({ shuffle: SHUFFLE, pool }), closed)));
      rows.readAhead({ shuffle: SHUFFLE, pool: 3 }); // nobody waits for this one
    }
    await Promise.all(refused);
  },
);

Deno.test(
  "a file that changes is noticed at the next pool: length, time, content, or that it is gone",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/1.bin`, wholeSecond = 1_700_000_000_000;
    const at = (ms: number) => Deno.utime(path, ms / 1000, ms / 1000);
    const changes: { change: () => Promise<void>; message: RegExp; pool?: number }[] = [
      {
        change: () => Deno.truncate(path, 1593364),
        message: /1\.bin: it has 1593364 bytes, and had 1593368, expected the file as it was at the beginning$/,
      },
      {
        change: () => Deno.writeFile(path, new Uint8Array(9), { append: true }),
        message: /1\.bin: it has 1593377 bytes, and had 1593368, expected/,
      },
      {
        change: () => at(wholeSecond + 5000),
        message:
          /1\.bin: it was written at 2023-11-14T22:13:25.000Z, and before at 2023-11-14T22:13:20.000Z, expected the file/,
      },
      {
        change: async () => {
          const content = await Deno.readFile(path);
          await Deno.writeFile(path, content.with(-1, ~content.at(-1)!));
          await at(wholeSecond); // as a copy that keeps the time does
        },
        message: /1\.bin: its content has changed, expected the file as it was at the beginning$/,
        pool: 0, // files are hashed when an epoch begins
      },
      { change: () => Deno.remove(path), message: /^Cannot read .*1\.bin: it is not there, expected a file$/ },
    ];
    for (const { change, message, pool = 2 } of changes) {
      const { plan } = await writeRows(folder.path, ROWS);
      await at(wholeSecond);
      plan.files[1].modifiedMs = wholeSecond;
      using rows = new StreamedRows(plan, KNOBS);
      await rows.pool({ shuffle: SHUFFLE, pool: 1 });
      await change();
      await assert.rejects(rows.pool({ shuffle: SHUFFLE, pool }), (error: Error) => {
        assert.equal(error.name, "UserError");
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
    }
  },
);

Deno.test(
  "a number that is not finite is refused by the Worker in the words of the reader",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const { plan } = await writeRows(folder.path, { ...ROWS, testShare: 0 });
    const path = `${folder.path}/1.bin`, bytes = await Deno.readFile(path);
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, NaN, true);
    await Deno.writeFile(path, bytes);
    const { mtime } = await Deno.stat(path);
    plan.files[1].modifiedMs = mtime!.getTime();
    using rows = new StreamedRows(plan, KNOBS);
    const nPools = Math.ceil(plan.count / rows.poolRows), places = Array.from({ length: nPools }, (_, pool) => pool);
    const outcomes = await Promise.allSettled(places.slice(1).map((pool) => rows.pool({ shuffle: SHUFFLE, pool })));
    const failures = outcomes.filter((outcome) => outcome.status === "rejected").map(({ reason }) => reason.message);
    assert.deepEqual(failures, [
      `Cannot read ${path}: row 388, column 1023 (both from 0) is NaN, expected a finite number`,
    ]);
  },
);
