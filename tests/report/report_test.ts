import assert from "node:assert/strict";
import { decode } from "fast-png";
import { UserError } from "../../lib/errors.ts";
import { reportsReadme } from "../../lib/report/documentation.ts";
import { concatenated, drawSprite, greyLevels, signedLevels } from "../../lib/report/sprites.ts";
import { runFolder } from "../../lib/report/writer.ts";
import { needs } from "../needs.ts";

Deno.test(
  "reports/README.md is what reportsReadme() makes of the schemas (deno task docs writes it)",
  needs("permissions"),
  async () => {
    assert.equal(await Deno.readTextFile(new URL("../../reports/README.md", import.meta.url)), reportsReadme());
  },
);

Deno.test("drawSprite() puts tile i into row ⌊i / columns⌋, column i mod columns, without wrapping levels", () => {
  const levels = [0, 1, 2, 3, 10, 11, 12, 13, 300, -5, 22.6, 23]; // three tiles of 2×2
  const { sprite, png } = drawSprite({ file: "a.png", levels, tileWidth: 2, tileHeight: 2, columns: 2 });
  assert.deepEqual(sprite, { file: "a.png", tileWidth: 2, tileHeight: 2, columns: 2, count: 3 });
  const { width, height, channels, data } = decode(png);
  assert.deepEqual([width, height, channels], [4, 4, 1]);
  assert.deepEqual([...data], [0, 1, 10, 11, 2, 3, 12, 13, 255, 0, 0, 0, 23, 23, 0, 0]);
});

Deno.test("concatenated() joins more values than a call may have arguments", () => {
  const joined = concatenated([
    Uint8ClampedArray.of(1, 2),
    new Uint8ClampedArray(0),
    new Uint8ClampedArray(10 ** 6).fill(3),
  ]);
  assert.deepEqual([joined.length, joined[1], joined[2], joined.at(-1)], [10 ** 6 + 2, 2, 3, 3]);
  assert.equal(concatenated([]).length, 0);
});

Deno.test("greyLevels() and signedLevels() scale by the data's black and white, and cut off what is beyond", () => {
  const range = { black: -1, white: 3 };
  assert.deepEqual([...greyLevels(Float32Array.of(-1, 1, 3, 9, -9), range)], [0, 128, 255, 255, 0]);
  assert.deepEqual([...signedLevels(Float32Array.of(0, 4, -4, 2, 99, -99), range)], [128, 255, 1, 192, 255, 0]);
});

Deno.test("drawSprite() refuses half a tile", () => {
  assert.throws(
    () => drawSprite({ file: "a.png", levels: [1, 2, 3], tileWidth: 2, tileHeight: 2, columns: 1 }),
    TypeError,
  );
});

Deno.test("runFolder() refuses ids that could leave the reports folder", () => {
  for (const id of ["..", "a/b", "../a", "a..b", "", ".hidden", "a\\b", "a b", "x".repeat(81), "a\n"]) {
    assert.throws(
      () => runFolder("reports", id),
      (error: Error) => error instanceof UserError && /Cannot use run id/.test(error.message),
    );
  }
  assert.equal(runFolder("reports", "a-1_b.2"), "reports/a-1_b.2");
});

Deno.test("runFolder() refuses names that mean something else on the site or to a file system", () => {
  for (
    const id of [
      "sweeps",
      "bench",
      "constructor",
      "toString",
      "index.html",
      "README.md",
      "Readme",
      "404.html",
      "a.json",
      "CON",
      "nul.x",
      "a.",
    ]
  ) {
    assert.throws(
      () => runFolder("reports", id),
      (error: Error) => error instanceof UserError && /the reports folder or the site uses it/.test(error.message),
      id,
    );
  }
  for (const id of ["sweeps-1", "benchmark", "readme-2", "v1.2"]) assert.equal(runFolder("r", id), `r/${id}`);
});
