/**
 * Hashes of files against node:crypto over blocks that are cut here.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { blocksOf, HASHED_WHOLE_BYTES, identityOf } from "../../../lib/data/files/file_identity.ts";
import { needs } from "../../needs.ts";
import { temporaryFolder } from "../../temporary_folder.ts";

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

Deno.test(
  "identityOf() hashes short files whole, of long ones the length and 64 blocks",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const dir = folder.path;
    const short = new Uint8Array(100_000).map((_, i) => i % 251), long = new Uint8Array(HASHED_WHOLE_BYTES + 999);
    for (let i = 0; i < long.length; i++) long[i] = i * 7919 >>> 5;
    await Deno.writeFile(`${dir}/short`, short);
    await Deno.writeFile(`${dir}/long`, long);
    const found = await identityOf(`${dir}/short`);
    assert.deepEqual([found.path, found.bytes, found.sampledSha256], [`${dir}/short`, 100_000, sha256(short)]);
    assert.ok(Math.abs(found.modifiedMs! - Date.now()) < 60_000);
    const blocks = Array.from({ length: 64 }, (_, i) => {
      const from = Math.floor(i * (long.length - 65_536) / 63);
      return long.slice(from, from + 65_536);
    });
    assert.equal((await identityOf(`${dir}/long`)).sampledSha256, sha256(`${long.length}\n`, ...blocks));
    await assert.rejects(identityOf(`${dir}/none`), { message: /^Cannot read .*none: it is not there/ });
  },
);

Deno.test("blocksOf() covers short files and both ends of long ones, in order", () => {
  assert.deepEqual(blocksOf(0), []);
  for (const size of [1, 65_536, HASHED_WHOLE_BYTES, HASHED_WHOLE_BYTES + 1, 2 ** 33]) {
    const blocks = blocksOf(size);
    assert.deepEqual([blocks[0][0], blocks.at(-1)![1]], [0, size]);
    assert.ok(blocks.every(([from, to], i) => from < to && (i === 0 || from > blocks[i - 1][0])));
  }
});
