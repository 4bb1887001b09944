/**
 * Rows in the cache are those of the files as they are now, also if a change is between the blocks that are hashed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { plainRows } from "../../../lib/data/files/row_cache.ts";
import { needs } from "../../needs.ts";
import { temporaryFolder } from "../../temporary_folder.ts";

const COUNT = 1000, D = 8, BYTES = 5_000_000;
/** A place in the file that no sampled block of 65,536 bytes holds: blocks begin every 78,325 bytes. */
const BETWEEN = 70_000;

/** A file of text, and its rows: all hold the byte at the place between blocks. */
async function table(path: string) {
  await Deno.writeFile(path, new Uint8Array(BYTES).fill(49));
  const pieces = async function* () {
    const text = await Deno.readFile(path);
    for (let from = 0; from < 4; from++) yield new Uint8Array(COUNT / 4 * D).fill(text[BETWEEN]);
  };
  const shape = { kind: "vector" as const, height: 1, width: D, channels: 1 as const };
  const rows = {
    shape,
    count: COUNT,
    type: "bytes" as const,
    labels: null,
    meta: null,
    flat: null,
    notes: [],
    hasTestPart: false,
    pieces,
  };
  return { choice: "", rows, files: [{ path, name: "table.csv", size: BYTES }] };
}

/** Changes one byte and sets the time, which two writes in one tick of the clock would share. */
async function correct(path: string): Promise<void> {
  {
    using file = await Deno.open(path, { write: true });
    await file.seek(BETWEEN, Deno.SeekMode.Start);
    await file.write(Uint8Array.of(50));
  }
  await Deno.utime(path, new Date(), new Date(Date.now() + 5000));
}

Deno.test("a number that was corrected between the hashed blocks is read anew", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  const data = await table(`${folder.path}/table.csv`), options = { folder: `${folder.path}/rows` };
  const first = await plainRows(data, options), again = await plainRows(data, options);
  assert.deepEqual([first.isReused, again.isReused], [false, true]);
  await correct(data.files[0].path);
  const after = await plainRows(data, options);
  assert.equal(after.isReused, false);
  assert.deepEqual(await Deno.readFile(after.files[0].path), new Uint8Array(COUNT * D).fill(50));
});

Deno.test("two runs at once share one file, and neither changes it for the other", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  const data = await table(`${folder.path}/table.csv`), options = { folder: `${folder.path}/rows` };
  let placed: number | null | undefined;
  const slow = {
    ...data,
    rows: {
      ...data.rows,
      async *pieces() {
        const [{ path }] = (await plainRows(data, options)).files;
        placed = (await Deno.stat(path)).ino;
        yield* data.rows.pieces();
      },
    },
  };
  const { files: [{ path }] } = await plainRows(slow, options);
  assert.equal((await Deno.stat(path)).ino, placed);
  assert.equal((await Array.fromAsync(Deno.readDir(options.folder))).length, 1);
});

Deno.test(
  "a file that changes while it is read ends in one line and leaves nothing",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const data = await table(`${folder.path}/table.csv`), options = { folder: `${folder.path}/rows` };
    const changing = {
      ...data,
      rows: {
        ...data.rows,
        async *pieces() {
          yield* data.rows.pieces();
          await correct(data.files[0].path);
        },
      },
    };
    await assert.rejects(
      plainRows(changing, options),
      /^UserError: Cannot write rows of the data: they changed while /,
    );
    assert.deepEqual(await Array.fromAsync(Deno.readDir(options.folder)), []);
  },
);
