import assert from "node:assert/strict";
import { type KernelCache, loadKernels } from "../../lib/engine/cpu/compile.ts";

/** A cache in memory that counts. */
class CountingCache implements KernelCache {
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  writes = 0;
  read(key: string) {
    return Promise.resolve(this.entries.get(key));
  }
  write(key: string, bytes: Uint8Array<ArrayBuffer>) {
    this.writes++;
    this.entries.set(key, bytes);
    return Promise.resolve();
  }
}

Deno.test("loadKernels() compiles once when it has a cache", async () => {
  const cache = new CountingCache();
  await loadKernels({ cache });
  await loadKernels({ cache });
  assert.equal(cache.writes, 1);
});

Deno.test("loadKernels() keeps the variants apart when they share a cache", async () => {
  const cache = new CountingCache();
  const variants = [true, false].flatMap((isShared) => [true, false].map((isRelaxed) => ({ isShared, isRelaxed })));
  for (const variant of variants) {
    const { module, ...flags } = await loadKernels({ cache, ...variant });
    assert.deepEqual(flags, variant);
    assert.deepEqual(
      WebAssembly.Module.exports(module).filter(({ kind }) => kind === "function").map(({ name }) => name).sort(),
      ["decodeDictionary", "infer", "inferDictionary", "rendezvous", "train", "trainDictionary"],
    );
  }
  assert.equal(cache.writes, 4);
});
