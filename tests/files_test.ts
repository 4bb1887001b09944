import assert from "node:assert/strict";
import { UserError } from "../lib/errors.ts";
import { exists, fileError, readStart, readText, readWhole, removeTemporaries, writeWhole } from "../lib/files.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { needs } from "./needs.ts";

Deno.test(
  "writeWhole() makes folders, replaces a file, and leaves no temporary one",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/a/b/file.txt`;
    await writeWhole(path, "old");
    await writeWhole(path, new Uint8Array([110, 101, 119]));
    assert.equal(new TextDecoder().decode(await readWhole(path)), "new");
    assert.deepEqual(Array.from(Deno.readDirSync(`${folder.path}/a/b`), (entry) => entry.name), ["file.txt"]);
  },
);

Deno.test(
  "writeWhole() leaves the old file whole when the new one cannot be written",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/file.txt`;
    await writeWhole(path, "old");
    function* failing() {
      yield new Uint8Array(9);
      throw new RangeError("no more");
    }
    await assert.rejects(writeWhole(path, failing()), /no more/);
    assert.equal(await Deno.readTextFile(path), "old");
    assert.deepEqual(Array.from(Deno.readDirSync(folder.path), ({ name }) => name), ["file.txt"]);
  },
);

Deno.test(
  "writeWhole() writes pieces one after the other, and writers of one path never share a temporary file",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/file.bin`;
    const contents = Array.from({ length: 20 }, (_, i) => [new Uint8Array(50_000).fill(i), new Uint8Array(1).fill(i)]);
    await Promise.all(contents.map((pieces) => writeWhole(path, pieces)));
    const bytes = await readWhole(path);
    assert.equal(bytes.length, 50_001);
    assert.equal(new Set(bytes).size, 1, "the bytes of one writer alone");
  },
);

Deno.test(
  "removeTemporaries() removes what killed writers left, in sub-folders too, and follows no link",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    await using other = await temporaryFolder();
    const left = ["a.json.12345.part", "features/0001.png.0a1b2c3d4e5f6071.part"];
    const kept = ["a.json", "notes.part", "features/0001.png"];
    for (const name of [...left, ...kept]) await writeWhole(`${folder.path}/${name}`, "");
    await writeWhole(`${other.path}/b.json.12.part`, "");
    await Deno.symlink(other.path, `${folder.path}/link`);
    await removeTemporaries(folder.path);
    for (const name of left) assert.equal(await exists(`${folder.path}/${name}`), false, name);
    for (const name of kept) assert.equal(await exists(`${folder.path}/${name}`), true, name);
    assert.equal(await exists(`${other.path}/b.json.12.part`), true);
  },
);

Deno.test("fileError() says in one line that a disk is full, and leaves a bug as it is", () => {
  const full = fileError("write", "a.bin", new Error("No space left on device (os error 28)"));
  assert.ok(full instanceof UserError);
  assert.equal(full.message, "Cannot write a.bin: the disk is full, expected free space");
  const bug = new TypeError("x is not a function");
  assert.equal(fileError("write", "a.bin", bug), bug);
});

Deno.test("readWhole() says in one line that a file is missing", needs("permissions"), async () => {
  await assert.rejects(
    readWhole("/nowhere/at all"),
    /^UserError: Cannot read \/nowhere\/at all: it is not there, expected a file$/,
  );
});

Deno.test("writeWhole() says in one line that a folder is in fact a file", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  await writeWhole(`${folder.path}/file`, "");
  const refused = async (result: Promise<unknown>, message: RegExp) =>
    await assert.rejects(result, (error: Error) => {
      assert.ok(error instanceof UserError, error.stack);
      assert.match(error.message, message);
      return true;
    });
  const onTheWay = /^Cannot \w+ \S*: a part of its path is a file, expected folders alone$/;
  await refused(writeWhole(`${folder.path}/file/inside.txt`, ""), onTheWay);
  await refused(writeWhole(`${folder.path}/file/b/inside.txt`, ""), onTheWay);
  await refused(readWhole(`${folder.path}/file/inside.txt`), onTheWay);
  await refused(readWhole(folder.path), /^Cannot read \S*: it is a folder, expected a file$/);
  await refused(readText(folder.path, { maxBytes: 3 }), /^Cannot read \S*: it is a folder, expected a file$/);
  await refused(readWhole("/dev/zero"), /^Cannot read \/dev\/zero: it is a device or a pipe, expected a file$/);
  await refused(writeWhole(folder.path, ""), /^Cannot write \S*: it is a folder, expected a file$/);
  await refused(removeTemporaries(`${folder.path}/file`), /^Cannot write \S*: it is a file, expected a folder$/);
});

Deno.test("fileError() advises no folder of the program for what is read", () => {
  const { message } = fileError("read", "a", new Deno.errors.NotCapable("")) as Error;
  assert.equal(message, "Cannot read a: this Deno process may not read there, expected --allow-read");
});

Deno.test(
  "readWhole() says in one line that a path leads nowhere: a loop, too long, with a character that is none",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    await Deno.symlink("loop", `${folder.path}/loop`);
    const cases: [string, RegExp][] = [
      [`${folder.path}/loop`, /loop: it is a link that leads back to itself, expected/],
      [`${folder.path}/${"a".repeat(5000)}`, /^Cannot read \S{201}: it is 5\d\d\d characters long, expected a path/],
      [`${folder.path}/a\0b`, /a\\u0000b: its name has a character that no file name can have, expected/],
    ];
    for (const [path, message] of cases) {
      await assert.rejects(readWhole(path), (error: Error) => {
        assert.ok(error instanceof UserError, `${error}`);
        assert.match(error.message, message);
        return true;
      });
    }
  },
);

Deno.test("readText() reads what is short enough, and no more of what never ends", needs("permissions"), async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.txt`;
  await Deno.writeTextFile(path, "aé");
  assert.equal(await readText(path, { maxBytes: 3 }), "aé");
  await assert.rejects(
    readText(path, { maxBytes: 2 }),
    /^UserError: Cannot read \S*a\.txt: it has more than 2 bytes, expected no more$/,
  );
  assert.deepEqual(await readStart(path, { bytes: 2 }), Uint8Array.of(0x61, 0xc3));
  await Deno.writeFile(path, Uint8Array.of(0xff));
  await assert.rejects(
    readText(path, { maxBytes: 3 }),
    /^UserError: Cannot read \S*: it is not UTF-8, expected a text file$/,
  );
  await assert.rejects(readText(folder.path, { maxBytes: 3 }), UserError);
});
