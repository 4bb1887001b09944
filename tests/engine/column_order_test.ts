/**
 * The order of columns in a model's memory: which it is, and that nobody outside sees it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import { ColumnOrder } from "../../lib/engine/cpu/column_order.ts";
import { loadKernels } from "../../lib/engine/cpu/load_kernels.ts";
import type { Tile } from "../../lib/engine/cpu/products/compiled_product.ts";
import { initialState } from "../../lib/engine/engine.ts";
import { pixelValues } from "../../lib/pixels.ts";
import { INPUT_MEAN } from "../../lib/sae/model.ts";
import { Rng } from "../../lib/rng.ts";
import { assertClose, flat } from "./assert_close.ts";
import { makeCase, planned } from "./cases.ts";
import { forward64, Trainer64, widen } from "./float64_model.ts";
import { variantForward64 } from "./float64_variants.ts";
import { imageRows, makeVariantCase } from "./variant_cases.ts";
import { needs } from "../needs.ts";

Deno.test("densestFirst() sorts columns by how often they are not 0, equal ones as given", () => {
  const rows = [[0, 1, 0, 2, 0], [0, 3, 0, 4, 1], [0, 0, 0, 5, 1], [0, 0, 7, 0, 0]];
  const order = ColumnOrder.densestFirst(Uint8Array.from(rows.flat()), 5);
  assert.deepEqual([...order.columns], [3, 1, 4, 2, 0]); // 3, 2, 2, 1 and 0 times
  const floats = Float32Array.from({ length: 40 }, (_, i) => i - 50.5);
  assert.deepEqual([...ColumnOrder.densestFirst(floats, 8).columns], [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual([...ColumnOrder.asGiven(3).columns], [0, 1, 2]);
});

Deno.test("what goes to memory comes back as it was given", () => {
  const rng = Rng.fromSeed(0, "columns"), width = 13;
  const rows = Float32Array.from({ length: 9 * width }, () => rng.uniform() < 0.4 ? rng.normal() : 0);
  const order = ColumnOrder.densestFirst(rows, width);
  const inMemory = order.toMemory(rows, new Float32Array(rows.length)), back = new Float32Array(rows.length);
  assert.notDeepEqual(inMemory, rows);
  assert.deepEqual([...inMemory].sort(), [...rows].sort());
  order.toGiven(inMemory, back);
  assert.deepEqual(back, rows);
});

Deno.test("nDense() is whole parts of 64 columns, fewer with a slower tile", () => {
  const width = 300, rows = 100;
  const pixels = new Uint8Array(rows * width); // column c is not 0 in 100 − c rows
  for (let row = 0; row < rows; row++) for (let c = 0; c < rows - row; c++) pixels[row * width + c] = 1;
  const order = ColumnOrder.densestFirst(pixels, width);
  assert.deepEqual((["wide", "narrow", "none"] as const).map((tile) => order.nDense(tile)), [64, 64, 0]);
  const full = new Uint8Array(rows * width).fill(1);
  assert.equal(ColumnOrder.densestFirst(full, width).nDense("wide"), 256);
  assert.equal(ColumnOrder.densestFirst(full.subarray(0, rows * 37), 37).nDense("wide"), 0);
});

/** Inputs of which some columns are mostly not 0, some hardly ever, in no order. */
function unevenCase(sparsity: "topk" | "l1" | "matryoshka", kind: "bytes" | "floats") {
  const width = 203, example = makeVariantCase(width, { sparsity, latent: 75, batch: 20, k: 4 }, { data: kind });
  const rng = Rng.fromSeed(3, sparsity),
    density = Array.from({ length: width }, () => rng.uniform() < 0.4 ? 0.7 : 0.05);
  example.pixels.forEach((_, i) => rng.uniform() < density[i % width] || (example.pixels[i] = 0));
  return example;
}

Deno.test(
  "inputs whose columns are dense and sparse give float64's latents, and the same bits however they are multiplied",
  needs("permissions"),
  async () => {
    for (const [sparsity, kind] of [["topk", "bytes"], ["l1", "floats"], ["matryoshka", "floats"]] as const) {
      const example = unevenCase(sparsity, kind), { definition, state, pixels } = example;
      assert.equal(ColumnOrder.densestFirst(pixels, definition.arch.dInput).nDense("wide"), 64);
      const truth = variantForward64(
        imageRows(example),
        { definition, params: widen(state.params), buffers: widen(state.buffers) },
        { isTraining: false },
      );
      const ends: unknown[] = [];
      for (const tile of ["wide", "narrow", "none"] satisfies Tile[]) {
        const kernels = await loadKernels({ tile });
        for (const [isSparse, threads] of [[true, 1], [true, 3], [false, 2]] as const) {
          const engine = await CpuEngine.start(definition, { kernels, threads, isSparse });
          await engine.load({ state, pixels, batch: 20 });
          const { hidden, logits } = await engine.forward(pixels);
          assertClose(hidden[0], truth.acts.flat(), 2e-6, "latents");
          assertClose(logits, truth.logits.flat(), 2e-6, "logits");
          const losses = await engine.train({
            indices: Uint32Array.from({ length: 95 }, (_, i) => (i * 7) % 90),
            batch: 20,
            learningRates: new Float64Array(5).fill(1e-3),
            weights: new Float64Array(5).fill(0.1),
          });
          ends.push({ losses, state: await engine.state() });
          await engine.dispose();
        }
      }
      for (const end of ends) assert.deepEqual(end, ends[0], `${sparsity}, ${kind}`);
    }
  },
);

type Turned = Parameters<typeof makeCase>[1];

/** A model of layers with inputs of the same kind. */
function unevenLayers(turned: Turned, kind: "bytes" | "floats") {
  const width = 203, { pixels: { length }, ...example } = makeCase(width, { batch: 70, adamEpsilon: 1e-4, ...turned });
  const rng = Rng.fromSeed(4, kind), density = Array.from({ length: width }, () => rng.uniform() < 0.4 ? 0.7 : 0.05);
  const value = () => kind === "bytes" ? 1 + rng.below(255) : rng.normal();
  const values = Array.from({ length }, (_, i) => rng.uniform() < density[i % width] ? value() : 0);
  return { ...example, pixels: kind === "bytes" ? Uint8Array.from(values) : Float32Array.from(values) };
}

Deno.test(
  "layers whose inputs have dense and sparse columns equal float64, with the same bits however they are multiplied",
  needs("permissions"),
  async () => {
    for (
      const [turned, kind] of [
        [{ hidden: [67], latent: 33 }, "bytes"],
        [{ hidden: [67], latent: 33, center: "mean" }, "bytes"],
        [{ hidden: [], latent: 219, loss: "bce" }, "bytes"], // wider than its inputs: threads divide the columns of its update
        [{ hidden: [67], latent: 33, center: "mean", output: "linear" }, "floats"],
      ] satisfies [Turned, "bytes" | "floats"][]
    ) {
      const example = unevenLayers(turned, kind), { definition, definition: { arch }, state, pixels, config } = example;
      assert.equal(ColumnOrder.densestFirst(pixels, arch.dInput).nDense("wide"), 64);
      const values = pixelValues(pixels), mean = state.buffers[INPUT_MEAN];
      const rowsOf = (rows: Iterable<number>) =>
        Array.from(rows, (row) => Array.from(values.subarray(row * arch.dInput, (row + 1) * arch.dInput)));
      const indices = Uint32Array.from({ length: 3 * config.batch - 1 }, (_, i) => (i * 7) % 160), looked = 5;
      const trainer = new Trainer64(definition, widen(state.params), mean);
      const before = forward64(rowsOf(Array(looked).keys()), trainer.params, arch, mean);
      for (let i = 0; i < 3; i++) {
        trainer.train(rowsOf(indices.subarray(i * config.batch, (i + 1) * config.batch)), 1e-3);
      }
      const ends: unknown[] = [];
      for (const tile of ["wide", "narrow", "none"] satisfies Tile[]) {
        const kernels = await loadKernels({ tile });
        for (const [isSparse, threads] of [[true, 1], [true, 2], [true, 3], [false, 2]] as const) {
          const engine = await CpuEngine.start(definition, { kernels, threads, isSparse });
          await engine.load({ state, pixels, batch: config.batch });
          const passed = await engine.forward(pixels.subarray(0, looked * arch.dInput) as typeof pixels);
          assertClose(passed.hidden[0], before.activations[1].flat(), 2e-6, "hidden");
          assertClose(passed.logits, before.preActs.at(-1)!.flat(), 1e-5, "logits");
          const losses = await engine.train(
            planned(config, { indices, batch: config.batch, learningRates: new Float64Array(3).fill(1e-3) }),
          );
          const after = await engine.state();
          assertClose(flat(after.params), flat(trainer.params), 2e-6, "parameters");
          assert.deepEqual(after.buffers, state.buffers);
          ends.push({ passed, losses, after });
          await engine.dispose();
        }
      }
      for (const end of ends) assert.deepEqual(end, ends[0], example.name);
    }
  },
);

Deno.test(
  "load() of other inputs brings another order, and the state is none the wiser",
  needs("permissions"),
  async () => {
    for (
      const example of [
        unevenCase("topk", "bytes"),
        unevenLayers({ hidden: [67], latent: 33, center: "mean" }, "bytes"),
      ]
    ) {
      const { definition, state, pixels } = example;
      const engine = await CpuEngine.start(definition, { threads: 1, isSparse: true });
      await engine.load({ state, pixels, batch: 20 });
      await engine.load({ state, pixels: pixels.slice().reverse(), batch: 20 });
      assert.deepEqual(await engine.state(), { ...initialState(state), step: state.step });
      await engine.dispose();
    }
  },
);
