/**
 * Damaged files of every format: each is read as something or refused in one line, soon.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openRows } from "../../../lib/data/readers/open_rows.ts";
import { npyHeader } from "../../../lib/formats/npy.ts";
import { encodeSafetensors } from "../../../lib/formats/safetensors.ts";
import { writeZip } from "../../../lib/formats/zip_writer.ts";
import { Rng } from "../../../lib/rng.ts";
import { stopwatch } from "../../fastest.ts";
import { joined, mutate } from "../../mutate.ts";
import { memorySource } from "../../formats/memory_source.ts";
import { bytesOf, JPEG, PARQUET, PNG } from "../../formats/small_files.ts";
import { loadZip } from "../../../lib/formats/zip_library.ts";

const NFILES = 2000;
/** A damaged file must not hold up its reader. */
const MOST_MS = 5000;

const values = Float32Array.from({ length: 24 }, (_, i) => i / 4 - 2);
const npy = joined(npyHeader({ type: "f32", shape: [6, 4] }), new Uint8Array(values.buffer));
const text = (lines: string) => new TextEncoder().encode(lines);

async function npz(): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const member = (path: string, bytes: Uint8Array) => ({ path, size: bytes.length, pieces: [bytes] });
  const members = [
    member("x.npy", npy),
    member("y.npy", joined(npyHeader({ type: "u8", shape: [6] }), new Uint8Array(6))),
  ];
  await writeZip(members, { write: (bytes) => Promise.resolve(void pieces.push(bytes.slice())) });
  return joined(...pieces);
}

/** Archives as NumPy's savez_compressed writes them need deflate, which the writer does not do. */
async function deflatedNpz(): Promise<Uint8Array> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } = await loadZip();
  const zip = new ZipWriter(new Uint8ArrayWriter(), { level: 6 });
  await zip.add("x.npy", new Uint8ArrayReader(npy));
  return await zip.close();
}

const idx = joined(
  Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2),
  Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 200),
);

const FILES: [string, Uint8Array][] = [
  ["x.npy", npy],
  ["x.npz", await npz()],
  ["deflated.npz", await deflatedNpz()],
  ["x.safetensors", encodeSafetensors({ tensors: { activation: { shape: [6, 4], values } }, metadata: { a: "b" } })],
  ["x.csv", text('label,a,b,text\n1,0.5,2,"a, b"\n0,-3,1e2,c\n\n1,7,8,"d""e"\n')],
  ["x.tsv", text("1\t2\t3\r\n4\t5\t6\r\n")],
  ["x-images-idx3-ubyte", idx],
  ...Object.entries(PARQUET).map(([name, base64]): [string, Uint8Array] => [`${name}.parquet`, bytesOf(base64)]),
  ...Object.entries(PNG).map(([name, base64]): [string, Uint8Array] => [`${name}.png`, bytesOf(base64)]),
  ...Object.entries(JPEG).map(([name, base64]): [string, Uint8Array] => [`${name}.jpg`, bytesOf(base64)]),
];

/** A number of a header, of 1 to 8 bytes, becomes a large one. */
function grown(rng: Rng, file: Uint8Array): Uint8Array {
  const bytes = file.slice(), at = rng.below(Math.min(bytes.length, 200)), length = [1, 2, 4, 8][rng.below(4)];
  bytes.fill([0x7f, 0xff, 0x39][rng.below(3)], at, at + length); // 0x39 is the digit 9, for headers of text
  return bytes;
}

async function read(name: string, bytes: Uint8Array): Promise<number> {
  const rows = await openRows([memorySource(name, bytes)]);
  let count = 0;
  for await (const piece of rows.pieces()) {
    count += piece.length / (rows.shape.height * rows.shape.width * rows.shape.channels);
  }
  assert.equal(count, rows.count, name);
  return count;
}

Deno.test("openRows() reads or refuses 2,000 damaged files of all formats, each in one line within seconds", async () => {
  const rng = Rng.fromSeed(1, "formats/damaged");
  let refused = 0;
  for (let i = 0; i < NFILES; i++) {
    const [name, file] = FILES[i % FILES.length];
    const bytes = rng.below(3) === 0 ? grown(rng, file) : mutate(rng, file);
    const took = stopwatch();
    try {
      await read(name, bytes);
    } catch (error) {
      assert.equal((error as Error).name, "UserError", `file ${i}, ${name}: ${(error as Error).stack}`);
      const { message } = error as Error;
      assert.match(message, /^Cannot \S+ [^\n]+, expected [^\n]+$/, `file ${i}: ${message}`);
      assert.ok(message.includes(name), `file ${i}: ${message}`);
      refused++;
    }
    const ms = took();
    assert.ok(ms < MOST_MS, `file ${i}, ${name}: ${ms} ms`);
  }
  assert.ok(refused > 0.5 * NFILES && refused < 0.95 * NFILES, `${refused} of ${NFILES} were refused`);
});
