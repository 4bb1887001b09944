import assert from "node:assert/strict";
import { gunzip, gunzipStart, isGzip, mostUncompressed } from "../../lib/formats/gzip.ts";
import { joined } from "../mutate.ts";
import { gzip } from "../data/mnist/idx_files.ts";

const PLAIN = Uint8Array.from({ length: 5000 }, (_, i) => (i * 2654435761) >>> 13);
const WHOLE = await gzip(PLAIN);

Deno.test("gunzip() gives back what was gzipped", async () => {
  assert.ok(isGzip(WHOLE) && !isGzip(PLAIN) && !isGzip(new Uint8Array()));
  assert.deepEqual(gunzip(WHOLE, { name: "a.gz", most: 5000 }), PLAIN);
  assert.deepEqual(gunzip(WHOLE, { name: "a.gz", most: 1e9 }), PLAIN);
  assert.deepEqual(gunzip(await gzip(new Uint8Array()), { name: "a.gz", most: 0 }), new Uint8Array());
});

Deno.test("gunzip() reads several members as one file, and zero bytes after the last, as gzip(1) does", async () => {
  const two = joined(WHOLE, await gzip(Uint8Array.of(1, 2, 3)), await gzip(new Uint8Array()));
  const wanted = joined(PLAIN, Uint8Array.of(1, 2, 3));
  assert.deepEqual(gunzip(two, { name: "a.gz", most: 5003 }), wanted);
  assert.deepEqual(gunzip(joined(two, new Uint8Array(1000)), { name: "a.gz", most: 5003 }), wanted);
});

Deno.test("gunzip() refuses a stream that is cut off, altered or followed by something else", () => {
  const altered = WHOLE.slice();
  altered[20] ^= 0xff;
  const message = "Cannot uncompress a.gz: its gzip stream is corrupt or cut off, expected a whole gzip file";
  for (const bytes of [WHOLE.slice(0, -3), WHOLE.slice(0, 2), altered, joined(WHOLE, Uint8Array.of(7, 7))]) {
    assert.throws(() => gunzip(bytes, { name: "a.gz", most: 5000 }), { name: "UserError", message });
  }
  assert.throws(() => gunzip(joined(WHOLE, Uint8Array.of(0, 0, 7)), { name: "a.gz", most: 5000 }), {
    message: "Cannot uncompress a.gz: 3 bytes follow its gzip stream, expected none",
  });
});

Deno.test("gunzip() refuses more than it was told to expect, and allocates no more", async () => {
  for (const most of [4999, 1, 0]) {
    assert.throws(() => gunzip(WHOLE, { name: "a.gz", most }), { name: "UserError", message: /it holds more than \d/ });
  }
  // Ten members of 100 MB of zeros: 1 GB in 1 MB.
  const member = await gzip(new Uint8Array(1e8));
  const bomb = joined(...Array<Uint8Array>(10).fill(member));
  const before = Deno.memoryUsage().rss;
  assert.throws(() => gunzip(bomb, { name: "a.gz", most: 100 }), /it holds more than 100 bytes, expected 100$/);
  const start = gunzipStart(bomb.subarray(0, 4096), "a.gz");
  assert.ok(start.length > 0 && start.length <= mostUncompressed(4096));
  assert.ok(Deno.memoryUsage().rss - before < 5e7);
});

Deno.test("gunzipStart() gives the first bytes of a file that goes on, and refuses what is no gzip", () => {
  const start = gunzipStart(WHOLE.subarray(0, 200), "a.gz");
  assert.ok(start.length >= 16 && start.length < 5000, `${start.length}`);
  assert.deepEqual(start, PLAIN.subarray(0, start.length));
  assert.deepEqual(gunzipStart(WHOLE, "a.gz"), PLAIN);
  assert.throws(() => gunzipStart(Uint8Array.of(0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9), "a.gz"), {
    name: "UserError",
    message: /corrupt/,
  });
});
