import assert from "node:assert/strict";
import { decode } from "fast-png";
import { UserError } from "../../lib/errors.ts";
import { reportsReadme } from "../../lib/report/documentation.ts";
import { concatenated, drawSprite } from "../../lib/report/sprites.ts";
import { claimRunFolder, releaseRunFolder, runFolder } from "../../lib/report/writer.ts";
import { temporaryFolder } from "../temporary_folder.ts";

Deno.test("reports/README.md is what reportsReadme() makes of the schemas (deno task docs writes it)", async () => {
  assert.equal(await Deno.readTextFile(new URL("../../reports/README.md", import.meta.url)), reportsReadme());
});

Deno.test("drawSprite() puts tile i into row ⌊i / columns⌋, column i mod columns, without wrapping levels", () => {
  const levels = [0, 1, 2, 3, 10, 11, 12, 13, 300, -5, 22.6, 23]; // three tiles of 2×2
  const { sprite, png } = drawSprite({ file: "a.png", levels, tileWidth: 2, tileHeight: 2, columns: 2 });
  assert.deepEqual(sprite, { file: "a.png", tileWidth: 2, tileHeight: 2, columns: 2, count: 3 });
  const { width, height, channels, data } = decode(png);
  assert.deepEqual([width, height, channels], [4, 4, 1]);
  assert.deepEqual([...data], [0, 1, 10, 11, 2, 3, 12, 13, 255, 0, 0, 0, 23, 23, 0, 0]);
});

Deno.test("concatenated() joins more values than a call may have arguments", () => {
  const joined = concatenated([Float32Array.of(1, 2), new Float32Array(0), new Float32Array(10 ** 6).fill(3)]);
  assert.deepEqual([joined.length, joined[1], joined[2], joined.at(-1)], [10 ** 6 + 2, 2, 3, 3]);
  assert.equal(concatenated([]).length, 0);
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

Deno.test("claimRunFolder() claims an id once, and releaseRunFolder() gives back an empty folder only", async () => {
  await using folder = await temporaryFolder();
  const claimed = await claimRunFolder(`${folder.path}/reports`, "run");
  await assert.rejects(
    claimRunFolder(`${folder.path}/reports`, "run"),
    /^UserError: Cannot start run run: it exists already, expected another --run-id/,
  );
  await releaseRunFolder(claimed);
  await claimRunFolder(`${folder.path}/reports`, "run");
  await Deno.writeTextFile(`${claimed}/kept`, "");
  await releaseRunFolder(claimed);
  assert.equal(await Deno.readTextFile(`${claimed}/kept`), "");
});

Deno.test("claimRunFolder() says in one line that the reports folder is a file", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/reports`, "");
  await assert.rejects(claimRunFolder(`${folder.path}/reports`, "run"), UserError);
});
