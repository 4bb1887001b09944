import assert from "node:assert/strict";
import { UserError } from "../lib/errors.ts";
import { exists, readWhole, writeWhole } from "../lib/files.ts";
import { temporaryFolder } from "./temporary_folder.ts";

Deno.test("writeWhole() makes folders, replaces a file, and leaves no temporary one", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a/b/file.txt`;
  await writeWhole(path, "old");
  await writeWhole(path, new Uint8Array([110, 101, 119]));
  assert.equal(new TextDecoder().decode(await readWhole(path)), "new");
  assert.deepEqual(Array.from(Deno.readDirSync(`${folder.path}/a/b`), (entry) => entry.name), ["file.txt"]);
});

Deno.test("writeWhole() leaves the old file whole when the new one cannot be written", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file.txt`;
  await writeWhole(path, "old");
  await Deno.mkdir(`${path}.${Deno.pid}.part`); // in the way of the temporary file
  await assert.rejects(writeWhole(path, "new"));
  assert.equal(await Deno.readTextFile(path), "old");
});

Deno.test("writeWhole() says in one line that a disk is full", { ignore: Deno.build.os !== "linux" }, async () => {
  // /dev/full refuses every write with ENOSPC; the temporary name is made to be a link to it.
  await using folder = await temporaryFolder();
  const path = `${folder.path}/file.bin`;
  await Deno.symlink("/dev/full", `${path}.${Deno.pid}.part`);
  await assert.rejects(writeWhole(path, new Uint8Array(1 << 16)), (error: Error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^Cannot write .*file\.bin: the disk is full, expected free space$/);
    return true;
  });
  assert.equal(await exists(path), false);
});

Deno.test("readWhole() says in one line that a file is missing", async () => {
  await assert.rejects(
    readWhole("/nowhere/at all"),
    /^UserError: Cannot read \/nowhere\/at all: it is not there, expected a file$/,
  );
});

Deno.test("writeWhole() says in one line that a folder is in fact a file", async () => {
  await using folder = await temporaryFolder();
  await writeWhole(`${folder.path}/file`, "");
  await assert.rejects(writeWhole(`${folder.path}/file/inside.txt`, ""), UserError);
});
