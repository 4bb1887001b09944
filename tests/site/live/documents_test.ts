/// <reference lib="dom" />
/**
 * Addresses of the live page in the documents: the page reads each, and has the presets and controls that they name.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { readAddress } from "../../../site/src/live/address.ts";
import { PRESETS } from "../../../site/src/live/presets.ts";
import { CONTROLS } from "../../../site/src/live/train/controls.ts";

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8");

Deno.test("every address in the documents is one that the live page reads", async () => {
  let checked = 0;
  for (const path of ["README.md", "docs/guide.md", "docs/teaching.md"]) {
    for (const [, hash] of (await read(path)).matchAll(/`live\/(#[^`\s]+)`/g)) {
      const { address: { preset, hidden }, unknown } = readAddress(hash);
      assert.deepEqual(unknown, [], `${path}: ${hash}`);
      assert.ok(preset === null || PRESETS.some(({ id }) => id === preset), `${path}: ${hash}`);
      for (const name of hidden) assert.ok(Object.hasOwn(CONTROLS, name), `${path}: ${hash} hides ${name}`);
      checked++;
    }
  }
  assert.ok(checked >= 10);
});

Deno.test("the document for teachers names every control that an address can hide", async () => {
  const [, list] = (await read("docs/teaching.md")).match(/`hide=` in the address takes([\s\S]*?)\. For example/)!;
  assert.deepEqual(Array.from(list.matchAll(/`(\w+)`/g), ([, name]) => name).sort(), Object.keys(CONTROLS).sort());
});
