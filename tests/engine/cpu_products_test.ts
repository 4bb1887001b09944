/**
 * The CPU engine's matrix product: against a float64 sum, and every tile against the slow twin, bit by bit.
 *
 * @module
 */
import assert from "node:assert/strict";
import { attachProducts, type ProductsOptions, type Tile } from "../../lib/engine/cpu/products/compiled_product.ts";
import { makeProducts, productBytes } from "../../lib/engine/cpu/products/products_module.ts";
import { PRODUCT_FILES } from "../../lib/engine/cpu/load_kernels.ts";
import { Rng } from "../../lib/rng.ts";
import { needs } from "../needs.ts";

/** How an operand lies: by rows, by columns (transposed), or with gaps between all of its elements. */
type Lie = "rows" | "columns" | "gaps";

interface Shape {
  rows: number;
  columns: number;
  depth: number;
  a: Lie;
  b: Lie;
}

const LIES: Lie[] = ["rows", "columns", "gaps"];
const TILES: Tile[] = ["wide", "narrow", "none"];
/** What must stay as it is around C. */
const UNTOUCHED = 12345;

/** Sizes around each tile's, panel's and unrolled depth's, and beyond a block of A: 1,024 deep, 96 rows. */
const SIZES: [rows: number, columns: number, depth: number][] = [
  ...[[1, 1, 1], [6, 16, 8], [7, 17, 9], [5, 15, 7], [12, 8, 128], [13, 40, 129], [1, 784, 3], [64, 24, 255]],
  ...[[101, 33, 1025], [2, 7, 783], [23, 20, 2050]],
] as [number, number, number][];

/** A matrix `[rows, columns]` at an address, and where its elements are. */
function place(address: number, { rows, columns, lie }: { rows: number; columns: number; lie: Lie }) {
  const [row, column] = lie === "rows"
    ? [4 * columns + 8, 4]
    : lie === "columns"
    ? [4, 4 * rows + 8]
    : [8 * columns + 4, 8];
  const at = (i: number, j: number) => (address + i * row + j * column) / 4;
  return { address, row, column, at, end: 4 * (at(rows - 1, columns - 1) + 1) };
}

/** C of random operands, and the operands; A ends where the memory does, so that nothing behind it can be read. */
async function product(options: ProductsOptions, { rows, columns, depth, a: lieA, b: lieB }: Shape) {
  const rng = Rng.fromSeed(7, `${rows},${columns},${depth}`);
  const c = place(4096, { rows, columns, lie: "rows" });
  const b = place(c.end + 16, { rows: depth, columns, lie: lieB });
  const sizes = { rows, columns: depth, lie: lieA }, length = place(0, sizes).end;
  const pages = Math.ceil((b.end + length) / 65536);
  const a = place(65536 * pages - length, sizes);
  const memory = new WebAssembly.Memory({ initial: pages, ...options.isShared && { maximum: pages, shared: true } });
  const floats = new Float32Array(memory.buffer).fill(UNTOUCHED, 0, b.address / 4);
  for (let i = 0; i < rows; i++) for (let k = 0; k < depth; k++) floats[a.at(i, k)] = rng.uniform(-0.5, 0.5);
  for (let k = 0; k < depth; k++) for (let j = 0; j < columns; j++) floats[b.at(k, j)] = rng.uniform(-0.5, 0.5);
  const { multiply } = attachProducts(await makeProducts(options), memory) as { multiply(...numbers: number[]): void };
  multiply(
    ...[a.address, a.row, a.column, b.address, b.row, b.column],
    ...[c.address, c.row, rows, columns, depth],
  );
  return { floats, a, b, c };
}

/** C's elements by rows. */
function elements({ floats, c }: Awaited<ReturnType<typeof product>>, { rows, columns }: Shape): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => floats[c.at(Math.floor(i / columns), i % columns)]);
}

for (const tile of TILES) {
  for (const isRelaxed of [true, false]) {
    const options = { tile, isRelaxed, isShared: true };
    Deno.test(`a product of tile ${tile} ${isRelaxed ? "with" : "without"} relaxed SIMD equals float64`, async () => {
      for (const [rows, columns, depth] of SIZES) {
        for (const a of LIES) {
          for (const b of LIES) {
            const shape = { rows, columns, depth, a, b };
            const { floats, ...places } = await product(options, shape);
            let elements = 0;
            for (let i = 0; i < rows; i++) {
              for (let j = 0; j < columns; j++) {
                let sum = 0, size = 0;
                for (let k = 0; k < depth; k++) {
                  const term = floats[places.a.at(i, k)] * floats[places.b.at(k, j)];
                  sum += term;
                  size += Math.abs(term);
                }
                const error = Math.abs(floats[places.c.at(i, j)] - sum);
                assert.ok(error <= 2 ** -23 * depth * size, `${JSON.stringify({ ...shape, i, j })}: off by ${error}`);
                elements++;
              }
            }
            const changed = floats.subarray(0, places.b.address / 4).filter((value) => value !== UNTOUCHED).length;
            assert.equal(changed, elements, `${JSON.stringify(shape)}: something beside C was written`);
          }
        }
      }
    });
  }
}

Deno.test("a product without rows or without columns does nothing", async () => {
  for (const tile of TILES) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const products = await makeProducts({ tile, isRelaxed: true, isShared: false });
    const { multiply } = attachProducts(products, memory) as { multiply(...numbers: number[]): void };
    for (const [rows, columns] of [[0, 5], [5, 0], [0, 0]]) {
      multiply(0xffff0000, 4, 4, 0xffff0000, 4, 4, 0xffff0000, 4, rows, columns, 3);
    }
    assert.ok(new Uint8Array(memory.buffer).every((byte) => byte === 0));
  }
});

for (const tile of ["wide", "narrow"] as const) {
  for (const isRelaxed of [true, false]) {
    Deno.test(
      `a product of tile ${tile} ${isRelaxed ? "with" : "without"} relaxed SIMD has the bits of the slow twin`,
      async () => {
        for (const [rows, columns, depth] of SIZES) {
          for (const a of LIES) {
            for (const b of LIES) {
              const shape = { rows, columns, depth, a, b };
              const options = { isRelaxed, isShared: false };
              assert.deepEqual(
                elements(await product({ ...options, tile }, shape), shape),
                elements(await product({ ...options, tile: "none" }, shape), shape),
                JSON.stringify(shape),
              );
            }
          }
        }
      },
    );
  }
}

Deno.test("a product is the sum over depth in ascending order, from 0, rounded at each step", async () => {
  const shape: Shape = { rows: 19, columns: 21, depth: 300, a: "rows", b: "columns" };
  const { floats, a, b, c } = await product({ tile: "wide", isRelaxed: false, isShared: false }, shape);
  for (let i = 0; i < shape.rows; i++) {
    for (let j = 0; j < shape.columns; j++) {
      let sum = 0;
      for (let k = 0; k < shape.depth; k++) {
        sum = Math.fround(sum + Math.fround(floats[a.at(i, k)] * floats[b.at(k, j)]));
      }
      assert.equal(floats[c.at(i, j)], sum);
    }
  }
});

/** What a script prints in a process of its own, with V8's flag or without it. */
async function printed(script: string, { hasFlag }: { hasFlag: boolean }): Promise<string> {
  const { DENO_V8_FLAGS: _, ...env } = Deno.env.toObject();
  if (hasFlag) env.DENO_V8_FLAGS = "--experimental-wasm-revectorize";
  const path = (name: string) => new URL(`../../${name}`, import.meta.url).pathname;
  const project = [`--config=${path("deno.json")}`, `--lock=${path("deno.lock")}`, "--frozen"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-check", ...project, "-A", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env: { ...env, NO_COLOR: "1" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
}

const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

Deno.test(
  "chooseTile() takes the wide tile in a process with V8's flag and the narrow one in a process without it, or where that is known",
  { ...needs("permissions"), ignore: needs("permissions").ignore || Deno.build.arch !== "x86_64" },
  async () => {
    const script = `
      import { chooseTile } from ${url("../../lib/engine/cpu/products/tile_choice.ts")};
      const tile = await chooseTile({ isRelaxed: true, mayPair: true });
      console.log(tile, await chooseTile({ isRelaxed: true, mayPair: false }));`;
    assert.equal(await printed(script, { hasFlag: true }), "wide narrow");
    assert.equal(await printed(script, { hasFlag: false }), "narrow narrow");
  },
);

Deno.test(
  "train() gives the same bits in a process with V8's flag as in one without it",
  needs("permissions"),
  async () => {
    // Enough steps that V8 has optimised the kernels, and so paired them, for most of them; sizes off every tile.
    const script = `
    import { CpuEngine } from ${url("../../lib/engine/cpu/cpu_engine.ts")};
    import { makeCase, planned } from ${url("./cases.ts")};
    import { makeVariantCase } from ${url("./variant_cases.ts")};
    const examples = [
      makeCase(203, { hidden: [71], latent: 37, batch: 61 }),
      ...["topk", "gated"].map((sparsity) => makeVariantCase(203, { sparsity, latent: 150, k: 9, batch: 61 })),
    ];
    const results = [];
    for (const { config, definition, state, pixels, count } of examples) {
      const engine = await CpuEngine.start(definition, { threads: 2 });
      await engine.load({ state, pixels, batch: 61 });
      const indices = Uint32Array.from({ length: 61 * 64 }, (_, i) => (7 * i) % count);
      const plan = planned(config, { indices, batch: 61, learningRates: new Float64Array(64).fill(1e-3) });
      const losses = [];
      for (let i = 0; i < 16; i++) losses.push(...(await engine.train(plan)).reconstruction);
      const words = Object.values((await engine.state()).params).flatMap((p) => Array.from(new Uint32Array(p.buffer)));
      if (results.length === 0) console.log(engine.info.device);
      results.push(losses.join() + words.reduce((hash, word) => Math.imul(hash, 31) + word | 0, 0));
    }
    console.log(results.join());
    Deno.exit(0);`;
    const [paired, alone] = await Promise.all([true, false].map((hasFlag) => printed(script, { hasFlag })));
    const [device, bits] = paired.split("\n"), [otherDevice, otherBits] = alone.split("\n");
    if (Deno.build.arch === "x86_64") assert.match(device, /relaxed SIMD at 256 bits, 2 threads$/);
    assert.match(otherDevice, /relaxed SIMD at 128 bits, 2 threads$/);
    assert.ok(bits.length > 10_000);
    assert.equal(bits, otherBits);
  },
);

Deno.test("every compiled product is what is written for its options", needs("permissions"), async () => {
  for (const { url, privatePages, ...options } of PRODUCT_FILES) {
    const written = productBytes(options);
    assert.equal(written.privatePages, privatePages);
    assert.deepEqual(await Deno.readFile(url), written.bytes, "run `deno task kernels`");
  }
});
