/**
 * What the CPU engine does with a dictionary's latents beside training: dense rows are decoded, long rows are listed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import { Rng } from "../../lib/rng.ts";
import { assertClose } from "./assert_close.ts";
import { assertLists } from "./assert_lists.ts";
import { CASES as LAYERED } from "./cases.ts";
import { CASES as DICTIONARIES, PAIR_CASES } from "./dictionary_cases.ts";
import { widen } from "./float64_model.ts";
import { decoder64, rowsOf, variantForward64 } from "./float64_variants.ts";
import { imageRows, makeVariantCase, type VariantCase } from "./variant_cases.ts";
import { kernels } from "./kernels.ts";
import { needs } from "../needs.ts";

const LINEAR = { output: "linear", decoderNorm: "free" } as const;

async function opened({ definition }: Pick<VariantCase, "definition">, threads: number) {
  const engine = await CpuEngine.start(definition, { threads, kernels: await kernels() });
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.dispose() });
}

/** The decoder in float64, of latents `[rows, nLatents]`; returns logits. */
function decoded64({ definition, state }: VariantCase, acts: Float32Array): number[] {
  const model = { definition, params: widen(state.params), buffers: widen(state.buffers) };
  return decoder64(rowsOf(acts, definition.arch.nLatents), model).logits.flat();
}

Deno.test(
  "decode() of rows with more than k latents equals float64, for any number of threads",
  needs("permissions"),
  async () => {
    for (const sparsity of ["topk", "batchtopk", "l1"] as const) {
      for (const [dInput, latent, k] of [[13, 29, 1], [37, 300, 2], [1, 9, 9]]) {
        const example = makeVariantCase(dInput, { ...LINEAR, sparsity, latent, k, batch: 16 });
        const rng = Rng.fromSeed(latent, "latents");
        const rows = 150; // more than one pass takes
        const dense = Float32Array.from({ length: rows * latent }, () => rng.uniform(-1, 2));
        const oneHot = Float32Array.from({ length: latent * latent }, (_, at) => at % (latent + 1) === 0 ? 0.7 : 0);
        const some = dense.map((value) => rng.uniform() < 0.1 ? value : 0);
        for (const threads of [1, 2, 3]) {
          await using engine = await opened(example, threads);
          await engine.load({ ...example, batch: 16 });
          for (const acts of [dense, oneHot, some]) {
            const what = `${example.name}, ${threads} threads`;
            assertClose(await engine.decode(acts), decoded64(example, acts), 2e-6, what);
          }
        }
      }
    }
  },
);

Deno.test("decode() leaves training as it was when its rows are dense", needs("permissions"), async () => {
  const example = makeVariantCase(13, { ...LINEAR, sparsity: "topk", latent: 61, k: 3, batch: 16 });
  const plan = (from: number) => ({
    indices: Uint32Array.from({ length: 32 }, (_, i) => from + i),
    batch: 16,
    learningRates: Float64Array.of(0.01, 0.01),
    weights: new Float64Array(2),
  });
  const states = [];
  for (const isLooking of [false, true]) {
    await using engine = await opened(example, 2);
    await engine.load({ ...example, batch: 16 });
    await engine.train(plan(0));
    if (isLooking) {
      await engine.decode(new Float32Array(61 * 90).fill(1));
      await engine.forwardSparse(example.pixels);
      await engine.forward(example.pixels);
    }
    await engine.train(plan(20));
    states.push(await engine.state());
  }
  assert.deepEqual(states[1], states[0]);
});

Deno.test(
  "forward() of BatchTopK equals float64 when far more latents are above θ than a batch has room for",
  needs("permissions"),
  async () => {
    // 128 rows of k 1 have room for 128 latents a row; before training all that are above 0 are active: about 250.
    const example = makeVariantCase(7, { ...LINEAR, sparsity: "batchtopk", latent: 500, k: 1, batch: 4 });
    example.state.params["encoder.0.bias"].fill(0.5);
    for (const threshold of [-1, 0.01]) {
      example.state.buffers.threshold[0] = threshold;
      const model = {
        definition: example.definition,
        params: widen(example.state.params),
        buffers: widen(example.state.buffers),
      };
      const truth = variantForward64(imageRows(example), model, { isTraining: false });
      assert.ok(truth.acts.some((row) => row.filter((act) => act > 0).length > 200));
      for (const threads of [1, 2]) {
        await using engine = await opened(example, threads);
        await engine.load({ ...example, batch: 4 });
        const { hidden, logits } = await engine.forward(example.pixels);
        assertClose(hidden[0], truth.acts.flat(), 2e-6, "latents");
        assertClose(logits, truth.logits.flat(), 2e-6, "logits");
        const lists = await engine.forwardSparse(example.pixels);
        assertLists(lists, { dense: await engine.forward(example.pixels), nLatents: 500 });
      }
    }
  },
);

Deno.test("forwardSparse() gives what forward() gives, as lists", needs("permissions"), async () => {
  for (
    const example of [
      ...DICTIONARIES,
      ...PAIR_CASES,
      ...LAYERED.filter(({ config }) => config.hidden.length === 0),
    ]
  ) {
    for (const threads of [1, 2]) {
      await using engine = await opened(example, threads);
      const { state, pixels, definition: { arch } } = example;
      await engine.load({ state, pixels, batch: 16 });
      const dense = await engine.forward(pixels);
      assertLists(await engine.forwardSparse(pixels), { dense, nLatents: arch.nLatents });
    }
  }
});

Deno.test(
  "train() with AuxK goes on with weights that are NaN, so that the loop can say that training has diverged",
  needs("permissions"),
  async () => {
    for (const sparsity of ["topk", "batchtopk", "matryoshka", "hierarchicaltopk"] as const) {
      const example = makeVariantCase(13, { sparsity, latent: 61, k: 3, batch: 16, auxAlpha: 1, deadSteps: 1 });
      const { params } = example.state;
      for (const values of Object.values(params)) values.fill(NaN);
      await using engine = await opened(example, 1);
      await engine.load({ ...example, batch: 16 });
      const { reconstruction } = await engine.train({
        indices: Uint32Array.from({ length: 64 }, (_, i) => i),
        batch: 16,
        learningRates: Float64Array.of(1e-3, 1e-3, 1e-3, 1e-3),
        weights: new Float64Array(4),
      });
      assert.deepEqual([...reconstruction], [NaN, NaN, NaN, NaN], sparsity);
    }
  },
);
