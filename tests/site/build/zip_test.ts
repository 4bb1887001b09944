/**
 * Archives as another program reads them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import { whyNotZip, writeZip, type ZipEntry } from "../../../site/build/zip.ts";

const DATE = new Date("2026-11-26T07:08:10Z");

Deno.test("writeZip() keeps every byte of every file, in the order given, and gives equal bytes for equal files", async () => {
  const folder = await Deno.makeTempDir();
  const text = "0123456789".repeat(300_000), noise = crypto.getRandomValues(new Uint8Array(60_000));
  const contents: Record<string, Uint8Array<ArrayBuffer>> = {
    "run/z.json": new TextEncoder().encode(text),
    "run/ä/π.png": noise,
    "run/empty.json": new Uint8Array(),
  };
  const entries: ZipEntry[] = [];
  for (const [i, [name, bytes]] of Object.entries(contents).entries()) {
    await Deno.writeFile(`${folder}/${i}`, bytes);
    entries.push({ name, path: `${folder}/${i}` });
  }
  await writeZip(`${folder}/one.zip`, entries, { date: DATE });
  const one = await Deno.readFile(`${folder}/one.zip`);
  assert.ok(one.length < 100_000, "text is compressed");
  const read = unzipSync(one);
  assert.deepEqual(Object.keys(read), Object.keys(contents));
  assert.deepEqual(read, contents);
  for (const { path } of entries) await Deno.utime(path, 1, 1);
  await writeZip(`${folder}/two.zip`, entries, { date: DATE });
  assert.deepEqual(await Deno.readFile(`${folder}/two.zip`), one);
  assert.equal(dosDate(one), "2026-11-26 07:08:10");
  const { success } = await new Deno.Command("python3", {
    args: ["-m", "zipfile", "-t", `${folder}/two.zip`],
    stdout: "null",
    stderr: "null",
  }).output().catch(() => ({ success: true })); // without Python, fflate alone has read it
  assert.ok(success);
  await Deno.remove(folder, { recursive: true });
});

/** The date of the archive's first entry. */
function dosDate(zip: Uint8Array<ArrayBuffer>): string {
  const view = new DataView(zip.buffer), time = view.getUint16(10, true), day = view.getUint16(12, true);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${1980 + (day >> 9)}-${two(day >> 5 & 15)}-${two(day & 31)} ${two(time >> 11)}:${two(time >> 5 & 63)}:${
    two(2 * (time & 31))
  }`;
}

Deno.test("writeZip() leaves nothing behind when a file cannot be read", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/a`, "a");
  const entries = [{ name: "a", path: `${folder}/a` }, { name: "b", path: `${folder}/gone` }];
  await assert.rejects(writeZip(`${folder}/x.zip`, entries, { date: DATE }), { code: "ENOENT" });
  assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["a"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("whyNotZip() says what is too much for an archive", () => {
  assert.equal(whyNotZip({ files: 65_535, bytes: 2 ** 32 - 1 }), null);
  assert.equal(whyNotZip({ files: 65_536, bytes: 1 }), "there are 65536 files, expected at most 65535");
  assert.equal(whyNotZip({ files: 1, bytes: 2 ** 32 }), "the files have 4294967296 bytes, expected at most 4294967295");
});
