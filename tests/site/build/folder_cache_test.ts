/**
 * Folders kept by a digest: whole, as they were, and not for ever.
 *
 * @module
 */
import assert from "node:assert/strict";
import { FolderCache } from "../../../site/build/folder_cache.ts";

for (const isLinked of [false, true]) {
  Deno.test(`a folder is kept ${isLinked ? "by links" : "as a copy"}, and comes back as it was`, async () => {
    const folder = await Deno.makeTempDir();
    const cache = new FolderCache(`${folder}/cache`, { isLinked });
    await Deno.mkdir(`${folder}/a/deep`, { recursive: true });
    await Deno.writeTextFile(`${folder}/a/x.html`, "x");
    await Deno.writeTextFile(`${folder}/a/deep/y.json`, "y");
    assert.equal(await cache.has("1"), false);
    await cache.store("1", `${folder}/a`);
    await Deno.remove(`${folder}/a`, { recursive: true });
    assert.deepEqual([await cache.has("1"), await cache.has("2")], [true, false]);
    await Deno.mkdir(`${folder}/b`);
    await Deno.writeTextFile(`${folder}/b/x.html`, "older");
    await cache.restore("1", `${folder}/b`);
    assert.equal(await Deno.readTextFile(`${folder}/b/x.html`), "x");
    assert.equal(await Deno.readTextFile(`${folder}/b/deep/y.json`), "y");
    assert.deepEqual(Array.from(Deno.readDirSync(`${folder}/b`), ({ name }) => name).sort(), ["deep", "x.html"]);
    await cache.store("1", `${folder}/b`);
    assert.ok(await cache.has("1"), "kept anew");
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("two that keep the same at the same time both find it whole, and others are not disturbed by them", async () => {
  const folder = await Deno.makeTempDir();
  const [first, second] = [0, 1].map(() => new FolderCache(`${folder}/cache`));
  await Deno.mkdir(`${folder}/a`);
  for (let file = 0; file < 20; file++) await Deno.writeTextFile(`${folder}/a/${file}.json`, String(file));
  await Promise.all([first, second, first, second].map(async (cache, i) => {
    for (let turn = 0; turn < 5; turn++) {
      await cache.store("1", `${folder}/a`);
      await cache.prune();
      assert.ok(await cache.has("1"));
      await cache.restore("1", `${folder}/b${i}-${turn}`);
      assert.equal([...Deno.readDirSync(`${folder}/b${i}-${turn}`)].length, 20);
    }
  }));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a file that somebody wrote to after it was linked is not taken for what was kept", async () => {
  const folder = await Deno.makeTempDir();
  const cache = new FolderCache(`${folder}/cache`, { isLinked: true });
  await Deno.mkdir(`${folder}/a`);
  await Deno.writeTextFile(`${folder}/a/x.html`, "x");
  await cache.store("1", `${folder}/a`);
  assert.ok(await cache.has("1"));
  await Deno.writeTextFile(`${folder}/a/x.html`, "edited");
  const soon = new Date(Date.now() + 1000); // a file system's clock may tick in milliseconds, or in seconds
  await Deno.utime(`${folder}/a/x.html`, soon, soon);
  assert.equal(await cache.has("1"), false);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("prune() removes what nobody has used for a week", async () => {
  const folder = await Deno.makeTempDir();
  const cache = new FolderCache(`${folder}/cache`);
  await Deno.mkdir(`${folder}/a`);
  await Deno.writeTextFile(`${folder}/a/x.html`, "x");
  for (const digest of ["old", "used"]) {
    await cache.store(digest, `${folder}/a`);
    const eightDaysAgo = new Date(Date.now() - 8 * 24 * 3600 * 1000);
    await Deno.utime(`${folder}/cache/${digest}`, eightDaysAgo, eightDaysAgo);
  }
  assert.ok(await cache.has("used"));
  await cache.prune();
  assert.deepEqual([await cache.has("old"), await cache.has("used")], [false, true]);
  await Deno.remove(folder, { recursive: true });
});
