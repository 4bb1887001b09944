/**
 * The site's typefaces: what they may not do to a text.
 *
 * @module
 */
import assert from "node:assert/strict";
import { brotliDecompressSync } from "node:zlib";
import { needs } from "../needs.ts";

const FOLDER = new URL("../../site/src/fonts/", import.meta.url);

/** The tables of a WOFF2 file in one piece; its format: https://www.w3.org/TR/WOFF2/, sections 4.1 and 4.2. */
function tablesOf(file: Uint8Array): string {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  assert.equal(view.getUint32(0), 0x774f4632, "wOF2");
  let at = 48;
  const skipNumber = () => {
    while (file[at++] >= 128);
  };
  for (let left = view.getUint16(12); left > 0; left--) {
    const flags = file[at++], isGlyphs = (flags & 63) === 10 || (flags & 63) === 11, version = flags >> 6;
    if ((flags & 63) === 63) at += 4;
    skipNumber();
    if (isGlyphs ? version === 0 : version !== 0) skipNumber();
  }
  return brotliDecompressSync(file.subarray(at, at + view.getUint32(20))).toString("latin1");
}

Deno.test(
  "the interface's typeface has no contextual alternates: an x between digits stays an x",
  needs("permissions"),
  async () => {
    for (const name of ["sans.woff2", "sans-greek.woff2"]) {
      const tables = tablesOf(await Deno.readFile(new URL(name, FOLDER)));
      assert.ok(tables.includes("tnum"), `${name} has figures of one width, so its features are read`);
      assert.ok(!tables.includes("calt"), name);
    }
  },
);
