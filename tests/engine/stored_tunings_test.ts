/**
 * The file of tunings, whatever stands in its place.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readTunings, writeTunings } from "../../lib/engine/stored_tunings.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { needs } from "../needs.ts";

const KEY = "NVIDIA H200, 784-128-32-128-784 batch 128";
const OURS = new Map([[KEY, "fused/64"], ["Radeon, amd, 16-8-16 batch 1", "shared/64"]]);

Deno.test(
  "writeTunings() and readTunings() are inverse, and nothing is written if there is nothing to say",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/cache/webgpu_tunings.json`;
    assert.deepEqual(await readTunings(path), new Map());
    await writeTunings(path, new Map());
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    await writeTunings(path, OURS);
    assert.deepEqual(await readTunings(path), OURS);
  },
);

Deno.test(
  "readTunings() ignores whatever is not ours, and writeTunings() replaces it",
  needs("permissions"),
  async (t) => {
    await using folder = await temporaryFolder();
    await writeTunings(`${folder.path}/ours`, OURS);
    const ours = await Deno.readTextFile(`${folder.path}/ours`);
    const file = (tunings: unknown, version: unknown = 2) => JSON.stringify({ version, tunings });
    const contents: Record<string, string | Uint8Array> = {
      "empty": "",
      "cut": ours.slice(0, -9),
      "not text": Uint8Array.of(0xff, 0, 0xfe, 7),
      "HTML": "<!doctype html><title>404</title>",
      "null": "null",
      "the format of an earlier version": JSON.stringify([...OURS]),
      "another version": file({ [KEY]: "fused/64" }, 1),
      "a list": file([KEY]),
      "a number for a name": file({ [KEY]: 64 }),
      "a name that is no tuning": file({ [KEY]: "tile5/64" }),
      "a workgroup that is none": file({ [KEY]: "fused/999999999" }),
      "a key that names no model": file({ "NVIDIA H200": "fused/64" }),
      "a member too many": JSON.stringify({ version: 2, tunings: {}, more: 1 }),
      "far too large": " ".repeat(2 ** 20) + ours,
    };
    for (const [what, content] of Object.entries(contents)) {
      await t.step(what, async () => {
        const path = `${folder.path}/${what}`;
        await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
        assert.deepEqual(await readTunings(path), new Map());
        await writeTunings(path, new Map());
        assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), { version: 2, tunings: {} });
        await writeTunings(path, OURS);
        assert.deepEqual(await readTunings(path), OURS);
      });
    }
  },
);

Deno.test(
  "readTunings() and writeTunings() do without a file where there cannot be one",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    await Deno.mkdir(`${folder.path}/is a folder`);
    for (const path of [`${folder.path}/is a folder`, "/proc/none/webgpu_tunings.json", "/dev/zero"]) {
      assert.deepEqual(await readTunings(path), new Map());
      if (path !== "/dev/zero") await writeTunings(path, OURS);
    }
    assert.ok((await Deno.stat(`${folder.path}/is a folder`)).isDirectory);
    assert.equal(Array.from(Deno.readDirSync(folder.path)).length, 1, "no temporary file is left");
  },
);
