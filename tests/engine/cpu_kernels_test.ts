/**
 * The compiled kernels of the CPU engine: that they are what their source compiles to, and that each form can be loaded.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Rng } from "../../lib/rng.ts";
import { needs } from "../needs.ts";
import { ASSEMBLYSCRIPT_VERSION, KERNEL_FILES, loadKernels } from "../../lib/engine/cpu/load_kernels.ts";

for (const { url, ...variant } of KERNEL_FILES) {
  Deno.test(
    `${url.pathname.split("/").at(-1)} is what the kernels' source compiles to`,
    needs("permissions", "time"),
    async () => {
      const { compileKernels } = await import("../../lib/engine/cpu/build_kernels.ts"); // whose compiler asks for permissions
      const stored = await Deno.readFile(url), compiled = await compileKernels(variant);
      assert.ok(
        stored.length === compiled.length && stored.every((byte, i) => byte === compiled[i]),
        "the kernels' source has changed since they were compiled: run `deno task kernels`",
      );
    },
  );
}

Deno.test("naturalLog() is Math.log() to 4e-16", needs("permissions", "time"), async () => {
  const { compileKernels } = await import("../../lib/engine/cpu/build_kernels.ts"); // whose compiler asks for permissions
  const entry = 'export { naturalLog } from "../layered/kernels/natural_log";';
  const module = await WebAssembly.compile(await compileKernels({ isShared: false, isRelaxed: false, entry }));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { naturalLog } = new WebAssembly.Instance(module, { env: { memory } }).exports as {
    naturalLog(x: number): number;
  };
  const rng = Rng.fromSeed(0, "logarithms");
  const near = [1, Math.SQRT1_2, Math.SQRT2, 2, 1e-300, 1e300].flatMap((
    x,
  ) => [x, x * (1 - 2 ** -53), x * (1 + 2 ** -52)]);
  const spread = Array.from(
    { length: 20_000 },
    (_, i) => i % 2 ? 10 ** rng.uniform(-8, 8) : 1 + rng.uniform(-0.1, 0.1),
  );
  for (const x of [...near, ...spread]) {
    const wanted = Math.log(x), difference = Math.abs(naturalLog(x) - wanted);
    assert.ok(difference <= 4e-16 * Math.max(1, Math.abs(wanted)), `ln ${x} is ${naturalLog(x)}, expected ${wanted}`);
  }
});

Deno.test("loadKernels() gives the variant that is asked for, with every kernel", needs("permissions"), async () => {
  for (const { isShared, isRelaxed } of KERNEL_FILES) {
    const { module, products: _, ...variant } = await loadKernels({ isShared, isRelaxed });
    assert.deepEqual(variant, { isShared, isRelaxed });
    assert.deepEqual(
      WebAssembly.Module.exports(module).filter(({ kind }) => kind === "function").map(({ name }) => name).sort(),
      [
        "decodeDictionary",
        "infer",
        "inferDictionary",
        "losses",
        "lossesDictionary",
        "rendezvous",
        "settleDictionary",
        "train",
        "trainDictionary",
      ],
    );
  }
});

Deno.test("the version of AssemblyScript that is reported is the one that compiles", needs("permissions"), async () => {
  const source = await Deno.readTextFile(new URL("../../lib/engine/cpu/build_kernels.ts", import.meta.url));
  assert.equal(source.match(/npm:assemblyscript@([\d.]+)/)![1], ASSEMBLYSCRIPT_VERSION);
});

Deno.test("what trains on the CPU imports no compiler", needs("permissions"), async () => {
  const lib = new URL("../../lib/", import.meta.url);
  const visited = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (visited.has(url.href)) return;
    visited.add(url.href);
    const source = await Deno.readTextFile(url);
    assert.doesNotMatch(source, /(?:from|import\()\s*"[^"]*assemblyscript/, url.pathname);
    for (const [, specifier] of source.matchAll(/(?:from\s+|import\()"(\.[^"]+\.ts)"/g)) {
      await visit(new URL(specifier, url));
    }
  };
  await visit(new URL("cli/main.ts", lib));
  assert.ok(visited.has(new URL("engine/cpu/cpu_engine.ts", lib).href));
});
